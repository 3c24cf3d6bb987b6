import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { ConfigRow } from '../../../gateway/tables/shop.js';
import { createShop } from '../../../gateway/tables/shop.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('createShop()', () => {

    const shop = (config: readonly ConfigRow[] | undefined) => createShop({ config, stores: [{ code: 'default', website: 1 }, { code: 'fr', website: 2 }], defaultWebsite: 1 });
    const row = (path: string, value: string, scope = 'default', scopeId = 0): ConfigRow => ({ scope, scopeId, path, value });
    const sharing = 'customer/account_share/scope';

    it('finds the website of a store view', () => {

        const { websiteOf } = shop([]);
        expect([undefined, 'all', 'default', 'fr', 'FR', 'de'].map(websiteOf)).to.equal([1, 1, 1, 2, undefined, undefined]);
        expect(createShop({ config: [], stores: [], defaultWebsite: undefined }).websiteOf(undefined)).to.be.undefined();
    });

    it('takes every website where accounts are shared, and for nothing less', () => {

        expect(shop([row(sharing, '0')]).websiteOf('fr')).to.equal('any');
        for (const config of [undefined, [row(sharing, '1')], [row(sharing, '')], [row(sharing, '0', 'websites', 2)], [row('other', '0')]]) {
            expect(shop(config).websiteOf('fr')).to.equal(2);
        }
    });

    it('asks for a confirmed address where the website, or all of them do', () => {

        const confirm = 'customer/create_account/confirm';
        expect([1, 2].map(shop([]).mustConfirm)).to.equal([false, false]);
        expect([1, 2].map(shop([row(confirm, '1')]).mustConfirm)).to.equal([true, true]);
        expect([1, 2].map(shop([row(confirm, '1'), row(confirm, '0', 'websites', 2)]).mustConfirm)).to.equal([true, false]);
        expect([1, 2].map(shop([row('customer/account_information/confirm', '1', 'websites', 2)]).mustConfirm)).to.equal([false, true]);
        expect([1, 2].map(shop(undefined).mustConfirm)).to.equal([true, true]);
    });
});
