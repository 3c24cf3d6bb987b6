import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { openFileAccounts } from '../../../plugin/accounts/file.js';


export const lab = Lab.script();
const { afterEach, beforeEach, describe, it } = lab;

describe('openFileAccounts()', () => {

    const hash = `$2y$10$${'a'.repeat(53)}`;
    let folder: string;
    let path: string;
    let hashed: string[];

    const write = (...accounts: readonly object[]) => writeFile(path, accounts.map((account) => JSON.stringify(account)).join('\n'));
    const hashPassword = (password: string) => {

        hashed.push(password);
        return Promise.resolve(`hash ${hashed.length}`);
    };

    const open = () => openFileAccounts(path, hashPassword);

    beforeEach(async () => {

        folder = await mkdtemp(join(tmpdir(), 'postern-accounts-'));
        path = join(folder, 'accounts.jsonl');
        hashed = [];
    });

    afterEach(async () => {

        await rm(folder, { recursive: true });
    });

    it('finds accounts by type and canonical name', async () => {

        await write({ type: 'customer', username: 'Jo@Example.com', id: 7, hash, websiteId: 1 }, { type: 'admin', username: 'clerk', id: 2, password: 'secret', status: 'disabled' });
        const accounts = await open();
        expect(await accounts.find('customer', 'jo@example.com')).to.equal({ type: 'customer', username: 'Jo@Example.com', id: '7', hash, status: 'active', website: 1 });
        expect(await accounts.find('admin', 'clerk')).to.equal({ type: 'admin', username: 'clerk', id: '2', hash: 'hash 1', status: 'disabled' });
        expect(await accounts.find('admin', 'jo@example.com')).to.be.undefined();
        expect(await accounts.find('customer', 'clerk')).to.be.undefined();
    });

    it('tells the roles of admins', async () => {

        await write(
            { type: 'admin', username: 'clerk', id: 2, hash, resources: ['Magento_Sales::sales', 'Magento_Catalog::products'] },
            { type: 'admin', username: 'norole', id: 8, hash }, { type: 'customer', username: 'jo', id: 9, hash }
        );
        const accounts = await open();
        expect([...await accounts.role('2')]).to.equal(['Magento_Sales::sales', 'Magento_Catalog::products']);
        expect([...await accounts.role('8')]).to.be.empty();
        expect([...await accounts.role('9')]).to.be.empty();
    });

    it('leaves the hash as the file has it', async () => {

        await write({ type: 'customer', username: 'jo', id: 7, hash });
        const accounts = await open();
        const account = await accounts.find('customer', 'jo');
        await accounts.replaceHash(account!, 'newer');
        expect(await accounts.find('customer', 'jo')).to.equal(account);
    });

    it('reads the file again when told, and hashes only what is new', async () => {

        await write({ type: 'customer', username: 'jo', id: 7, password: 'one' }, { type: 'customer', username: 'al', id: 8, password: 'one' });
        const accounts = await open();
        await write({ type: 'customer', username: 'jo', id: 7, password: 'one', status: 'disabled' }, { type: 'customer', username: 'al', id: 8, password: 'two' });
        expect((await accounts.find('customer', 'jo'))?.status).to.equal('active');

        await accounts.reload();
        expect(hashed).to.equal(['one', 'one', 'two']);
        expect(await accounts.find('customer', 'jo')).to.include({ status: 'disabled', hash: 'hash 1' });
        expect(await accounts.find('customer', 'al')).to.include({ hash: 'hash 3' });
    });

    it('lists every faulty line, and keeps the accounts that it has', async () => {

        await write({ type: 'customer', username: 'jo', id: 7, hash });
        const accounts = await open();
        await writeFile(path, '{"type":\n{}\n');
        const message = `The accounts file "${path}" is faulty:\n  line 1: is not JSON\n  line 2: "type" is required. "username" is required. "id" is required. "password" or "hash" is required`;
        await expect(open()).to.reject(Error, message);
        await expect(accounts.reload()).to.reject(Error, message);
        expect(await accounts.find('customer', 'jo')).to.include({ id: '7' });
    });

    it('says which file cannot be read', async () => {

        await expect(open()).to.reject(Error, `The accounts file "${path}" cannot be read: ENOENT: no such file or directory, open '${path}'`);
    });
});
