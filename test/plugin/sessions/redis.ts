import { once } from 'node:events';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import { encodeRecord } from '../../../plugin/sessions/record.js';
import { redisSessions } from '../../../plugin/sessions/redis.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';
import { hashSecret } from '../../../plugin/sessions/token.js';
import { startRedis } from '../../support/redis.js';

import type { Session, SessionStore } from '../../../plugin/sessions/store.js';
import type { TestRedis } from '../../support/redis.js';


export const lab = Lab.script();
const { after, before, beforeEach, describe, it } = lab;

// Redis counts by its own clock, and other files may run for minutes before this one.

let startSeconds = 0;
const session = (id: string, rest: Partial<Session> = {}): Session => ({
    type: 'customer', callerId: '42', id, secretHash: hashSecret(id), issuedAtSeconds: startSeconds, source: '203.0.113.77', ...rest
});
const endsAfter = (seconds: number) => ({ expiresAtSeconds: startSeconds + seconds });

before(() => {

    startSeconds = Math.floor(Date.now() / 1000);
});

describe('redisSessions()', () => {

    let server: TestRedis;
    let redis: Redis;
    let store: SessionStore;

    before(async () => {

        server = await startRedis();
        redis = new Redis(server.socket);
        store = redisSessions(redis, () => startSeconds);
    });

    after(async () => {

        redis.disconnect();
        await server.stop();
    });

    beforeEach(async () => {

        await redis.flushall();
    });

    const expiryAfter = async (seconds: number) => expect(Number(await server.cli('EXPIRETIME', 'postern:customer:42'))).to.equal(startSeconds + seconds);
    const neverExpires = async () => expect(await server.cli('TTL', 'postern:customer:42')).to.equal('-1');
    const find = () => store.find('customer', '42', 'aaaaaaaa');

    it('keeps a hash a caller, whose fields are the sessions', async () => {

        await store.add(session('aaaaaaaa'), 0);
        await store.add(session('bbbbbbbb', { type: 'admin', callerId: '1' }), 0);
        await store.setRole('1', ['Magento_Sales::sales']);
        await store.noteUse('customer', '42', 'aaaaaaaa', startSeconds, 600);
        expect((await server.cli('KEYS', '*')).split('\n').sort()).to.equal(['postern:admin:1', 'postern:customer:42', 'postern:role:admin:1', 'postern:seen:customer:42']);
        expect(await server.cli('HKEYS', 'postern:customer:42')).to.equal('aaaaaaaa');
        expect(await server.cli('SMEMBERS', 'postern:role:admin:1')).to.equal('Magento_Sales::sales');
        expect(await redis.hgetBuffer('postern:customer:42', 'aaaaaaaa')).to.equal(encodeRecord(session('aaaaaaaa')));
    });

    it('keeps no secret', async () => {

        await store.add(session('aaaaaaaa', { secretHash: hashSecret('a-secret-of-the-client') }), 0);
        expect(await redis.dumpBuffer('postern:customer:42')).to.not.include(Buffer.from('a-secret-of-the-client'));
    });

    it('stays within the compact encoding and 220 bytes a session', async () => {

        await store.add(session('aaaaaaaa', { ...endsAfter(14_400), website: 1, group: 1, store: 1 }), 0);
        expect(await server.cli('OBJECT', 'ENCODING', 'postern:customer:42')).to.equal('listpack');
        expect(Number(await server.cli('MEMORY', 'USAGE', 'postern:customer:42'))).to.be.at.most(220);
    });

    it('lets the operator end what redis-cli names', async () => {

        const rows: readonly (readonly string[])[] = [
            ['DEL', 'postern:customer:42'], ['UNLINK', 'postern:customer:42'], ['HDEL', 'postern:customer:42', 'aaaaaaaa'], ['EXPIRE', 'postern:customer:42', '0'],
            ['RENAME', 'postern:customer:42', 'away'], ['SET', 'postern:customer:42', 'x'], ['HSET', 'postern:customer:42', 'aaaaaaaa', 'x'], ['FLUSHALL']
        ];
        for (const row of rows) {
            await store.add(session('aaaaaaaa'), 0);
            expect(await find(), row.join(' ')).to.exist();
            await server.cli(...row);
            expect(await find(), row.join(' ')).to.be.undefined();
        }
    });

    it('takes keys of another type for no session, no role and no use', async () => {

        for (const key of ['postern:customer:42', 'postern:role:admin:1', 'postern:seen:customer:42']) {
            await redis.set(key, 'x');
        }

        expect(await find()).to.be.undefined();
        expect(await store.list('customer', '42')).to.equal([]);
        expect(await store.end('customer', '42', 'aaaaaaaa')).to.be.false();
        expect(await store.endAll('customer', '42')).to.equal(0);
        expect(await redis.exists('postern:customer:42')).to.equal(0);
        expect(await store.role('1')).to.equal(new Set());
        expect(await store.lastUse('customer', '42', 'aaaaaaaa')).to.be.undefined();
    });

    it('puts what it writes in the place of a key of another type', async () => {

        for (const key of ['postern:customer:42', 'postern:role:admin:1', 'postern:seen:customer:42']) {
            await redis.set(key, 'x', 'EX', 5);
        }

        await store.add(session('aaaaaaaa'), 0);
        await store.setRole('1', ['Magento_Sales::sales']);
        await store.noteUse('customer', '42', 'aaaaaaaa', startSeconds, 600);
        expect(await find()).to.exist();
        await neverExpires();
        expect(await store.role('1')).to.equal(new Set(['Magento_Sales::sales']));
        expect(await store.lastUse('customer', '42', 'aaaaaaaa')).to.equal(startSeconds);
    });

    it('neither reads, counts nor drops a field that is no record', async () => {

        await redis.hset('postern:customer:42', '__proto__', 'x', 'constructor', '12h@ ', 'note', '1+9h', 'other', `1+2x ${'h'.repeat(32)}`);
        await store.add(session('aaaaaaaa', endsAfter(60)), 1);
        await store.add(session('bbbbbbbb', endsAfter(60)), 1);
        expect((await store.list('customer', '42')).map(({ id }) => id)).to.equal(['bbbbbbbb']);
        expect((await redis.hkeys('postern:customer:42')).sort()).to.equal(['__proto__', 'bbbbbbbb', 'constructor', 'note', 'other']);
        await neverExpires();
        expect(await store.find('customer', '42', '__proto__')).to.be.undefined();
    });

    it('lets the key expire with the last of its sessions', async () => {

        await store.add(session('aaaaaaaa', endsAfter(600)), 0);
        await expiryAfter(600);
        await store.add(session('bbbbbbbb', endsAfter(60)), 0);
        await expiryAfter(600);
        await store.add(session('cccccccc', endsAfter(86_400 * 30)), 0);
        await expiryAfter(86_400 * 30);
    });

    it('keeps the key while one of its sessions never expires', async () => {

        await store.add(session('aaaaaaaa', endsAfter(600)), 2);
        await store.add(session('bbbbbbbb'), 2);
        await neverExpires();
        await store.add(session('cccccccc', endsAfter(60)), 2);
        await neverExpires();
        await store.add(session('dddddddd', endsAfter(60)), 1);
        await expiryAfter(60);
    });

    it('drops sessions that have expired when another is added', async () => {

        await store.add(session('aaaaaaaa', endsAfter(600)), 0);
        const later = redisSessions(redis, () => startSeconds + 600);
        await later.add(session('bbbbbbbb', { issuedAtSeconds: startSeconds + 600 }), 0);
        expect(await redis.hkeys('postern:customer:42')).to.equal(['bbbbbbbb']);
    });

    it('adds in one step, whoever else adds', async () => {

        const ids = Array.from({ length: 50 }, (_, i) => `aaaaaa${10 + i}`);
        await Promise.all(ids.map((id) => store.add(session(id), 10)));
        expect((await store.list('customer', '42')).length).to.equal(10);
    });

    it('forgets uses that are older than the idle time, and the key with the last', async () => {

        await store.noteUse('customer', '42', 'aaaaaaaa', startSeconds - 600, 600);
        await store.noteUse('customer', '42', 'bbbbbbbb', startSeconds - 599, 600);
        await store.noteUse('customer', '42', 'cccccccc', startSeconds, 600);
        expect((await redis.hkeys('postern:seen:customer:42')).sort()).to.equal(['bbbbbbbb', 'cccccccc']);
        expect(Number(await server.cli('TTL', 'postern:seen:customer:42'))).to.be.between(500, 601);
    });

    it('takes a use that is no time for none', async () => {

        await redis.hset('postern:seen:customer:42', 'aaaaaaaa', 'yesterday', 'bbbbbbbb', '');
        expect(await store.lastUse('customer', '42', 'aaaaaaaa')).to.be.undefined();
        await store.noteUse('customer', '42', 'cccccccc', startSeconds, 600);
        expect(await redis.hkeys('postern:seen:customer:42')).to.equal(['cccccccc']);
    });

    it('sends its scripts again to a server that has lost them', async () => {

        await server.cli('SCRIPT', 'FLUSH');
        await store.add(session('aaaaaaaa'), 0);
        expect(await find()).to.exist();
    });

    it('passes mistakes on, without the arguments of the command', async () => {

        const error: Error = await expect(store.noteUse('customer', '42', 'aaaaaaaa', startSeconds, NaN)).to.reject(Error, /^ERR /);
        expect(error).to.not.be.an.instanceof(StoreUnavailableError);
        expect(Object.keys(error)).to.not.include('command');
    });
});

