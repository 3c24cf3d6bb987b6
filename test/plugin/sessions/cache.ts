import { setTimeout as wait } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import { cachedSessions } from '../../../plugin/sessions/cache.js';
import { redisSessions } from '../../../plugin/sessions/redis.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';
import { hashSecret } from '../../../plugin/sessions/token.js';
import { trackRedis } from '../../../plugin/sessions/tracking.js';
import { startRedis } from '../../support/redis.js';
import { until } from '../../support/until.js';

import type { CacheCounters, CachedSessions, CacheSettings } from '../../../plugin/sessions/cache.js';
import type { Session, SessionStore } from '../../../plugin/sessions/store.js';
import type { TrackingSettings } from '../../../plugin/sessions/tracking.js';
import type { TestRedis } from '../../support/redis.js';


export const lab = Lab.script();
const { afterEach, before, beforeEach, describe, it } = lab;

// Redis counts by its own clock, and other files may run for minutes before this one.

let startSeconds = 0;
const clock = { seconds: 0 };
const session = (callerId: string, id = 'aaaaaaaa', rest: Partial<Session> = {}): Session => ({
    type: 'customer', callerId, id, secretHash: hashSecret(id), issuedAtSeconds: startSeconds, source: '203.0.113.77', ...rest
});

before(() => {

    startSeconds = Math.floor(Date.now() / 1000);
    clock.seconds = startSeconds;
});

