import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createKeyCheck } from '../../../gateway/ops/key.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('createKeyCheck()', () => {

    const isKey = createKeyCheck('the-operators-own');
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

    it('takes the key as a bearer token, and as the password of any user name', () => {

        for (const authorization of ['Bearer the-operators-own', 'bearer the-operators-own', basic('ops:the-operators-own'), basic(':the-operators-own')]) {
            expect(isKey(authorization), authorization).to.be.true();
        }
    });

    it('takes nothing else', () => {

        for (const authorization of [
            undefined, '', 'Bearer', 'Bearer ', 'Bearer the-operators-ow', 'Bearer the-operators-own2', 'Bearer the-operators-own x', 'the-operators-own', 'Digest the-operators-own', 'Basic', 'Basic ?', basic(''),
            basic('the-operators-own:'), basic('ops:x:the-operators-own')
        ]) {
            expect(isKey(authorization), String(authorization)).to.be.false();
        }
    });
});
