import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { accountsFrom } from '../../gateway/sources.js';
import { fakeTables } from '../support/fake-database.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('accountsFrom()', () => {

    const never = () => Promise.reject(new Error('was asked'));
    const magento = { accounts: { remote: { verify: never } }, show: never, ask: never, askHolder: never, close: never };
    const tables = fakeTables({});

    it('takes accounts of the gate\'s own as they are', () => {

        expect(accountsFrom('redis', { magento, tables: undefined })).to.equal('redis');
        expect(accountsFrom('file:/a.jsonl', { magento, tables: undefined })).to.equal('file:/a.jsonl');
    });

    it('asks the upstream for accounts, and the tables for roles where there are any', () => {

        expect(accountsFrom('upstream', { magento, tables: undefined })).to.equal(magento.accounts);
        expect(accountsFrom('upstream', { magento, tables })).to.equal({ ...magento.accounts, roleOf: tables.roleOf });
    });

    it('asks the tables for both, and wants to know where they are', () => {

        expect(accountsFrom('magento-db', { magento, tables })).to.shallow.equal(tables.accounts);
        expect(() => accountsFrom('magento-db', { magento, tables: undefined })).to.throw(/POSTERN_MAGENTO_DB/);
    });
});
