import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { isSelfHere } from '../../../plugin/authorize/website.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('isSelfHere()', () => {

    const stores = new Map<string, number | undefined>([['default', 1], ['fr', 2], ['off', undefined]]);
    const elsewhere = new Map<string, number | undefined>([['fr', 2]]);
    const table: [string, number | undefined, string | undefined, ReadonlyMap<string, number | undefined> | undefined, boolean][] = [
        ['at a store of the customer\'s website', 1, 'default', stores, true],
        ['not at a store of another website', 1, 'fr', stores, false],
        ['at a store whose website is not told', 1, 'off', stores, true],
        ['at a store that is not listed', 1, 'de', stores, true],
        ['at any store where none is listed', 1, 'fr', undefined, true],
        ['at any store where the customer\'s website is not known', undefined, 'fr', stores, true],
        ['at the default store, where that is on the customer\'s website', 1, undefined, stores, true],
        ['not at the default store, where that is on another website', 2, undefined, stores, false],
        ['at the default store, where nobody says which website it is on', 1, undefined, elsewhere, true],
        ['at the default store where none is listed', 1, undefined, undefined, true],
        ['never at all', undefined, 'all', undefined, false],
        ['never at all, even where a store of that name is listed', 1, 'all', new Map([['all', 1]]), false]
    ];

    for (const [where, website, storeCode, known, expected] of table) {
        it(`answers for 2.4: ${where}`, () => {

            expect(isSelfHere({ type: 'customer', id: '42', ...(website === undefined ? {} : { website }) }, storeCode, known, '2.4')).to.equal(expected);
        });

        it(`answers for 2.0, where everything is here: ${where}`, () => {

            expect(isSelfHere({ type: 'customer', id: '42', ...(website === undefined ? {} : { website }) }, storeCode, known, '2.0')).to.be.true();
        });
    }
});