describe('cachedSessions()', { timeout: 60_000 }, () => {

    let server: TestRedis;
    let redis: Redis;
    let writer: SessionStore;
    let gates: CachedSessions[];

    /** The sessions as another process of ours sees them. */
    const openGate = async (settings: Partial<CacheSettings> = {}, times: TrackingSettings = {}) => {

        const reader = redis.duplicate({ commandTimeout: 2_000, retryStrategy: () => 20, enableOfflineQueue: false, lazyConnect: true });
        reader.on('error', () => {});
        await reader.connect();
        const tracking = trackRedis(reader, { heartbeatMs: 50, silenceMs: 20_000, ...times });
        const gate = cachedSessions(redisSessions(reader, () => clock.seconds), tracking, { maxEntries: 100, ...settings }, () => clock.seconds);
        gates.push({
            ...gate,
            async close() {

                await gate.close();
                reader.disconnect();
            }
        });
        return gate;
    };

    const openArmedGate = async (settings: Partial<CacheSettings> = {}, times: TrackingSettings = {}) => {

        const gate = await openGate(settings, times);
        await until(() => gate.counters().state === 'armed');
        return gate;
    };

    /** Makes a change, and waits until the gates have heard of it. */
    const change = async (made: Promise<unknown>, ...hearing: readonly CachedSessions[]) => {

        const before = hearing.map((gate) => gate.counters().invalidations);
        await made;
        await until(() => hearing.every((gate, i) => gate.counters().invalidations > before[i]!));
    };

    /** How often the server ran commands since the last time, as an operator would count them. */
    const countCalls = async (...commands: readonly string[]) => {

        const stats = await server.cli('INFO', 'commandstats');
        await server.cli('CONFIG', 'RESETSTAT');
        return commands.map((command) => Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0));
    };

    beforeEach(async () => {

        clock.seconds = startSeconds;
        gates = [];
        server = await startRedis({ args: ['--enable-debug-command', 'yes'] });
        redis = new Redis(server.socket);
        redis.on('error', () => {});
        writer = redisSessions(redis, () => clock.seconds);
    });

    afterEach(async () => {

        await Promise.all(gates.map((gate) => gate.close()));
        redis.disconnect();
        await server.stop();
    });

    it('reads a session and a role once', async () => {

        const gate = await openArmedGate();
        await change(writer.add(session('42'), 0), gate);
        await change(writer.setRole('1', ['Magento_Sales::sales']), gate);
        await countCalls();
        for (let i = 0; i < 50; ++i) {
            expect(await gate.find('customer', '42', 'aaaaaaaa')).to.equal(session('42'));
            expect(await gate.find('customer', '43', 'aaaaaaaa')).to.be.undefined();
            expect(await gate.role('1')).to.equal(new Set(['Magento_Sales::sales']));
            expect(await gate.role('2')).to.equal(new Set());
        }

        expect(await countCalls('hget', 'smembers', 'pttl')).to.equal([2, 2, 3]);
        expect(gate.counters()).to.include({ state: 'armed', entries: 3, hits: 196, misses: 4, evictions: 0 });
        expect(await gate.find('customer', '42', 'aaaaaaaa')).to.shallow.equal(await gate.find('customer', '42', 'aaaaaaaa'));
    });

    it('sees on every gate what the operator ends', async () => {

        const several = [await openArmedGate(), await openArmedGate(), await openArmedGate()];
        const rows: readonly (readonly string[])[] = [
            ['DEL', 'postern:customer:42'], ['UNLINK', 'postern:customer:42'], ['HDEL', 'postern:customer:42', 'aaaaaaaa'], ['EXPIRE', 'postern:customer:42', '0'],
            ['PEXPIRE', 'postern:customer:42', '1'], ['RENAME', 'postern:customer:42', 'away'], ['SET', 'postern:customer:42', 'x'], ['HSET', 'postern:customer:42', 'aaaaaaaa', 'x'],
            ['EVAL', 'redis.call("DEL", KEYS[1])', '1', 'postern:customer:42'], ['FLUSHALL'], ['FLUSHDB', 'ASYNC']
        ];
        const isGone = async () => Number(await server.cli('PTTL', 'postern:customer:42')) < 0;
        for (const row of rows) {
            await change(writer.add(session('42'), 0), ...several);
            for (const gate of several) {
                const found = await gate.find('customer', '42', 'aaaaaaaa');
                gate.opened!.note('Bearer token', found!);
                expect(gate.opened!.find('Bearer token'), row.join(' ')).to.shallow.equal(found);
            }

            await countCalls();
            await Promise.all(several.map(async (gate) => gate.find('customer', '42', 'aaaaaaaa')));
            expect(await countCalls('hget'), row.join(' ')).to.equal([0]);
            await change(server.cli(...row), ...several);
            await until(isGone);                            // what ends by itself is there until then
            for (const gate of several) {
                expect(gate.opened!.find('Bearer token'), row.join(' ')).to.be.undefined();
                expect(await gate.find('customer', '42', 'aaaaaaaa'), row.join(' ')).to.be.undefined();
            }
        }
    });

    it('sees what is taken from a role', async () => {

        const gate = await openArmedGate();
        await change(writer.setRole('2', ['Magento_Sales::sales', 'Magento_Catalog::products']), gate);
        expect((await gate.role('2')).size).to.equal(2);
        await change(server.cli('SREM', 'postern:role:admin:2', 'Magento_Sales::sales'), gate);
        expect(await gate.role('2')).to.equal(new Set(['Magento_Catalog::products']));
        await change(server.cli('DEL', 'postern:role:admin:2'), gate);
        expect(await gate.role('2')).to.equal(new Set());
    });

    it('sees a session that was unknown, as soon as it is there', async () => {

        const gate = await openArmedGate();
        expect(await gate.find('customer', '42', 'aaaaaaaa')).to.be.undefined();
        await change(writer.add(session('42'), 0), gate);
        expect(await gate.find('customer', '42', 'aaaaaaaa')).to.exist();
    });

    it('ends a session by time', async () => {

        const gate = await openArmedGate();
        await change(writer.add(session('42', 'aaaaaaaa', { expiresAtSeconds: startSeconds + 3_600 }), 0), gate);
        clock.seconds += 3_599;
        expect(await gate.find('customer', '42', 'aaaaaaaa')).to.exist();
        clock.seconds += 1;
        expect(await gate.find('customer', '42', 'aaaaaaaa')).to.be.undefined();
        clock.seconds -= 1;
        expect(await gate.find('customer', '42', 'aaaaaaaa')).to.exist();
        expect(gate.counters()).to.include({ hits: 2, misses: 1 });
    });

    it('ends it when the key expires, though the server is late to say so', async () => {

        const gate = await openArmedGate();
        await server.cli('DEBUG', 'SET-ACTIVE-EXPIRE', '0');
        await writer.add(session('42'), 0);
        await writer.setRole('1', ['Magento_Sales::sales']);
        await change(server.cli('PEXPIRE', 'postern:customer:42', '1000'), gate);
        await change(server.cli('PEXPIRE', 'postern:role:admin:1', '1000'), gate);
        expect(await gate.find('customer', '42', 'aaaaaaaa')).to.exist();
        expect((await gate.role('1')).size).to.equal(1);
        const { invalidations } = gate.counters();
        await wait(1_010);
        expect(gate.counters()).to.include({ invalidations, state: 'armed' });
        expect(await gate.find('customer', '42', 'aaaaaaaa')).to.be.undefined();
        expect((await gate.role('1')).size).to.equal(0);
    });

    it('sees its own changes at once', async () => {

        const gate = await openArmedGate();
        const find = (id: string) => gate.find('customer', '42', id);
        for (let i = 0; i < 50; ++i) {
            expect(await find('aaaaaaaa')).to.be.undefined();
            await gate.add(session('42'), 1);
            expect(await find('aaaaaaaa')).to.exist();
            await gate.add(session('42', 'bbbbbbbb', { issuedAtSeconds: startSeconds + 1 }), 1);
            expect(await find('aaaaaaaa')).to.be.undefined();
            expect(await gate.end('customer', '42', 'bbbbbbbb')).to.be.true();
            expect(await find('bbbbbbbb')).to.be.undefined();
            await gate.add(session('42'), 0);
            expect(await find('aaaaaaaa')).to.exist();
            expect(await gate.endAll('customer', '42')).to.equal(1);
            await gate.setRole('1', [`${i}`]);
            expect(await gate.role('1')).to.equal(new Set([`${i}`]));
        }
    });

    it('reads a flood of unknown tokens once each, and keeps what it has', async () => {

        const gate = await openArmedGate({ maxEntries: 10 });
        for (let i = 0; i < 10; ++i) {
            await change(writer.add(session(`${i}`), 0), gate);
        }

        await Promise.all(Array.from({ length: 10 }, async (_, i) => gate.find('customer', `${i}`, 'aaaaaaaa')));
        await countCalls();
        const flood = Array.from({ length: 2_000 }, (_, i) => [`${i % 500}`, `zzzz${1_000 + i}`] as const);
        for (let i = 0; i < 2; ++i) {
            const found = await Promise.all(flood.map(async ([callerId, id]) => gate.find('customer', callerId, id)));
            expect(found.every((each) => each === undefined)).to.be.true();
        }

        expect(await countCalls('hget', 'pttl')).to.equal([2_000, 0]);
        await Promise.all(Array.from({ length: 10 }, async (_, i) => gate.find('customer', `${i}`, 'aaaaaaaa')));
        expect(await countCalls('hget')).to.equal([0]);
        expect(gate.counters()).to.include({ entries: 10, evictions: 0 });
    });

    it('holds no more than it may', async () => {

        const gate = await openArmedGate({ maxEntries: 10 });
        for (let i = 0; i < 30; ++i) {
            await change(writer.add(session(`${i}`), 0), gate);
        }

        for (let i = 0; i < 30; ++i) {
            expect(await gate.find('customer', `${i}`, 'aaaaaaaa')).to.exist();
        }

        expect(gate.counters()).to.include({ entries: 10, evictions: 20 });
    });

    it('reads the store while a connection that tracks is away, and misses nothing', async () => {

        for (const [name, findId] of [
            ['track', async () => /id=(\d+) [^\n]* flags=\w*t\w* /.exec(await server.cli('CLIENT', 'LIST'))?.[1]],
            ['hear', async () => /id=(\d+) [^\n]* sub=1 /.exec(await server.cli('CLIENT', 'LIST'))?.[1]]
        ] as const) {
            const atLoss: CacheCounters[] = [];
            const gate: CachedSessions = await openArmedGate({}, { onLost: () => atLoss.push(gate.counters()) });
            await change(writer.add(session('42'), 0), gate);
            expect(await gate.find('customer', '42', 'aaaaaaaa'), name).to.exist();
            await change(server.cli('CLIENT', 'KILL', 'ID', `${await findId()}`), gate);
            await server.cli('DEL', 'postern:customer:42');
            expect(await gate.find('customer', '42', 'aaaaaaaa'), name).to.be.undefined();
            expect(atLoss, name).to.have.length(1);
            expect(atLoss[0], name).to.include({ state: 'arming', entries: 0 });
            await until(() => gate.counters().state === 'armed');
            await change(writer.add(session('42'), 0), gate);
            expect(await gate.find('customer', '42', 'aaaaaaaa'), name).to.exist();
            await change(server.cli('DEL', 'postern:customer:42'), gate);
            expect(await gate.find('customer', '42', 'aaaaaaaa'), name).to.be.undefined();
            await gate.close();
        }
    });

    it('answers from memory for no longer than the silence that is allowed, and is back by itself', async () => {

        const gate = await openArmedGate({}, { silenceMs: 1_000 });
        await change(writer.add(session('42'), 0), gate);
        expect(await gate.find('customer', '42', 'aaaaaaaa')).to.exist();
        server.process.kill('SIGSTOP');
        const startMs = performance.now();
        let lastAnswerMs = startMs;
        const outcome = async () => {

            for (;;) {
                const askedMs = performance.now();
                await gate.find('customer', '42', 'aaaaaaaa');
                lastAnswerMs = askedMs;
                await wait(5);
            }
        };

        await expect(outcome()).to.reject(StoreUnavailableError);
        expect(lastAnswerMs - startMs).to.be.between(0, 1_001);
        server.process.kill('SIGCONT');
        await until(() => gate.counters().state === 'armed');
        expect(await gate.find('customer', '42', 'aaaaaaaa')).to.exist();
    });

    it('reads once a request where the server forbids tracking, says so once, and asks again', async () => {

        const reasons: Error[] = [];
        await server.cli('ACL', 'SETUSER', 'default', '-client|tracking');
        const gate = await openGate({}, { refusedRetryMs: 50, onRefused: (reason) => reasons.push(reason) });
        await writer.add(session('42'), 0);
        await until(() => gate.counters().state === 'refused');
        await countCalls();
        for (let i = 0; i < 20; ++i) {
            expect(await gate.find('customer', '42', 'aaaaaaaa')).to.exist();
            expect(await gate.role('1')).to.equal(new Set());
        }

        expect(await countCalls('hget', 'smembers', 'pttl')).to.equal([20, 20, 0]);
        expect(reasons.map(({ message }) => message.slice(0, 6))).to.equal(['NOPERM']);
        await server.cli('ACL', 'SETUSER', 'default', '+client|tracking');
        await until(() => gate.counters().state === 'armed');
        expect(reasons.length).to.equal(1);
    });

    it('keeps nothing that was read before changes were heard', async () => {

        await writer.add(session('42'), 0);
        const gate = await openGate();
        expect(gate.counters().state).to.equal('arming');
        expect(await gate.find('customer', '42', 'aaaaaaaa')).to.exist();
        await until(() => gate.counters().state === 'armed');
        expect(gate.counters()).to.include({ entries: 0, misses: 0 });
    });

    it('passes on what it does not keep', async () => {

        const gate = await openArmedGate();
        await gate.add(session('42'), 0);
        await gate.noteUse('customer', '42', 'aaaaaaaa', startSeconds, 600);
        expect(await gate.lastUse('customer', '42', 'aaaaaaaa')).to.equal(startSeconds);
        expect(await gate.list('customer', '42')).to.equal([session('42')]);
        await gate.close();
        expect(gate.counters().state).to.equal('closed');
        expect(await gate.find('customer', '42', 'aaaaaaaa')).to.exist();
    });
});
