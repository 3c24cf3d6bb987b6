import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { DatabaseError } from '../../../gateway/tables/database.js';
import { readTables, tableNames, textOf } from '../../../gateway/tables/read.js';
import { fakeDatabase } from '../../support/fake-database.js';


export const lab = Lab.script();
const { describe, it } = lab;

const content = {
    m2_admin_user: [{ user_id: 1, username: 'boss' }],
    m2_authorization_role: [{ role_id: 1, parent_id: 0, role_type: 'G', user_id: 0, user_type: '2' }, { role_id: 2, parent_id: 1, role_type: 'U', user_id: 1, user_type: null }],
    m2_authorization_rule: [{ role_id: 1, resource_id: 'Magento_Backend::all', permission: 'allow' }, { role_id: 1, resource_id: null, permission: null }],
    m2_store: [{ code: 'default', website_id: 1 }],
    m2_store_website: [{ website_id: 1 }],
    m2_core_config_data: [{ scope: 'default', scope_id: 0, path: 'customer/account_share/scope', value: '0' }]
};

describe('readTables()', () => {

    const read = (tables: Parameters<typeof fakeDatabase>[0], withShop = true) => readTables(fakeDatabase(tables), tableNames('m2_'), withShop);

    it('reads what roles are made of, by the names that the prefix gives', async () => {

        const database = fakeDatabase(content);
        expect(await readTables(database, tableNames('m2_'), false)).to.equal({
            admins: [{ id: '1', username: 'boss' }],
            roles: [{ id: 1, parent: 0, type: 'G', user: 0, userType: '2' }, { id: 2, parent: 1, type: 'U', user: 1, userType: '' }],
            rules: [{ role: 1, resource: 'Magento_Backend::all', permission: 'allow' }, { role: 1, resource: '', permission: '' }]
        });
        expect(database.asked).to.have.length(3);
    });

    it('reads what accounts are found by, too', async () => {

        expect((await read(content)).shop).to.equal({
            config: [{ scope: 'default', scopeId: 0, path: 'customer/account_share/scope', value: '0' }], stores: [{ code: 'default', website: 1 }], defaultWebsite: 1
        });
        expect((await read({ ...content, m2_store_website: [] })).shop?.defaultWebsite).to.be.undefined();
    });

    it('does without the settings where they are not granted, and without nothing else', async () => {

        for (const code of ['ER_TABLEACCESS_DENIED_ERROR', 'ER_COLUMNACCESS_DENIED_ERROR']) {
            const denied = new DatabaseError('denied', code, undefined);
            expect((await read({ ...content, m2_core_config_data: denied })).shop?.config).to.be.undefined();
            await expect(read({ ...content, m2_store: denied })).to.reject('denied');
            await expect(read({ ...content, m2_authorization_rule: denied })).to.reject('denied');
        }

        await expect(read({ ...content, m2_core_config_data: new DatabaseError('gone', 'ECONNRESET', undefined) })).to.reject('gone');
        await expect(read({ ...content, m2_core_config_data: new TypeError('a mistake') })).to.reject('a mistake');
    });
});

describe('textOf()', () => {

    it('gives texts and numbers, and nothing for everything else', () => {

        const row = { text: 'a', number: 5, none: null, date: new Date(0) };
        expect(['text', 'number', 'none', 'date', 'absent'].map((column) => textOf(row, column))).to.equal(['a', '5', '', '', '']);
    });
});
