import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { compare } from 'bcrypt';
import { Redis } from 'ioredis';

import type { Books } from '../../gateway/accounts.js';
import type { GivenAccount } from '../../plugin/accounts/import.js';
import type { AuditEvent } from '../../plugin/audit/event.js';
import type { AccountType } from '../../plugin/caller.js';
import type { TestRedis } from '../support/redis.js';
import { addAccount, changePassword, changeStatus, putAccount, removeAccount } from '../../gateway/accounts.js';
import { createRedisAccounts } from '../../plugin/accounts/redis.js';
import { redisSessions } from '../../plugin/sessions/redis.js';
import { startRedis } from '../support/redis.js';


export const lab = Lab.script();
const { after, before, beforeEach, describe, it } = lab;

const roni: GivenAccount = { type: 'customer', username: 'roni_cost@example.com', id: '1', status: 'active', secret: { kind: 'password', password: 'Sample-1' }, resources: [] };
const clerk: GivenAccount = { type: 'admin', username: 'clerk', id: '2', status: 'active', secret: { kind: 'password', password: 'Sample-2' }, resources: ['Magento_Sales::sales'] };
const withPassword = (given: GivenAccount, password: string): GivenAccount => ({ ...given, secret: { kind: 'password', password } });
const oldHash = '4ffbb8dfad06591d7f3e2d8dca9fb1bcdff54086262a948fd65647bc8f5a0bc1:abcdefghijklmnopqrstuvwxyz012345:1';         // SPEC 13.1: "Passw0rd!"

