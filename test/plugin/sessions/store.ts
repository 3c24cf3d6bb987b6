import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import { cachedSessions } from '../../../plugin/sessions/cache.js';
import { memorySessions } from '../../../plugin/sessions/memory.js';
import { redisSessions } from '../../../plugin/sessions/redis.js';
import { hashSecret } from '../../../plugin/sessions/token.js';
import { trackRedis } from '../../../plugin/sessions/tracking.js';
import { startRedis } from '../../support/redis.js';
import { until } from '../../support/until.js';

import type { Session, SessionStore } from '../../../plugin/sessions/store.js';
import type { Tracking } from '../../../plugin/sessions/tracking.js';
import type { TestRedis } from '../../support/redis.js';


export const lab = Lab.script();
const { after, before, beforeEach, describe, it } = lab;

// Redis counts by its own clock, and other files may run for minutes before this one.

let startSeconds = 0;
const clock = { seconds: 0 };

const session = (id: string, issuedAfterSeconds = 0, rest: Partial<Session> = {}): Session => ({
    type: 'customer', callerId: '42', id, secretHash: hashSecret(id), issuedAtSeconds: startSeconds + issuedAfterSeconds, source: '203.0.113.77', ...rest
});
const ids = async (store: SessionStore) => (await store.list('customer', '42')).map(({ id }) => id);

before(() => {

    startSeconds = Math.floor(Date.now() / 1000);
    clock.seconds = startSeconds;
});

let server: TestRedis;
let redis: Redis;
let tracking: Tracking;

// What every store does, whatever keeps the sessions.

const stores: Readonly<Record<string, () => SessionStore>> = {
    'memorySessions()': () => memorySessions(() => clock.seconds),
    'redisSessions()': () => redisSessions(redis, () => clock.seconds),
    'cachedSessions()': () => cachedSessions(redisSessions(redis, () => clock.seconds), tracking, { maxEntries: 100 }, () => clock.seconds)
};

before(async () => {

    server = await startRedis();
    redis = new Redis(server.socket);
    tracking = trackRedis(redis, { silenceMs: 20_000 });
    await until(tracking.isArmed);
});

after(async () => {

    await tracking.close();
    redis.disconnect();
    await server.stop();
});

