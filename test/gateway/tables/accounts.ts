import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { AccountType } from '../../../plugin/caller.js';
import type { SignInPlace } from '../../../plugin/accounts/account.js';
import { createTableAccounts } from '../../../gateway/tables/accounts.js';
import { DatabaseError } from '../../../gateway/tables/database.js';
import { tableNames } from '../../../gateway/tables/read.js';
import { createShop } from '../../../gateway/tables/shop.js';
import type { ConfigRow } from '../../../gateway/tables/shop.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';
import { fakeDatabase } from '../../support/fake-database.js';


export const lab = Lab.script();
const { describe, it } = lab;

const customer = { entity_id: 5, email: 'Roni@Example.com', website_id: 1, store_id: 1, group_id: 3, password_hash: 'h:s:1', confirmation: null, locked: 0 };
const admin = { user_id: 2, username: 'Clerk', password: 'h:s:1', is_active: 1 };

type Tables = Parameters<typeof fakeDatabase>[0];

describe('createTableAccounts()', () => {

    const open = (tables: Tables, { config = [], hasLocks = true }: { readonly config?: readonly ConfigRow[]; readonly hasLocks?: boolean } = {}) => {

        const database = fakeDatabase(tables);
        const failures: string[] = [];
        const shop = createShop({ config, stores: [{ code: 'default', website: 1 }, { code: 'fr', website: 2 }], defaultWebsite: 1 });
        const accounts = createTableAccounts({ database, table: tableNames(''), shop: () => shop, hasLocks, onFailed: ({ message }) => failures.push(message) });
        return { accounts, database, failures };
    };

    const find = (tables: Tables, type: AccountType, name: string, place?: SignInPlace, config?: readonly ConfigRow[]) => open(tables, config && { config }).accounts.find(type, name, place);
    const shared: readonly ConfigRow[] = [{ scope: 'default', scopeId: 0, path: 'customer/account_share/scope', value: '0' }];
    const confirming: readonly ConfigRow[] = [{ scope: 'default', scopeId: 0, path: 'customer/create_account/confirm', value: '1' }];

    it('finds a customer at a store view of its website, and an admin everywhere', async () => {

        const account = { type: 'customer', id: '5', username: 'Roni@Example.com', hash: 'h:s:1', status: 'active', website: 1, group: 3, store: 1 } as const;
        const tables = { customer_entity: [customer], admin_user: [admin] };
        expect(await find(tables, 'customer', 'roni@example.com')).to.equal(account);
        expect(await find(tables, 'customer', 'roni@example.com', { store: 'default' })).to.equal(account);
        expect(await find(tables, 'customer', 'roni@example.com', { store: 'fr' })).to.be.undefined();
        expect(await find(tables, 'customer', 'roni@example.com', { store: 'de' })).to.be.undefined();
        expect(await find(tables, 'admin', 'clerk', { store: 'fr' })).to.equal({ type: 'admin', id: '2', username: 'Clerk', hash: 'h:s:1', status: 'active' });
    });

    it('finds it at every store view where accounts are shared, unless there are two', async () => {

        const tables = { customer_entity: [customer] };
        expect((await find(tables, 'customer', 'roni@example.com', { store: 'fr' }, shared))?.id).to.equal('5');
        expect(await find({ customer_entity: [customer, { ...customer, entity_id: 6, website_id: 2 }] }, 'customer', 'roni@example.com', { store: 'fr' }, shared)).to.be.undefined();
        expect((await find({ customer_entity: [customer, { ...customer, entity_id: 6, website_id: 2 }] }, 'customer', 'roni@example.com', { store: 'fr' }))?.id).to.equal('6');
    });

    it('asks with the name, and takes nobody whom the database takes for alike alone', async () => {

        const { accounts, database } = open({ customer_entity: [{ ...customer, email: 'róni@example.com' }], admin_user: [{ ...admin, username: 'clérk' }] });
        expect(await accounts.find('customer', 'roni@example.com')).to.be.undefined();
        expect(await accounts.find('admin', 'clerk')).to.be.undefined();
        expect(database.asked.map((text) => /FROM (.*)/.exec(text)?.[1])).to.equal(['`customer_entity` WHERE email = ? | roni@example.com', '`admin_user` WHERE username = ? | clerk']);
    });

    it('tells who may not sign in', async () => {

        const statusOf = async (row: object, config?: readonly ConfigRow[]) => (await find({ customer_entity: [{ ...customer, ...row }] }, 'customer', 'roni@example.com', {}, config))?.status;
        expect(await statusOf({ locked: 1 })).to.equal('disabled');
        expect(await statusOf({ confirmation: 'key' })).to.equal('active');
        expect(await statusOf({ confirmation: 'key' }, confirming)).to.equal('unconfirmed');
        expect(await statusOf({ confirmation: '' }, confirming)).to.equal('active');
        expect((await find({ admin_user: [{ ...admin, is_active: 0 }] }, 'admin', 'clerk'))?.status).to.equal('disabled');
        expect(await find({ customer_entity: [{ ...customer, password_hash: null, store_id: null }] }, 'customer', 'roni@example.com')).to.include({ hash: '' }).and.to.not.include('store');
    });

    it('reads the locks of 2.4, which 2.0 has not', async () => {

        for (const [hasLocks, reads] of [[true, true], [false, false]] as const) {
            const { accounts, database } = open({}, { hasLocks });
            await accounts.find('customer', 'roni@example.com');
            expect(database.asked.join().includes('lock_expires')).to.equal(reads);
        }
    });

    it('writes nothing', async () => {

        const { accounts, database } = open({ admin_user: [admin] });
        const account = await accounts.find('admin', 'clerk');
        await accounts.replaceHash(account!, 'new');
        expect(database.asked).to.have.length(1);
    });

    it('is away where the database is', async () => {

        const { accounts, failures } = open({ admin_user: new DatabaseError('no answer', 'ECONNRESET', undefined) });
        await expect(accounts.find('admin', 'clerk')).to.reject(StoreUnavailableError, 'no answer');
        expect(failures).to.equal(['no answer']);
        await expect(open({ admin_user: new TypeError('a mistake') }).accounts.find('admin', 'clerk')).to.reject(TypeError);
    });
});
