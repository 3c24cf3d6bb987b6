import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import { createRedisLocks } from '../../../plugin/accounts/redis-locks.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';
import { startRedis } from '../../support/redis.js';

import type { LockStore } from '../../../plugin/accounts/lock-store.js';
import type { TestRedis } from '../../support/redis.js';


export const lab = Lab.script();
const { after, before, beforeEach, describe, it } = lab;

describe('createRedisLocks()', { timeout: 20_000 }, () => {

    const key = 'postern:lock:customer:jo@example.com';
    const limits = { limit: 2, ttlSeconds: 100 };
    const part = (name: string, goesOn = true) => ({ name, limit: 2, goesOn });
    let server: TestRedis;
    let redis: Redis;
    let locks: LockStore;

    before(async () => {

        server = await startRedis();
        redis = new Redis(server.socket);
        locks = createRedisLocks(redis);
    });

    after(async () => {

        redis.disconnect();
        await server.stop();
    });

    beforeEach(async () => {

        await redis.flushall();
    });

    const ttl = async () => Number(await server.cli('TTL', key));

    it('counts up to the limit, and no further', async () => {

        expect(await locks.count(key, limits)).to.equal('whole');
        expect(await locks.count(key, limits)).to.equal('whole');
        expect(await locks.count(key, limits)).to.equal('locked');
        expect(await server.cli('HGETALL', key)).to.equal('failures\n2');
    });

    it('never counts further, however many come at once', async () => {

        const counted = await Promise.all(Array.from({ length: 50 }, () => locks.count(key, limits)));
        expect(counted.filter((one) => one === 'whole')).to.have.length(2);
    });

    it('lets each counted attempt set the time to live, and no locked one', async () => {

        await locks.count(key, limits);
        await server.cli('EXPIRE', key, '50');
        await locks.count(key, limits);
        expect(await ttl()).to.be.within(99, 100);

        await server.cli('EXPIRE', key, '50');
        await locks.count(key, limits);
        expect(await ttl()).to.be.within(49, 50);
    });

    it('counts into a part when the whole is full', async () => {

        await locks.count(key, limits);
        expect(await locks.count(key, limits, part('192.0.2.1'))).to.equal('whole');
        await server.cli('EXPIRE', key, '50');
        expect(await locks.count(key, limits, part('192.0.2.1'))).to.equal('part');
        expect(await locks.count(key, limits, part('192.0.2.1'))).to.equal('locked');
        expect(await locks.count(key, limits, part('192.0.2.2'))).to.equal('part');
        expect(await locks.count(key, limits, part('192.0.2.3', false))).to.equal('locked');
        expect(await locks.count(key, limits)).to.equal('locked');
        expect(await server.cli('HGETALL', key)).to.equal('failures\n2\nfailures from 192.0.2.1\n2\nfailures from 192.0.2.2\n1');
        expect(await ttl()).to.be.within(49, 50);
    });

    it('counts into a part up to its own limit, and no further into the whole', async () => {

        const many = { limit: 3, ttlSeconds: 100 };
        expect(await locks.count(key, many, part('192.0.2.1', false))).to.equal('whole');
        expect(await locks.count(key, many, part('192.0.2.1', false))).to.equal('whole');
        await server.cli('EXPIRE', key, '50');
        expect(await locks.count(key, many, part('192.0.2.1'))).to.equal('locked');
        expect(await ttl()).to.be.within(49, 50);
        expect(await locks.count(key, many, part('192.0.2.2', false))).to.equal('whole');
        expect(await locks.count(key, many, part('192.0.2.2', false))).to.equal('locked');
        expect(await server.cli('HGETALL', key)).to.equal('failures from 192.0.2.1\n2\nfailures\n3\nfailures from 192.0.2.2\n1');
    });

    it('is unlocked by DEL, and by the end of the time to live', async () => {

        for (const unlock of [() => server.cli('DEL', key), () => server.cli('PEXPIRE', key, '1')]) {
            await locks.count(key, limits);
            await locks.count(key, limits);
            expect(await locks.count(key, limits)).to.equal('locked');
            await unlock();
            expect(await server.cli('EXISTS', key)).to.equal('0');
            expect(await locks.count(key, limits)).to.equal('whole');
        }
    });

    it('takes back what it counted, and leaves no empty counter', async () => {

        await locks.count(key, limits, part('192.0.2.1'));
        await locks.count(key, limits);
        await locks.takeBack(key, 'whole', '192.0.2.1');
        expect(await server.cli('HGETALL', key)).to.equal('failures\n1');

        await locks.takeBack(key, 'whole');
        expect(await server.cli('EXISTS', key)).to.equal('0');

        await locks.takeBack(key, 'whole');
        expect(await server.cli('EXISTS', key)).to.equal('0');
    });

    it('leaves a lock that an operator has set meanwhile', async () => {

        await locks.count(key, limits, part('192.0.2.1'));
        await server.cli('SET', key, '1');
        await locks.takeBack(key, 'whole', '192.0.2.1');
        await locks.clear(key, 'whole', '192.0.2.1');
        expect(await server.cli('GET', key)).to.equal('1');
    });

    it('takes back from the part alone what it counted there', async () => {

        await locks.count(key, limits);
        await locks.count(key, limits);
        await locks.count(key, limits, part('192.0.2.1'));
        await locks.takeBack(key, 'part', '192.0.2.1');
        expect(await server.cli('HGETALL', key)).to.equal('failures\n2');
    });

    it('ends a counter, or a part of it with what of the counter came from there', async () => {

        await locks.count(key, limits);
        await locks.count(key, limits, part('192.0.2.1'));
        await locks.count(key, limits, part('192.0.2.1'));
        await locks.clear(key, 'part', '192.0.2.1');
        expect(await server.cli('HGETALL', key)).to.equal('failures\n2');

        await locks.clear(key, 'whole', '192.0.2.1');
        expect(await server.cli('HGETALL', key)).to.equal('failures\n2');
        await locks.clear(key, 'whole');
        expect(await server.cli('EXISTS', key)).to.equal('0');

        await locks.count(key, limits);
        await locks.count(key, limits, part('192.0.2.1'));
        await locks.clear(key, 'whole', '192.0.2.1');
        expect(await server.cli('HGETALL', key)).to.equal('failures\n1');
        await locks.takeBack(key, 'whole');
        await locks.count(key, limits, part('192.0.2.1'));
        await locks.clear(key, 'whole', '192.0.2.1');
        expect(await server.cli('EXISTS', key)).to.equal('0');
    });

    it('takes anything else under the key for a lock that an operator set', async () => {

        await server.cli('SET', key, 'until I say otherwise');
        expect(await locks.count(key, limits, part('192.0.2.1'))).to.equal('locked');
        expect(await server.cli('GET', key)).to.equal('until I say otherwise');
    });

    it('knows the last addresses, for as long as asked', async () => {

        const known = 'postern:lock:known:customer:jo@example.com';
        for (const [address, nowSeconds] of [['192.0.2.1', 1000], ['192.0.2.2', 1001], ['192.0.2.1', 1002], ['192.0.2.3', 1003]] as const) {
            await locks.remember(known, address, { nowSeconds, ttlSeconds: 100, max: 2 });
        }

        expect(await locks.isKnown(known, '192.0.2.1', 1002)).to.be.true();
        expect(await locks.isKnown(known, '192.0.2.1', 1003)).to.be.false();
        expect(await locks.isKnown(known, '192.0.2.2', 0)).to.be.false();
        expect(await locks.isKnown(known, '192.0.2.3', 0)).to.be.true();
        expect(await locks.isKnown('postern:lock:known:admin:jo@example.com', '192.0.2.3', 0)).to.be.false();
        expect(Number(await server.cli('TTL', known))).to.be.within(99, 100);
    });

    it('replaces what else an operator put in place of the addresses', async () => {

        const known = 'postern:lock:known:customer:jo@example.com';
        await server.cli('SET', known, '192.0.2.1');
        expect(await locks.isKnown(known, '192.0.2.1', 0)).to.be.false();
        await locks.remember(known, '192.0.2.1', { nowSeconds: 1000, ttlSeconds: 100, max: 2 });
        expect(await locks.isKnown(known, '192.0.2.1', 0)).to.be.true();
    });

    it('says that the store is away', async () => {

        const lost = new Redis('/nowhere/redis.sock', { enableOfflineQueue: false, lazyConnect: true });
        const lostLocks = createRedisLocks(lost);
        await expect(lostLocks.count(key, limits)).to.reject(StoreUnavailableError);
        await expect(lostLocks.takeBack(key, 'whole')).to.reject(StoreUnavailableError);
        await expect(lostLocks.clear(key, 'whole')).to.reject(StoreUnavailableError);
        await expect(lostLocks.isKnown(key, '', 0)).to.reject(StoreUnavailableError);
        await expect(lostLocks.remember(key, '', { nowSeconds: 0, ttlSeconds: 1, max: 1 })).to.reject(StoreUnavailableError);
        lost.disconnect();
    });
});
