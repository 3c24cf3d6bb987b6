import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';
import type { Cluster } from 'ioredis';

import { createRedisAccounts } from '../../../plugin/accounts/redis.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';
import { startRedis } from '../../support/redis.js';

import type { Account } from '../../../plugin/accounts/account.js';
import type { AccountStore } from '../../../plugin/accounts/redis.js';
import type { TestRedis } from '../../support/redis.js';


export const lab = Lab.script();
const { after, before, beforeEach, describe, it } = lab;

/** A client that reads and writes as `redis` does, and says that these are the masters of its cluster. */
function clusterOf(redis: Redis, masters: readonly Redis[]): Cluster {

    return Object.assign(Object.create(redis) as Cluster, { nodes: () => [...masters] });
}

describe('createRedisAccounts()', { timeout: 20_000 }, () => {

    const jo: Account = { type: 'customer', username: 'Jo@example.com', id: '7', hash: 'h', status: 'active', website: 1 };
    const al: Account = { type: 'customer', username: 'al@example.com', id: '8', hash: 'h', status: 'active' };
    const clerk: Account = { type: 'admin', username: 'clerk', id: '7', hash: 'h', status: 'active' };
    const joKey = 'postern:account:customer:jo@example.com';
    let server: TestRedis;
    let redis: Redis;
    let accounts: AccountStore;

    before(async () => {

        server = await startRedis();
        redis = new Redis(server.socket);
        accounts = createRedisAccounts(redis);
    });

    after(async () => {

        redis.disconnect();
        await server.stop();
    });

    beforeEach(async () => {

        await redis.flushall();
    });

    const keys = async () => (await server.cli('KEYS', '*')).split('\n').filter((key) => key !== '').sort();
    const list = async (store: AccountStore, type: 'admin' | 'customer') => {

        const names: string[] = [];
        for await (const account of store.list(type)) {
            names.push(account.username);
        }

        return names.sort();
    };

    describe('add()', () => {

        it('keeps plain fields that an operator can read', async () => {

            expect(await accounts.add(jo)).to.equal({ kind: 'added' });
            expect(await server.cli('HGETALL', joKey)).to.equal('id\n7\nusername\nJo@example.com\nhash\nh\nstatus\nactive\nwebsite\n1');
            expect(await keys()).to.equal(['postern:account-id:customer:7', joKey]);
            expect(await accounts.find('customer', 'jo@example.com')).to.equal(jo);
        });

        it('refuses a name that exists in another spelling', async () => {

            await accounts.add(jo);
            expect(await accounts.add({ ...al, username: 'JO@EXAMPLE.COM' })).to.equal({ kind: 'name-taken' });
            expect(await accounts.find('customer', 'jo@example.com')).to.equal(jo);
            expect(await keys()).to.equal(['postern:account-id:customer:7', joKey]);
        });

        it('refuses an id that another account has, and leaves nothing behind', async () => {

            await accounts.add(jo);
            expect(await accounts.add({ ...al, id: '7' })).to.equal({ kind: 'id-taken', by: 'jo@example.com' });
            expect(await keys()).to.equal(['postern:account-id:customer:7', joKey]);
        });

        it('keeps customers and admins apart', async () => {

            await accounts.add(jo);
            expect(await accounts.add(clerk)).to.equal({ kind: 'added' });
            expect(await accounts.add({ ...clerk, username: 'jo@example.com', id: '8' })).to.equal({ kind: 'added' });
            expect(await accounts.find('customer', 'clerk')).to.be.undefined();
        });

        it('gives an id away once, however many want it', async () => {

            const added = await Promise.all(Array.from({ length: 20 }, (_, i) => accounts.add({ ...jo, username: `jo${i}@example.com` })));
            expect(added.filter(({ kind }) => kind === 'added')).to.have.length(1);
            expect(await list(accounts, 'customer')).to.have.length(1);
        });

        it('takes an id over that points to nobody, or to somebody with another', async () => {

            await server.cli('SET', 'postern:account-id:customer:7', 'gone@example.com');
            expect(await accounts.add(jo)).to.equal({ kind: 'added' });
            await server.cli('SET', 'postern:account-id:customer:8', 'jo@example.com');
            expect(await accounts.add(al)).to.equal({ kind: 'added' });
            expect(await server.cli('GET', 'postern:account-id:customer:8')).to.equal('al@example.com');
        });

        it('adds again what an operator deleted by hand', async () => {

            await accounts.add(jo);
            await server.cli('DEL', joKey);
            expect(await accounts.add({ ...jo, status: 'disabled' })).to.equal({ kind: 'added' });
            expect((await accounts.find('customer', 'jo@example.com'))?.status).to.equal('disabled');
        });

        it('throws where nobody can have the name', async () => {

            await expect(accounts.add({ ...jo, username: ' jo' })).to.reject(Error, 'No account can have the user name " jo"');
            expect(await keys()).to.be.empty();
        });
    });

    describe('put()', () => {

        it('adds what is not there', async () => {

            expect(await accounts.put(jo)).to.equal({ kind: 'added' });
            expect(await accounts.find('customer', 'jo@example.com')).to.equal(jo);
        });

        it('replaces what is there, whole', async () => {

            await accounts.add(jo);
            const next: Account = { type: 'customer', username: 'jo@example.com', id: '7', hash: 'h2', status: 'disabled', group: 2 };
            expect(await accounts.put(next)).to.equal({ kind: 'replaced', previous: jo });
            expect(await accounts.find('customer', 'jo@example.com')).to.equal(next);
        });

        it('refuses to give a name another id', async () => {

            await accounts.add(jo);
            expect(await accounts.put({ ...jo, id: '9' })).to.equal({ kind: 'id-differs', id: '7' });
            expect(await accounts.find('customer', 'jo@example.com')).to.equal(jo);
        });

        it('refuses an id that another account has', async () => {

            await accounts.add(jo);
            expect(await accounts.put({ ...al, id: '7' })).to.equal({ kind: 'id-taken', by: 'jo@example.com' });

            // Made by hand, beside our index

            await server.cli('HSET', 'postern:account:customer:al@example.com', 'id', '7', 'hash', 'h', 'status', 'active');
            expect(await accounts.put({ ...al, id: '7' })).to.equal({ kind: 'id-taken', by: 'jo@example.com' });
        });
    });

    describe('replaceHash()', () => {

        it('replaces the hash that was checked, and no other', async () => {

            await accounts.add(jo);
            await accounts.replaceHash(jo, 'h2');
            expect((await accounts.find('customer', 'jo@example.com'))?.hash).to.equal('h2');
            await accounts.replaceHash(jo, 'h3');
            expect((await accounts.find('customer', 'jo@example.com'))?.hash).to.equal('h2');
        });

        it('does not bring back what was removed', async () => {

            await accounts.replaceHash(jo, 'h2');
            expect(await keys()).to.be.empty();
        });
    });

    describe('setPassword() and setStatus()', () => {

        it('change one field of an account, named in any spelling', async () => {

            await accounts.add(jo);
            expect(await accounts.setPassword('customer', 'JO@example.com', 'h2')).to.equal({ ...jo, hash: 'h2' });
            expect(await accounts.setStatus('customer', 'jo@example.com', 'disabled')).to.equal({ ...jo, hash: 'h2', status: 'disabled' });
        });

        it('make no account', async () => {

            expect(await accounts.setPassword('customer', 'jo@example.com', 'h2')).to.be.undefined();
            expect(await accounts.setStatus('customer', 'jo@example.com', 'disabled')).to.be.undefined();
            expect(await keys()).to.be.empty();
        });
    });

    describe('remove()', () => {

        it('removes the account and frees its id', async () => {

            await accounts.add(jo);
            expect(await accounts.remove('customer', 'JO@example.com')).to.equal(jo);
            expect(await keys()).to.be.empty();
            expect(await accounts.remove('customer', 'jo@example.com')).to.be.undefined();
        });

        it('leaves an id that is somebody else\'s by now', async () => {

            await accounts.add(jo);
            await server.cli('SET', 'postern:account-id:customer:7', 'al@example.com');
            await accounts.remove('customer', 'jo@example.com');
            expect(await keys()).to.equal(['postern:account-id:customer:7']);
        });
    });

    describe('list()', () => {

        it('lists the accounts of a type, however many', async () => {

            await Promise.all(Array.from({ length: 1200 }, (_, i) => redis.hset(`postern:account:customer:c${i}`, { id: i + 1, username: `c${i}`, hash: 'h', status: 'active' })));
            await accounts.add(clerk);
            expect(await list(accounts, 'admin')).to.equal(['clerk']);
            expect(new Set(await list(accounts, 'customer')).size).to.equal(1200);
        });

        it('lists an account once, though a scan may tell it twice', async () => {

            await accounts.add(jo);
            expect(await list(createRedisAccounts(clusterOf(redis, [redis, redis])), 'customer')).to.equal(['Jo@example.com']);
        });

        it('leaves out what was removed since it was seen', async () => {

            await accounts.add(jo);
            const elsewhere = new Redis(server.socket, { db: 1 });
            expect(await list(createRedisAccounts(clusterOf(elsewhere, [redis])), 'customer')).to.be.empty();
            elsewhere.disconnect();
        });
    });

    it('names the account that an operator\'s edit broke', async () => {

        await server.cli('HSET', joKey, 'status', 'disabled');
        await expect(accounts.find('customer', 'jo@example.com')).to.reject(Error, 'The customer account "jo@example.com" has the id "": expected a positive whole number');
    });

    it('says that the store is away', async () => {

        const lost = new Redis('/nowhere/redis.sock', { enableOfflineQueue: false, lazyConnect: true });
        const lostAccounts = createRedisAccounts(lost);
        for (const attempt of [
            () => lostAccounts.find('customer', 'jo@example.com'),
            () => lostAccounts.add(jo),
            () => lostAccounts.put(jo),
            () => lostAccounts.replaceHash(jo, 'h2'),
            () => lostAccounts.setPassword('customer', 'jo', 'h2'),
            () => lostAccounts.setStatus('customer', 'jo', 'active'),
            () => lostAccounts.remove('customer', 'jo'),
            () => list(lostAccounts, 'customer')
        ]) {
            await expect(attempt()).to.reject(StoreUnavailableError);
        }

        lost.disconnect();
    });
});
