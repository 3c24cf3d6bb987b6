import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { callerIdOf, isNameless, namelessIdOf } from '../../../gateway/magento/admin-name.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('callerIdOf()', () => {

    const table: readonly (readonly [name: string, id: string | undefined])[] = [['Clerk', 'clerk'], ['42', '@42'], ['ａｄｍｉｎ', 'admin'], ['jö rg', 'j%C3%B6%20rg'], ['', undefined], ['x'.repeat(161), undefined]];

    for (const [name, id] of table) {
        it(`makes "${String(id)}" of "${name}"`, () => {

            expect(callerIdOf(name)).to.equal(id);
        });
    }
});

describe('isNameless()', () => {

    it('knows an admin of whom there is no name', () => {

        expect(isNameless(namelessIdOf('q7m2k9ax'))).to.be.true();
        expect(['clerk', '42', 'token-', 'token-q7m2k9ax1', 'x-token-q7m2k9ax'].some(isNameless)).to.be.false();
    });
});
