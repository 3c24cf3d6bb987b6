import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createForgeryGuard, isOwnName, visitorCookie } from '../../../../gateway/ops/page/forgery.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('createForgeryGuard()', () => {

    it('gives each visitor a token of its own, and takes no other', () => {

        const { visitorOf, tokenOf, isToken } = createForgeryGuard();
        const [one, other] = [visitorOf(undefined), visitorOf('a=b')];
        expect(one).to.match(/^[\w-]{22}$/).and.not.equal(other);
        expect(visitorOf(`a=b; ${visitorCookie}=${one}; c=d`)).to.equal(one);
        expect(isToken(one, tokenOf(one))).to.be.true();
        expect([isToken(other, tokenOf(one)), isToken(one, ''), isToken(one, createForgeryGuard().tokenOf(one))]).to.equal([false, false, false]);
    });

    it('takes no cookie that is none of its form', () => {

        const { visitorOf } = createForgeryGuard();
        expect(visitorOf(`${visitorCookie}=short`)).to.not.equal('short');
        expect(visitorOf(`x${visitorCookie}=${'a'.repeat(22)}`)).to.not.equal('a'.repeat(22));
    });
});

describe('isOwnName()', () => {

    it('knows addresses, "localhost" and the name that is listened at', () => {

        for (const own of ['127.0.0.1:8081', 'localhost:8081', '[::1]:8081', '10.0.0.7', 'OPS.example.com:8081']) {
            expect(isOwnName(own, 'ops.example.com'), own).to.be.true();
        }

        for (const other of ['evil.example.com:8081', 'localhost.example.com', '127.0.0.1.example.com', '']) {
            expect(isOwnName(other, 'ops.example.com'), other).to.be.false();
        }
    });
});
