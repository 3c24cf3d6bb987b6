import { createServer, connect } from 'node:net';
import { dirname, join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import { isRefusal, trackChanges } from '../../../plugin/sessions/tracking-pair.js';
import { findFreePort, startRedis } from '../../support/redis.js';
import { until } from '../../support/until.js';

import type { TestRedis } from '../../support/redis.js';


export const lab = Lab.script();
const { afterEach, beforeEach, describe, it } = lab;

describe('trackChanges()', { timeout: 60_000 }, () => {

    let server: TestRedis;
    let redis: Redis;
    let closing: AbortController;
    let changes: (string | undefined)[];
    let proofs: number[];
    let doubts: string[];
    let reason: Error | undefined;

    const track = (reader = redis, silenceMs = 20_000) => {

        closing = new AbortController();
        changes = [];
        proofs = [];
        doubts = [];
        reason = undefined;
        const listener = { onChange: (key: string | undefined) => changes.push(key), onProof: (atMs: number) => proofs.push(atMs), onDoubt: ({ message }: Error) => doubts.push(message) };
        void trackChanges(reader, listener, { heartbeatMs: 20, silenceMs }, closing.signal).then((why) => {

            reason = why;
        });
    };

    const trackArmed = async () => {

        track();
        await until(() => proofs.length > 0);
    };

    beforeEach(async () => {

        server = await startRedis({ args: ['--enable-debug-command', 'yes'] });
        redis = new Redis(server.socket, { retryStrategy: () => 10, enableOfflineQueue: false });
        redis.on('error', () => {});
        await until(() => redis.status === 'ready');
    });

    afterEach(async () => {

        closing.abort();
        redis.disconnect();
        await server.stop();
    });

    it('tells the keys below the tracked prefixes, and none else', async () => {

        await trackArmed();
        for (const key of ['postern:customer:42', 'postern:seen:customer:42', 'postern:admin:jürgen: x', 'postern:customers', 'postern:role:admin:1', 'postern:lock:customer:x', 'other']) {
            await server.cli('SET', key, 'x');
        }

        await until(() => changes.length >= 3);
        expect(changes).to.equal(['postern:customer:42', 'postern:admin:jürgen: x', 'postern:role:admin:1']);
        await server.cli('FLUSHALL');
        await until(() => changes.length >= 4);
        expect(changes[3]).to.be.undefined();
    });

    it('proves now and then that it heard everything', async () => {

        const startMs = performance.now();
        await trackArmed();
        await until(() => proofs.length >= 5);
        expect(proofs[0]!).to.be.above(startMs);
        expect(proofs).to.equal([...proofs].sort((a, b) => a - b));
        expect(proofs.at(-1)!).to.be.below(performance.now());
    });

    it('takes what anybody publishes on its channel for no news', async () => {

        await trackArmed();
        await server.cli('PUBLISH', '__redis__:invalidate', 'postern:customer:42');
        await server.cli('SET', 'postern:customer:43', 'x');
        await until(() => changes.length > 0);
        expect(changes).to.equal(['postern:customer:43']);
    });

    it('tracks for a client with replies of RESP3, too', async () => {

        const reader = redis.duplicate({ replyMapping: 'resp3', lazyConnect: true });
        await reader.connect();
        track(reader);
        await until(() => proofs.length > 0);
        await server.cli('SET', 'postern:customer:42', 'x');
        await until(() => changes.length > 0);
        reader.disconnect();
    });

    it('ends when it is closed, and leaves no connection and no listener', async () => {

        await trackArmed();
        expect((await server.cli('CLIENT', 'LIST')).split('\n').length).to.equal(4);
        closing.abort();
        await until(async () => (await server.cli('CLIENT', 'LIST')).split('\n').length === 2);
        expect(reason?.message).to.equal('A connection to Redis was closed');
        expect(redis.listenerCount('close')).to.equal(0);
        const count = proofs.length;
        await until(() => performance.now() > (proofs.at(-1) ?? 0) + 100);
        expect(proofs.length).to.equal(count);
    });

    it('ends when the connection that reads is closed, for it may come back elsewhere', async () => {

        await trackArmed();
        redis.disconnect(true);
        await until(() => reason !== undefined);
        expect(reason?.message).to.equal('A connection to Redis was closed');
    });

    it('ends when nobody is there', async () => {

        await server.stop();
        track();
        await until(() => reason !== undefined);
        expect(reason?.message).to.match(/ENOENT|closed/);
    });

    it('ends after silence', async () => {

        track(redis, 200);
        await until(() => proofs.length > 0);
        server.process.kill('SIGSTOP');
        await until(() => reason !== undefined);
        expect(reason?.message).to.equal('Redis was silent for 200 ms');
        server.process.kill('SIGCONT');
    });

    it('bears a silence that is allowed, though the connection that reads is less patient', async () => {

        const reader = redis.duplicate({ commandTimeout: 50, lazyConnect: true });
        await reader.connect();
        track(reader);
        await until(() => proofs.length > 0);
        await server.cli('DEBUG', 'SLEEP', '0.3');
        const { length } = proofs;
        await until(() => proofs.length > length + 1);
        expect(reason).to.be.undefined();
        reader.disconnect();
    });

    it('hears on while the connection that reads stands behind a change that the server does not make', async () => {

        const reader = redis.duplicate();
        await until(() => reader.status === 'ready');
        track(reader);
        await until(() => proofs.length > 0);
        await server.cli('CLIENT', 'PAUSE', '3600000', 'WRITE');
        const written = reader.set('postern:customer:42', 'x');
        const { length } = proofs;
        await until(() => proofs.length > length + 3);
        expect(changes).to.equal([]);
        await server.cli('CLIENT', 'UNPAUSE');
        expect(await written).to.equal('OK');
        await until(() => changes.length > 0);
        expect([changes, reason]).to.equal([['postern:customer:42'], undefined]);
        reader.disconnect();
    });

    it('ends where the server forbids it, and tells so without the arguments of the command', async () => {

        await server.cli('ACL', 'SETUSER', 'default', '-client|tracking');
        track();
        await until(() => reason !== undefined);
        expect(isRefusal(reason!)).to.be.true();
        expect(Object.keys(reason!)).to.not.include('command');
    });

    it('tracks where INFO is forbidden', async () => {

        await server.cli('ACL', 'SETUSER', 'default', '-info');
        await trackArmed();
    });

    it('ends where the server has no INFO', async () => {

        await server.stop();
        server = await startRedis({ config: 'rename-command INFO ""\n' });
        redis.disconnect();
        redis = new Redis(server.socket, { enableReadyCheck: false });
        track();
        await until(() => reason !== undefined);
        expect(isRefusal(reason!)).to.be.true();
    });

    it('ends where the server takes no more clients, which is no refusal', async () => {

        await server.cli('CONFIG', 'SET', 'maxclients', '2');
        track();
        await until(() => reason !== undefined);
        expect(isRefusal(reason!)).to.be.false();
    });

    it('proves nothing while the server is a replica, and hears it nonetheless', async () => {

        await trackArmed();
        await server.cli('REPLICAOF', '127.0.0.1', '1');
        await until(() => doubts.length > 0);
        const { length } = proofs;
        await until(() => doubts.length > 3);
        expect(proofs.length).to.equal(length);
        expect(new Set(doubts)).to.equal(new Set(['Redis is a replica']));
        await server.cli('CONFIG', 'SET', 'replica-read-only', 'no');
        await server.cli('SET', 'postern:customer:42', 'x');
        await until(() => changes.length > 0);
        await server.cli('REPLICAOF', 'NO', 'ONE');
        await until(() => proofs.length > length);
        expect(reason).to.be.undefined();
    });

    it('proves nothing while a master has no cluster', async () => {

        await server.stop();
        server = await startRedis({ args: ['--cluster-enabled', 'yes', '--port', `${await findFreePort()}`, '--cluster-port', `${await findFreePort()}`] });
        redis.disconnect();
        redis = new Redis(server.socket);
        track();
        await until(() => doubts.length > 0);
        expect(doubts[0]).to.equal('Redis has lost its cluster');
        await server.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
        await until(() => proofs.length > 0);
    });

    it('proves what it can where CLUSTER INFO is forbidden', async () => {

        await server.stop();
        server = await startRedis({ args: ['--cluster-enabled', 'yes', '--port', `${await findFreePort()}`, '--cluster-port', `${await findFreePort()}`] });
        await server.cli('ACL', 'SETUSER', 'default', '-cluster|info');
        redis.disconnect();
        redis = new Redis(server.socket);
        track();
        await until(() => proofs.length > 0);
        expect(doubts).to.equal([]);
    });

    it('ends where the connection that reads gives the answers of other questions, and has it made again', async () => {

        const reader = redis.duplicate();
        await until(() => reader.status === 'ready');
        track(reader);
        await until(() => proofs.length > 0);
        let isClosed = false;
        reader.once('close', () => {

            isClosed = true;
        });
        Object.assign(reader, { ping: () => Promise.resolve('of another question') });
        await until(() => reason !== undefined && isClosed);
        expect(reason?.message).to.equal('Redis answered another question than was asked');
        reader.disconnect();
    });

    it('ends where it reaches another server than the connection that reads', async () => {

        const other = await startRedis();
        const path = join(dirname(other.socket), 'front.sock');
        let connections = 0;
        const front = createServer((socket) => {

            const behind = connect(++connections === 1 ? server.socket : other.socket);
            socket.on('error', () => {});
            behind.on('error', () => {});
            socket.pipe(behind).pipe(socket);
        }).listen(path);
        const reader = new Redis(path);
        await until(() => reader.status === 'ready');
        track(reader);
        await until(() => reason !== undefined);
        expect(reason?.message).to.equal('Redis is read on one server and tracked on another');
        expect(isRefusal(reason!)).to.be.false();
        reader.disconnect();
        front.close();
        await other.stop();
    });
});

describe('isRefusal()', () => {

    it('knows a server that has no tracking, or none for us', () => {

        const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });
        expect([reply('NOPERM no'), reply('ERR unknown subcommand'), reply('ERR max number of clients reached'), reply('LOADING'), new Error('ERR')].map(isRefusal)).to.equal([true, true, false, false, false]);
    });
});
