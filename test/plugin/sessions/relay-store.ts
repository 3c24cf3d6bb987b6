import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import { memorySessions } from '../../../plugin/sessions/memory.js';
import { endingRelays, memoryRelays, redisRelays } from '../../../plugin/sessions/relay-store.js';
import type { Session } from '../../../plugin/sessions/store.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';
import type { TestRedis } from '../../support/redis.js';
import { startRedis } from '../../support/redis.js';


export const lab = Lab.script();
const { after, before, beforeEach, describe, it } = lab;

// Redis counts by its own clock, and other files may run for minutes before this one.

let nowSeconds = 0;
const key = 'postern:relay:customer:42';
const sealed = Buffer.from([1, 0x20, 0, 0x20, 255]);
const sessionOf = (id: string, more: Partial<Session> = {}): Session => ({ type: 'customer', callerId: '42', id, secretHash: Buffer.alloc(32), issuedAtSeconds: nowSeconds, source: '', ...more });

before(() => {

    nowSeconds = Math.floor(Date.now() / 1000);
});

describe('redisRelays()', () => {

    let server: TestRedis;
    let redis: Redis;
    let clock: number;

    before(async () => {

        server = await startRedis();
        redis = new Redis({ path: server.socket, retryStrategy: () => null, maxRetriesPerRequest: 0 });
        redis.on('error', () => undefined);
    });

    beforeEach(async () => {

        clock = nowSeconds;
        await redis.flushall();
    });

    after(async () => {

        redis.disconnect();
        await server.stop();
    });

    it('keeps what was sealed, byte for byte, as long as the session holds', async () => {

        const relays = redisRelays(redis, () => clock);
        const session = sessionOf('aaaaaaaa', { expiresAtSeconds: nowSeconds + 600 });
        await relays.keep(session, sealed, 100);
        expect(await relays.find(session)).to.equal(sealed);
        expect(await relays.find(sessionOf('bbbbbbbb'))).to.be.undefined();
        expect(await redis.ttl(key)).to.be.within(500, 600);

        await relays.keep(sessionOf('bbbbbbbb', { expiresAtSeconds: nowSeconds + 30 }), sealed, 100);
        expect(await redis.ttl(key)).to.be.within(500, 600);
        await relays.keep(sessionOf('cccccccc'), sealed, 100);
        expect(await redis.ttl(key)).to.equal(-1);
    });

    it('does not pile up: what has expired goes, and the oldest beyond twice the cap', async () => {

        const relays = redisRelays(redis, () => clock);
        await relays.keep(sessionOf('aaaaaaaa', { expiresAtSeconds: nowSeconds + 10 }), sealed, 1);
        await redis.hset(key, 'junk', 'x');
        clock += 10;
        await relays.keep(sessionOf('bbbbbbbb', { issuedAtSeconds: nowSeconds + 1 }), sealed, 1);
        expect(await redis.hkeys(key)).to.equal(['bbbbbbbb']);
        await relays.keep(sessionOf('cccccccc', { issuedAtSeconds: nowSeconds + 2 }), sealed, 1);
        await relays.keep(sessionOf('dddddddd', { issuedAtSeconds: nowSeconds }), sealed, 1);
        expect((await redis.hkeys(key)).sort()).to.equal(['cccccccc', 'dddddddd']);
        for (let i = 0; i < 8; ++i) {
            await relays.keep(sessionOf(`eeeeeee${i}`), sealed, 0);
        }

        expect(await redis.hlen(key)).to.equal(10);
    });

    it('ends one, or all of a caller', async () => {

        const relays = redisRelays(redis, () => clock);
        await relays.keep(sessionOf('aaaaaaaa'), sealed, 0);
        await relays.keep(sessionOf('bbbbbbbb'), sealed, 0);
        await relays.end('customer', '42', 'aaaaaaaa');
        expect(await redis.hkeys(key)).to.equal(['bbbbbbbb']);
        await relays.endAll('customer', '42');
        expect(await redis.exists(key)).to.equal(0);
    });

    it('takes another kind of key for none', async () => {

        const relays = redisRelays(redis, () => clock);
        await redis.set(key, 'x');
        expect(await relays.find(sessionOf('aaaaaaaa'))).to.be.undefined();
        await relays.end('customer', '42', 'aaaaaaaa');
        await relays.keep(sessionOf('aaaaaaaa'), sealed, 0);
        expect(await relays.find(sessionOf('aaaaaaaa'))).to.equal(sealed);
    });

    it('tells that the store is away', async () => {

        const lost = new Redis({ path: '/nonexistent.sock', lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
        lost.on('error', () => undefined);
        const relays = redisRelays(lost, () => clock);
        for (const answer of [relays.keep(sessionOf('aaaaaaaa'), sealed, 0), relays.find(sessionOf('aaaaaaaa')), relays.end('customer', '42', 'x'), relays.endAll('customer', '42')]) {
            await expect(answer).to.reject(StoreUnavailableError);
        }

        lost.disconnect();
    });
});

describe('endingRelays()', () => {

    it('ends sealed tokens with their sessions', async () => {

        const ended: unknown[] = [];
        const relays = { ...memoryRelays(), end: (...args: unknown[]) => Promise.resolve(void ended.push(args)), endAll: (...args: unknown[]) => Promise.resolve(void ended.push(args)) };
        const sessions = endingRelays(memorySessions(() => nowSeconds), relays);
        await sessions.add(sessionOf('aaaaaaaa'), 0);
        await sessions.add(sessionOf('bbbbbbbb'), 0);
        expect(await sessions.end('customer', '42', 'aaaaaaaa')).to.be.true();
        expect(await sessions.endAll('customer', '42')).to.equal(1);
        expect(ended).to.equal([['customer', '42', 'aaaaaaaa'], ['customer', '42']]);
    });
});

describe('memoryRelays()', () => {

    it('keeps what was sealed with the session', async () => {

        const relays = memoryRelays();
        const session = sessionOf('aaaaaaaa');
        await relays.keep(session, sealed, 0);
        expect(await relays.find(session)).to.equal(sealed);
        await relays.end('customer', '42', 'aaaaaaaa');
        await relays.endAll('customer', '42');
        expect(await relays.find(sessionOf('aaaaaaaa'))).to.be.undefined();
    });
});
