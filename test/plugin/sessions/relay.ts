import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { nonceBytes, openSealed, sealToken } from '../../../plugin/sessions/relay.js';


export const lab = Lab.script();
const { describe, it } = lab;

const owner = { type: 'customer', callerId: '42', id: 'q7m2k9ax' } as const;
const secret = 'Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmFy';
const nonce = Buffer.alloc(nonceBytes, 7);
const sealed = sealToken('the upstream\'s token', secret, owner, nonce);

describe('sealToken()', () => {

    it('seals so that the secret opens it, and what is sealed shows nothing', () => {

        expect(openSealed(sealed, secret, owner)).to.equal('the upstream\'s token');
        expect(sealed.toString('latin1')).to.not.contain('token');
        expect(sealed.equals(sealToken('the upstream\'s token', secret, owner, Buffer.alloc(nonceBytes, 8)))).to.be.false();
    });

    it('has one form, for what is stored outlives a version', () => {

        expect(sealToken('x', secret, owner, nonce).toString('hex')).to.equal('010707070707070707070707071f0e0586fea8db58e7d7c2d2a60b8e092b');
    });
});

describe('openSealed()', () => {

    it('opens nothing with another secret, for another session, or for another caller', () => {

        expect(openSealed(sealed, secret.toLowerCase(), owner)).to.be.undefined();
        for (const other of [{ ...owner, type: 'admin' }, { ...owner, callerId: '43' }, { ...owner, id: 'q7m2k9ay' }] as const) {
            expect(openSealed(sealed, secret, other)).to.be.undefined();
        }
    });

    it('opens nothing that was changed, in any byte, or cut', () => {

        for (let i = 0; i < sealed.length; ++i) {
            const changed = Buffer.from(sealed);
            changed.writeUInt8(changed.readUInt8(i) ^ 1, i);
            expect(openSealed(changed, secret, owner), String(i)).to.be.undefined();
            expect(openSealed(sealed.subarray(0, i), secret, owner), String(i)).to.be.undefined();
        }
    });
});
