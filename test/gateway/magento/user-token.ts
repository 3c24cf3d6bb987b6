import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { parseObject, readUserToken } from '../../../gateway/magento/user-token.js';
import { sign } from '../../support/magento.js';


export const lab = Lab.script();
const { describe, it } = lab;

// SPEC 3.9
const example = 'eyJraWQiOiIxIiwiYWxnIjoiSFMyNTYifQ.eyJ1aWQiOjEsInV0eXBpZCI6MiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwMDM2MDB9.medfRQHPbWCoJC7ZmyOP8Yrrj4PJW3hg27cR1OTdsjE';

describe('readUserToken()', () => {

    it('reads whose a JWT says it is, and until when', () => {

        expect(sign({ uid: 1, utypid: 2, iat: 1700000000, exp: 1700003600 })).to.equal(example);
        expect(readUserToken(example)).to.equal({ kind: 'jwt', type: 'admin', id: '1', expiresAtSeconds: 1700003600 });
        expect(readUserToken(sign({ uid: 5, utypid: 3, iat: 1, exp: 2 }))).to.equal({ kind: 'jwt', type: 'customer', id: '5', expiresAtSeconds: 2 });
    });

    it('reads nothing from opaque and encrypted ones', () => {

        for (const token of ['0123456789abcdefghijklmnopqrstuv', 'eyJhbGciOiJBMTI4S1cifQ.key.iv.text.tag', 'a.b.c']) {
            expect(readUserToken(token), token).to.equal({ kind: 'opaque' });
        }
    });

    for (const [what, token] of [
        ['of an integration', sign({ uid: 1, utypid: 1, iat: 1, exp: 2 })],
        ['of nobody', sign({ uid: 0, utypid: 3, iat: 1, exp: 2 })],
        ['without an end', sign({ uid: 5, utypid: 3, iat: 1 })],
        ['with claims that are no object', `eyJ.${Buffer.from('[1]').toString('base64url')}.x`],
        ['with claims that are no JSON', 'eyJ.e30x.x'],
        ['that no header may hold', 'a b'],
        ['that is too long', 'a'.repeat(4097)],
        ['that is empty', '']
    ] as const) {
        it(`refuses a token ${what}`, () => {

            expect(readUserToken(token)).to.equal({ kind: 'unusable' });
        });
    }
});

describe('parseObject()', () => {

    it('reads the members of an object, and none of anything else', () => {

        expect(parseObject('{"a":1}')).to.equal(new Map([['a', 1]]));
        for (const text of ['null', '1', '[1]', '{']) {
            expect(parseObject(text)).to.equal(new Map());
        }
    });

    it('passes on what is not the text\'s fault', () => {

        expect(() => parseObject(Symbol('x') as unknown as string)).to.throw(TypeError);
    });
});