describe('changes of accounts', () => {

    let server: TestRedis;
    let redis: Redis;
    let books: Books;
    let events: AuditEvent[] = [];

    before(async () => {

        server = await startRedis();
        redis = new Redis(server.socket);
        books = { accounts: createRedisAccounts(redis), sessions: redisSessions(redis, () => 1_000), bcryptCost: 4, record: (event) => events.push(event), actor: { by: 'command', operator: 'jane' } };
    });

    after(async () => {

        redis.disconnect();
        await server.stop();
    });

    beforeEach(async () => {

        events = [];
        await redis.flushall();
    });

    const openSession = (type: AccountType, callerId: string) => books.sessions.add({ type, callerId, id: 'q7m2k9ax', secretHash: Buffer.alloc(32), issuedAtSeconds: 900, source: '' }, 0);
    const countSessions = async (type: AccountType, callerId: string) => (await books.sessions.list(type, callerId)).length;
    const hashOf = async (type: AccountType, name: string) => String((await books.accounts.find(type, name))?.hash);

    describe('addAccount()', () => {

        it('adds an account whose password is hashed, at the cost that is set', async () => {

            expect(await addAccount(books, roni)).to.equal({ kind: 'added' });
            const hash = await hashOf('customer', 'roni_cost@example.com');
            expect(hash).to.startWith('$2b$04$');
            expect(await compare('Sample-1', hash)).to.be.true();
        });

        it('keeps a hash that is given', async () => {

            await addAccount(books, { ...roni, secret: { kind: 'hash', hash: oldHash } });
            expect(await hashOf('customer', 'roni_cost@example.com')).to.equal(oldHash);
        });

        it('sets an admin\'s role, and only an admin\'s', async () => {

            await addAccount(books, clerk);
            await addAccount(books, { ...roni, id: '2' });
            expect(await server.cli('SMEMBERS', 'postern:role:admin:2')).to.equal('Magento_Sales::sales');
        });

        it('ends sessions that its id was left with', async () => {

            await openSession('customer', '1');
            await addAccount(books, roni);
            expect(await countSessions('customer', '1')).to.equal(0);
        });

        it('refuses a name or an id that is taken, and touches nothing of whoever has it', async () => {

            await addAccount(books, clerk);
            await openSession('admin', '2');
            expect(await addAccount(books, { ...clerk, id: '3', resources: [] })).to.equal({ kind: 'refused', message: 'the admin "clerk" exists already' });
            expect(await addAccount(books, { ...clerk, username: 'other', resources: [] })).to.equal({ kind: 'refused', message: 'the admin id 2 is that of "clerk"' });
            expect(await books.sessions.role('2')).to.equal(new Set(['Magento_Sales::sales']));
            expect(await countSessions('admin', '2')).to.equal(1);
        });
    });

    describe('putAccount()', () => {

        it('adds what is new', async () => {

            await openSession('admin', '2');
            expect(await putAccount(books, clerk)).to.equal({ kind: 'added' });
            expect(await compare('Sample-2', await hashOf('admin', 'clerk'))).to.be.true();
            expect(await books.sessions.role('2')).to.equal(new Set(['Magento_Sales::sales']));
            expect(await countSessions('admin', '2')).to.equal(0);
        });

        it('changes nothing when the same is put again, and logs nobody out', async () => {

            await putAccount(books, roni);
            const hash = await hashOf('customer', 'roni_cost@example.com');
            await openSession('customer', '1');
            expect(await putAccount(books, roni)).to.equal({ kind: 'same' });
            expect(await hashOf('customer', 'roni_cost@example.com')).to.equal(hash);
            expect(await countSessions('customer', '1')).to.equal(1);
        });

        it('keeps sessions when the role alone is another', async () => {

            await putAccount(books, clerk);
            await openSession('admin', '2');
            expect(await putAccount(books, { ...clerk, resources: [] })).to.equal({ kind: 'same' });
            expect((await books.sessions.role('2')).size).to.equal(0);
            expect(await countSessions('admin', '2')).to.equal(1);
        });

        const endsSessions = (what: string, changed: GivenAccount) => {

            it(`ends the sessions when the ${what} is another`, async () => {

                await putAccount(books, roni);
                await openSession('customer', '1');
                expect(await putAccount(books, changed)).to.equal({ kind: 'replaced' });
                expect(await countSessions('customer', '1')).to.equal(0);
            });
        };

        endsSessions('password', withPassword(roni, 'Sample-9'));
        endsSessions('hash', { ...roni, secret: { kind: 'hash', hash: oldHash } });
        endsSessions('status', { ...roni, status: 'disabled' });
        endsSessions('website', { ...roni, website: 2 });
        endsSessions('group', { ...roni, group: 2 });
        endsSessions('store', { ...roni, store: 2 });

        it('puts a new password in place of the old one', async () => {

            await putAccount(books, roni);
            await putAccount(books, withPassword(roni, 'Sample-9'));
            expect(await compare('Sample-9', await hashOf('customer', 'roni_cost@example.com'))).to.be.true();
        });

        it('takes the chance to replace an old hash of the same password', async () => {

            await putAccount(books, { ...roni, secret: { kind: 'hash', hash: oldHash } });
            expect(await putAccount(books, withPassword(roni, 'Passw0rd!'))).to.equal({ kind: 'replaced' });
            expect(await compare('Passw0rd!', await hashOf('customer', 'roni_cost@example.com'))).to.be.true();
        });

        it('refuses another id for a name, and another name for an id', async () => {

            await putAccount(books, roni);
            await openSession('customer', '1');
            expect(await putAccount(books, { ...roni, id: '7' }))
                .to.equal({ kind: 'refused', message: 'the customer "roni_cost@example.com" has the id 1, not 7: remove that account first' });
            expect(await putAccount(books, { ...roni, username: 'other@example.com' })).to.equal({ kind: 'refused', message: 'the customer id 1 is that of "roni_cost@example.com"' });
            expect(await countSessions('customer', '1')).to.equal(1);
        });
    });

    describe('changePassword()', () => {

        it('ends the sessions', async () => {

            await addAccount(books, roni);
            await openSession('customer', '1');
            expect(await changePassword(books, 'customer', 'Roni_Cost@example.com', 'Sample-9')).to.include({ kind: 'changed', ended: 1 });
            expect(await compare('Sample-9', await hashOf('customer', 'roni_cost@example.com'))).to.be.true();
            expect(await countSessions('customer', '1')).to.equal(0);
        });

        it('knows no account that is not there', async () => {

            expect(await changePassword(books, 'customer', 'nobody', 'Sample-9')).to.equal({ kind: 'unknown' });
        });
    });

    describe('changeStatus()', () => {

        it('ends no session of an account that is enabled twice', async () => {

            await addAccount(books, roni);
            await openSession('customer', '1');
            expect(await changeStatus(books, 'customer', 'roni_cost@example.com', 'active')).to.include({ kind: 'changed', ended: 0 });
            expect(await countSessions('customer', '1')).to.equal(1);
        });

        it('ends the sessions of an account that is disabled', async () => {

            await addAccount(books, roni);
            await openSession('customer', '1');
            const changed = await changeStatus(books, 'customer', 'roni_cost@example.com', 'disabled');
            expect(changed).to.include({ kind: 'changed', ended: 1 });
            expect((await books.accounts.find('customer', 'roni_cost@example.com'))?.status).to.equal('disabled');
            expect(await countSessions('customer', '1')).to.equal(0);
        });
    });

    describe('removeAccount()', () => {

        it('leaves nothing of an admin: account, role and sessions', async () => {

            await addAccount(books, clerk);
            await openSession('admin', '2');
            expect(await removeAccount(books, 'admin', 'clerk')).to.include({ kind: 'changed', ended: 1 });
            expect(await server.cli('KEYS', '*')).to.equal('');
        });

        it('leaves an admin\'s role alone when a customer of that id goes', async () => {

            await addAccount(books, clerk);
            await addAccount(books, { ...roni, id: '2' });
            await removeAccount(books, 'customer', 'roni_cost@example.com');
            expect(await books.sessions.role('2')).to.equal(new Set(['Magento_Sales::sales']));
        });

        it('knows no account that is not there', async () => {

            expect(await removeAccount(books, 'customer', 'nobody')).to.equal({ kind: 'unknown' });
            expect(events).to.equal([]);
        });
    });

    it('tells of each change, and who made it', async () => {

        const account = { type: 'customer', callerId: '1', name: 'roni_cost@example.com', actor: { by: 'command', operator: 'jane' } } as const;
        await addAccount(books, { ...roni, username: 'Roni_Cost@example.com' });
        await addAccount(books, roni);
        await changePassword(books, 'customer', 'RONI_COST@example.com', 'Sample-9');
        await changeStatus(books, 'customer', 'roni_cost@example.com', 'active');
        await removeAccount(books, 'customer', 'roni_cost@example.com');
        expect(events).to.equal((['account-added', 'account-password', 'account-enabled', 'account-disabled', 'account-removed'] as const).map((kind) => ({ kind, ...account })));
    });
});