Object.entries(stores).forEach(([name, open]) => {

    describe(name, () => {

        let store: SessionStore;

        beforeEach(async () => {

            clock.seconds = startSeconds;
            await redis.flushall();
            store = open();
        });

        it('finds the session that was added, as it was', async () => {

            const added = session('aaaaaaaa', 0, { expiresAtSeconds: startSeconds + 90, website: 1, group: 2, store: 3, source: '2001:db8:1:2::' });
            await store.add(added, 0);
            expect(await store.find('customer', '42', 'aaaaaaaa')).to.equal(added);
        });

        it('tells callers, types and sessions apart', async () => {

            await store.add(session('aaaaaaaa'), 0);
            await store.add(session('bbbbbbbb', 0, { type: 'admin', callerId: 'jürgen: *' }), 0);
            expect(await store.find('customer', '42', 'bbbbbbbb')).to.be.undefined();
            expect(await store.find('customer', '4', 'aaaaaaaa')).to.be.undefined();
            expect(await store.find('admin', '42', 'aaaaaaaa')).to.be.undefined();
            expect(await store.find('customer', '42', '__proto__')).to.be.undefined();
            expect(await store.find('admin', '__proto__', 'constructor')).to.be.undefined();
            expect(await store.find('admin', 'jürgen: *', 'bbbbbbbb')).to.include({ callerId: 'jürgen: *', type: 'admin' });
        });

        it('lists the sessions of a caller, oldest first', async () => {

            await store.add(session('aaaaaaaa', 2), 0);
            await store.add(session('bbbbbbbb', 1), 0);
            await store.add(session('cccccccc', 3), 0);
            expect(await ids(store)).to.equal(['bbbbbbbb', 'aaaaaaaa', 'cccccccc']);
            expect(await store.list('admin', '42')).to.equal([]);
        });

        it('returns no session from the second on when it expires', async () => {

            await store.add(session('aaaaaaaa', 0, { expiresAtSeconds: startSeconds + 60 }), 0);
            await store.add(session('bbbbbbbb'), 0);
            clock.seconds += 59;
            expect(await ids(store)).to.equal(['aaaaaaaa', 'bbbbbbbb']);
            clock.seconds += 1;
            expect(await ids(store)).to.equal(['bbbbbbbb']);
            expect(await store.find('customer', '42', 'aaaaaaaa')).to.be.undefined();
            expect(await store.endAll('customer', '42')).to.equal(1);
        });

        it('drops the oldest beyond the cap', async () => {

            await store.add(session('aaaaaaaa', 1), 3);
            await store.add(session('bbbbbbbb', 0), 3);
            expect(await store.add(session('cccccccc', 2), 3)).to.equal([]);
            expect(await ids(store)).to.equal(['bbbbbbbb', 'aaaaaaaa', 'cccccccc']);
            expect(await store.add(session('dddddddd', 3), 3)).to.equal(['bbbbbbbb']);
            expect(await ids(store)).to.equal(['aaaaaaaa', 'cccccccc', 'dddddddd']);
            expect(await store.add(session('eeeeeeee', 4), 1)).to.equal(['aaaaaaaa', 'cccccccc', 'dddddddd']);
            expect(await ids(store)).to.equal(['eeeeeeee']);
        });

        it('drops the first of those that are equally old, and never the new one', async () => {

            for (const id of ['cccccccc', 'aaaaaaaa', 'bbbbbbbb']) {
                await store.add(session(id), 2);
            }

            expect(await ids(store)).to.equal(['aaaaaaaa', 'bbbbbbbb']);
            await store.add(session('dddddddd', -100), 2);
            expect(await ids(store)).to.equal(['dddddddd', 'bbbbbbbb']);
        });

        it('counts no expired session towards the cap', async () => {

            await store.add(session('aaaaaaaa', 0), 2);
            await store.add(session('bbbbbbbb', 1, { expiresAtSeconds: startSeconds + 60 }), 2);
            clock.seconds += 60;
            await store.add(session('cccccccc', 60), 2);
            expect(await ids(store)).to.equal(['aaaaaaaa', 'cccccccc']);
        });

        it('takes a cap of 0 for none', async () => {

            for (let i = 0; i < 20; ++i) {
                await store.add(session(`aaaaaa${10 + i}`, i), 0);
            }

            expect((await ids(store)).length).to.equal(20);
        });

        it('ends one session', async () => {

            await store.add(session('aaaaaaaa'), 0);
            await store.add(session('bbbbbbbb'), 0);
            expect(await store.end('customer', '42', 'aaaaaaaa')).to.be.true();
            expect(await store.end('customer', '42', 'aaaaaaaa')).to.be.false();
            expect(await store.end('customer', '43', 'aaaaaaaa')).to.be.false();
            expect(await ids(store)).to.equal(['bbbbbbbb']);
            expect(await store.end('customer', '42', 'bbbbbbbb')).to.be.true();
            expect(await ids(store)).to.equal([]);
        });

        it('ends all sessions of a caller', async () => {

            await store.add(session('aaaaaaaa'), 0);
            await store.add(session('bbbbbbbb'), 0);
            await store.add(session('cccccccc', 0, { callerId: '43' }), 0);
            expect(await store.endAll('customer', '42')).to.equal(2);
            expect(await store.endAll('customer', '42')).to.equal(0);
            expect(await ids(store)).to.equal([]);
            expect(await store.find('customer', '43', 'cccccccc')).to.exist();
        });

        it('keeps the resources of a role, each list in place of the one before', async () => {

            expect(await store.role('1')).to.equal(new Set());
            await store.setRole('1', ['Magento_Sales::sales', 'Magento_Catalog::products']);
            expect(await store.role('1')).to.equal(new Set(['Magento_Sales::sales', 'Magento_Catalog::products']));
            await store.setRole('1', ['Magento_Sales::sales']);
            expect(await store.role('1')).to.equal(new Set(['Magento_Sales::sales']));
            expect(await store.role('2')).to.equal(new Set());
            await store.setRole('1', []);
            expect(await store.role('1')).to.equal(new Set());
        });

        it('keeps a role of more resources than a Lua stack has room for', async () => {

            const resources = Array.from({ length: 10_000 }, (_, i) => `Vendor_Module::resource_${i}`);
            await store.setRole('1', resources);
            expect((await store.role('1')).size).to.equal(10_000);
        });

        it('keeps when a session was last used', async () => {

            await store.add(session('aaaaaaaa'), 0);
            expect(await store.lastUse('customer', '42', 'aaaaaaaa')).to.be.undefined();
            await store.noteUse('customer', '42', 'aaaaaaaa', startSeconds + 5, 600);
            await store.noteUse('customer', '42', 'aaaaaaaa', startSeconds + 9, 600);
            expect(await store.lastUse('customer', '42', 'aaaaaaaa')).to.equal(startSeconds + 9);
            expect(await store.lastUse('customer', '42', 'bbbbbbbb')).to.be.undefined();
            expect(await store.lastUse('admin', '42', 'aaaaaaaa')).to.be.undefined();
        });

        it('closes', async () => {

            await store.close();
        });
    });
});
