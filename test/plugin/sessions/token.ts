import { createHash } from 'node:crypto';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { hashSecret, isSecretOf, makeSessionId, makeToken, readToken, secretBytes } from '../../../plugin/sessions/token.js';

import type { Token } from '../../../plugin/sessions/token.js';


export const lab = Lab.script();
const { describe, it } = lab;

const secret = 'abcdefghijklmnopqrstuvwxyzAB-_09';
const customer: Token = { type: 'customer', callerId: '42', sessionId: 'q7m2k9ax', secret };

describe('makeToken()', () => {

    it('names the caller and the session in front of the secret', () => {

        expect(makeToken(customer)).to.equal(`ptn_c42.q7m2k9ax.${secret}`);
        expect(makeToken({ ...customer, type: 'admin', callerId: '1' })).to.equal(`ptn_a1.q7m2k9ax.${secret}`);
    });

    it('writes the name of an admin who has no number as base64url', () => {

        const token = makeToken({ ...customer, type: 'admin', callerId: 'jürgen.m' });
        expect(token).to.equal(`ptn_a~asO8cmdlbi5t.q7m2k9ax.${secret}`);
        expect(token).to.match(/^[A-Za-z0-9._~+/-]+=*$/);
    });

    it('takes the longest name that Magento stores', () => {

        const callerId = '漢'.repeat(40);
        expect(readToken(makeToken({ ...customer, type: 'admin', callerId }))?.callerId).to.equal(callerId);
    });

    it('throws where it could not be read back', () => {

        for (const callerId of ['', '1'.repeat(21), 'n'.repeat(161), '\ud800']) {
            expect(() => makeToken({ ...customer, callerId })).to.throw(/^Caller id ".*" does not fit in a token/);
        }
    });
});

describe('readToken()', () => {

    it('reads what makeToken() writes', () => {

        const tokens: readonly Token[] = [customer, { ...customer, type: 'admin', callerId: '12345678901234567890' }, { ...customer, type: 'admin', callerId: 'a b:c\n%' }];
        for (const token of tokens) {
            expect(readToken(makeToken(token))).to.equal(token);
        }
    });

    it('reads nothing of another shape', () => {

        const rows: readonly string[] = [
            '', 'x', 'x'.repeat(10_000), 'x'.repeat(32),
            `ptn_c42.q7m2k9ax.${secret}=`,
            `ptn_c42.q7m2k9ax.${secret}\n`,
            `\nptn_c42.q7m2k9ax.${secret}`,
            `ptn_c42.q7m2k9ax.${secret.slice(1)}`,
            `ptn_c42.q7m2k9ax.${secret}a`,
            `ptn_c42.q7m2k9ax${secret}.`,
            `ptn_c42.q7m2k9aX.${secret}`,
            `ptn_c42.q7m2k9a.${secret}`,
            `ptn_c.q7m2k9ax.${secret}`,
            `ptn_c-1.q7m2k9ax.${secret}`,
            `ptn_c4 2.q7m2k9ax.${secret}`,
            `ptn_c٤٢.q7m2k9ax.${secret}`,
            `ptn_g42.q7m2k9ax.${secret}`,
            `PTN_c42.q7m2k9ax.${secret}`,
            `ptn_c42.q7m2k9ax.${secret.slice(1)}+`,
            `ptn_c42:x.q7m2k9ax.${secret}`,
            `ptn_c${'1'.repeat(21)}.q7m2k9ax.${secret}`
        ];
        for (const row of rows) {
            expect(readToken(row), row).to.be.undefined();
        }
    });

    it('reads one spelling of a name only', () => {

        const spell = (bytes: Buffer) => `ptn_a~${bytes.toString('base64url')}.q7m2k9ax.${secret}`;

        expect(readToken(spell(Buffer.from('ab')))?.callerId).to.equal('ab');
        expect(readToken(`ptn_a~YWI.q7m2k9ax.${secret}`)?.callerId).to.equal('ab');
        expect(readToken(`ptn_a~YWJ.q7m2k9ax.${secret}`)).to.be.undefined();
        expect(readToken(spell(Buffer.from([0xff, 0xfe])))).to.be.undefined();
    });

    it('reads no number out of a name', () => {

        expect(readToken(`ptn_a~${Buffer.from('42').toString('base64url')}.q7m2k9ax.${secret}`)).to.be.undefined();
    });
});

describe('hashSecret()', () => {

    it('is the SHA-256 of the text', () => {

        expect(hashSecret(secret)).to.equal(createHash('sha256').update(secret, 'ascii').digest());
    });
});

describe('isSecretOf()', () => {

    it('tells the secret of a hash from every other', () => {

        expect(isSecretOf(hashSecret(secret), secret)).to.be.true();
        expect(isSecretOf(hashSecret(secret), secret.toUpperCase())).to.be.false();
        expect(isSecretOf(hashSecret(secret), '')).to.be.false();
        expect(isSecretOf(hashSecret(secret), secret)).to.be.true();
    });
});

describe('makeSessionId()', () => {

    it('spreads 8 random bytes over 8 characters of [a-z0-9]', () => {

        expect(makeSessionId(Buffer.alloc(8))).to.equal('00000000');
        expect(makeSessionId(Buffer.from('0000000000000024', 'hex'))).to.equal('00000010');
        expect(makeSessionId(Buffer.alloc(8, 0xff))).to.match(/^[a-z0-9]{8}$/);
    });
});

describe('secretBytes', () => {

    it('makes the 32 characters that a token has room for', () => {

        expect(Buffer.alloc(secretBytes).toString('base64url').length).to.equal(32);
    });
});
