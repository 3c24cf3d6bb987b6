import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createForgeryGuard, visitorCookie } from '../../../../gateway/ops/page/forgery.js';


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
