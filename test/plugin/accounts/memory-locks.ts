import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createMemoryLocks } from '../../../plugin/accounts/memory-locks.js';

import type { LockStore } from '../../../plugin/accounts/lock-store.js';


export const lab = Lab.script();
const { beforeEach, describe, it } = lab;

describe('createMemoryLocks()', () => {

    const key = 'postern:lock:customer:jo@example.com';
    const limits = { limit: 2, ttlSeconds: 100 };
    const part = (name: string, goesOn = true) => ({ name, limit: 2, goesOn });
    let nowSeconds = 0;
    let locks: LockStore;

    beforeEach(() => {

        nowSeconds = 1000;
        locks = createMemoryLocks(() => nowSeconds, 2);
    });

    it('counts up to the limit, and no further', async () => {

        expect(await locks.count(key, limits)).to.equal('whole');
        expect(await locks.count(key, limits)).to.equal('whole');
        expect(await locks.count(key, limits)).to.equal('locked');
    });

    it('lets each counted attempt set the time to live, and no locked one', async () => {

        await locks.count(key, limits);
        nowSeconds = 1050;
        await locks.count(key, limits);
        nowSeconds = 1149;
        expect(await locks.count(key, limits)).to.equal('locked');
        nowSeconds = 1150;
        expect(await locks.count(key, limits)).to.equal('whole');
    });

    it('counts into a part when the whole is full', async () => {

        await locks.count(key, limits);
        expect(await locks.count(key, limits, part('192.0.2.1'))).to.equal('whole');
        nowSeconds = 1050;
        expect(await locks.count(key, limits, part('192.0.2.1'))).to.equal('part');
        expect(await locks.count(key, limits, part('192.0.2.1'))).to.equal('locked');
        expect(await locks.count(key, limits, part('192.0.2.2'))).to.equal('part');
        expect(await locks.count(key, limits, part('192.0.2.3', false))).to.equal('locked');
        expect(await locks.count(key, limits)).to.equal('locked');
        nowSeconds = 1100;
        expect(await locks.count(key, limits)).to.equal('whole');
    });

    it('counts into a part up to its own limit, and no further into the whole', async () => {

        const many = { limit: 4, ttlSeconds: 100 };
        expect(await locks.count(key, many, part('192.0.2.1', false))).to.equal('whole');
        expect(await locks.count(key, many, part('192.0.2.1', false))).to.equal('whole');
        expect(await locks.count(key, many, part('192.0.2.1', false))).to.equal('locked');
        expect(await locks.count(key, many, part('192.0.2.1'))).to.equal('locked');
        expect(await locks.count(key, many, part('192.0.2.2', false))).to.equal('whole');
        expect(await locks.count(key, many)).to.equal('whole');
        expect(await locks.count(key, many)).to.equal('locked');
    });

    it('takes back what it counted', async () => {

        await locks.count(key, limits, part('192.0.2.1'));
        await locks.count(key, limits, part('192.0.2.1'));
        await locks.takeBack(key, 'whole', '192.0.2.1');
        expect(await locks.count(key, limits)).to.equal('whole');
        expect(await locks.count(key, limits, part('192.0.2.1'))).to.equal('part');
        await locks.takeBack(key, 'part', '192.0.2.1');
        expect(await locks.count(key, limits, part('192.0.2.1'))).to.equal('part');
        expect(await locks.count(key, limits, part('192.0.2.1'))).to.equal('locked');
    });

    it('takes nothing back from a counter that ended meanwhile', async () => {

        await locks.takeBack(key, 'whole');
        await locks.count(key, limits);
        await locks.count(key, limits);
        expect(await locks.count(key, limits)).to.equal('locked');
    });

    it('ends a counter, or a part of it with what of the counter came from there', async () => {

        await locks.count(key, limits);
        await locks.count(key, limits, part('192.0.2.1'));
        await locks.count(key, limits, part('192.0.2.1'));
        expect(await locks.count(key, limits, part('192.0.2.1'))).to.equal('locked');

        await locks.clear(key, 'part', '192.0.2.1');
        expect(await locks.count(key, limits)).to.equal('locked');
        expect(await locks.count(key, limits, part('192.0.2.1'))).to.equal('part');

        await locks.clear(key, 'whole', '192.0.2.1');
        expect(await locks.count(key, limits, part('192.0.2.2'))).to.equal('whole');
        expect(await locks.count(key, limits)).to.equal('locked');

        await locks.clear(key, 'whole', '192.0.2.9');
        expect(await locks.count(key, limits)).to.equal('locked');

        await locks.clear(key, 'whole');
        expect(await locks.count(key, limits)).to.equal('whole');
    });

    it('forgets the oldest counter beyond as many as it may hold', async () => {

        for (const one of ['a', 'b', 'a', 'c']) {
            await locks.count(one, { limit: 10, ttlSeconds: 100 });
        }

        expect(await locks.count('a', { limit: 2, ttlSeconds: 100 })).to.equal('locked');
        expect(await locks.count('c', { limit: 1, ttlSeconds: 100 })).to.equal('locked');
        expect(await locks.count('b', { limit: 1, ttlSeconds: 100 })).to.equal('whole');
    });

    it('knows the last addresses, for as long as asked', async () => {

        for (const [address, now] of [['192.0.2.1', 1000], ['192.0.2.2', 1001], ['192.0.2.1', 1002], ['192.0.2.3', 1003]] as const) {
            await locks.remember('known', address, { nowSeconds: now, ttlSeconds: 100, max: 2 });
        }

        expect(await locks.isKnown('known', '192.0.2.1', 1002)).to.be.true();
        expect(await locks.isKnown('known', '192.0.2.1', 1003)).to.be.false();
        expect(await locks.isKnown('known', '192.0.2.2', 0)).to.be.false();
        expect(await locks.isKnown('known', '192.0.2.3', 0)).to.be.true();
        expect(await locks.isKnown('other', '192.0.2.3', 0)).to.be.false();
    });
});
