import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { isSigned } from '../../gateway/signature.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('isSigned()', () => {

    it('finds a signature where Magento would', () => {

        for (const signed of ['OAuth oauth_consumer_key="k", oauth_signature="a%2Fb", oauth_token="t"', 'oauth x', 'Basic x, OAUTH y']) {
            expect(isSigned(signed), signed).to.be.true();
        }

        for (const other of [undefined, '', 'Bearer oauth', 'oauth', 'Bearer x']) {
            expect(isSigned(other), other).to.be.false();
        }
    });
});