describe('redisSessions() without Redis', () => {

    let server: TestRedis;
    let redis: Redis;
    let store: SessionStore;

    before(async () => {

        server = await startRedis();
        redis = new Redis(server.socket, { maxRetriesPerRequest: 1, enableOfflineQueue: false, commandTimeout: 100, retryStrategy: () => 20 });
        redis.on('error', () => {});
        await once(redis, 'ready');
        store = redisSessions(redis, () => startSeconds);
        await store.add(session('aaaaaaaa'), 0);
    });

    after(async () => {

        redis.disconnect();
        await server.stop();
    });

    const find = () => store.find('customer', '42', 'aaaaaaaa');
    const add = () => store.add(session('bbbbbbbb'), 0);

    it('cannot write to a replica, nor to a full server, and reads on', async () => {

        const rows: readonly (readonly [readonly string[], readonly string[]])[] = [
            [['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']],
            [['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']]
        ];
        for (const [change, undo] of rows) {
            await server.cli(...change);
            await expect(add()).to.reject(StoreUnavailableError);
            expect(await find()).to.exist();
            await server.cli(...undo);
        }

        await add();
    });

    it('cannot do what the server forbids', async () => {

        await server.cli('ACL', 'SETUSER', 'default', '-hget');
        await expect(Promise.resolve(find())).to.reject(StoreUnavailableError);
        await server.cli('ACL', 'SETUSER', 'default', '+hget');
        expect(await find()).to.exist();
    });

    it('does not wait for a server that hangs', async () => {

        server.process.kill('SIGSTOP');
        const error = await expect(Promise.resolve(find())).to.reject(StoreUnavailableError);
        expect(error.cause).to.be.an.error('Command timed out');
        server.process.kill('SIGCONT');
        expect(await find()).to.exist();
    });

    it('rejects everything while the server is gone', async () => {

        await server.stop();
        const attempts = [
            add(), find(), store.list('customer', '42'), store.end('customer', '42', 'aaaaaaaa'), store.endAll('customer', '42'),
            store.role('1'), store.setRole('1', []), store.lastUse('customer', '42', 'aaaaaaaa'), store.noteUse('customer', '42', 'aaaaaaaa', startSeconds, 600)
        ];
        for (const { status, ...outcome } of await Promise.allSettled(attempts.map(async (attempt) => attempt))) {
            expect(status).to.equal('rejected');
            expect(outcome).to.include('reason');
            expect((outcome as PromiseRejectedResult).reason).to.be.an.instanceof(StoreUnavailableError);
        }
    });
});
