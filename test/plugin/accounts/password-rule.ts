import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { faultOfPassword } from '../../../plugin/accounts/password-rule.js';

export const lab = Lab.script();
const { describe, it } = lab;

describe('faultOfPassword()', () => {

    for (const text of ['x', ' Admin123pw! ', 'a'.repeat(72), 'ä'.repeat(36), 'line\nbreak']) {
        it(`finds none in ${JSON.stringify(text)}`, () => {

            expect(faultOfPassword(text)).to.be.undefined();
        });
    }

    for (const [text, fault] of [
        ['', 'is empty'],
        ['a'.repeat(73), 'is longer than 72 bytes in UTF-8'],
        [`${'ä'.repeat(36)}x`, 'is longer than 72 bytes in UTF-8'],
        ['pass\0word', 'has a NUL character, where other readers of bcrypt stop']
    ] as const) {
        it(`says that ${JSON.stringify(text)} ${fault}`, () => {

            expect(faultOfPassword(text)).to.equal(fault);
        });
    }
});
