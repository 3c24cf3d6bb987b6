import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import { createMemoryLocks } from '../../../plugin/accounts/memory-locks.js';
import { createRedisLocks } from '../../../plugin/accounts/redis-locks.js';
import { createShield, defaultShieldLimits } from '../../../plugin/accounts/shield.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';
import { startRedis } from '../../support/redis.js';

import type { LockStore } from '../../../plugin/accounts/lock-store.js';
import type { LoginShield, ShieldLimits } from '../../../plugin/accounts/shield.js';
import type { TestRedis } from '../../support/redis.js';


export const lab = Lab.script();
const { after, before, beforeEach, describe, it } = lab;

const home = '192.0.2.1';
const away = '198.51.100.7';
const name = 'jo@example.com';

type Outcome = 'failed' | 'locked by account' | 'locked by source' | 'succeeded' | 'taken back';

/** Tries to log in; `then` is what comes of it where it may be tried. */
async function attempt(shield: LoginShield, then: 'fail' | 'succeed' | 'takeBack', login: { source?: string; name?: string; type?: 'admin' | 'customer' } = {}): Promise<Outcome> {

    const begun = await shield.begin({ type: 'customer', name, source: home, ...login });
    if (begun.kind === 'locked') {
        return `locked by ${begun.by}`;
    }

    if (then === 'fail') {
        return 'failed';
    }

    await begun[then]();
    return then === 'succeed' ? 'succeeded' : 'taken back';
}

async function fail(shield: LoginShield, times: number, login: Parameters<typeof attempt>[2] = {}): Promise<readonly Outcome[]> {

    const outcomes: Outcome[] = [];
    for (let i = 0; i < times; ++i) {
        outcomes.push(await attempt(shield, 'fail', login));
    }

    return outcomes;
}

async function failFromEverywhere(shield: LoginShield): Promise<void> {

    for (let i = 1; i <= 10; ++i) {
        await fail(shield, 6, { source: `203.0.113.${i}` });
    }
}

const failed = (times: number): readonly Outcome[] => Array<Outcome>(times).fill('failed');

describe('createShield()', { timeout: 20_000 }, () => {

    let server: TestRedis;
    let redis: Redis;
    let memory: LockStore;
    let nowSeconds = 0;
    const now = () => nowSeconds;
    const advance = (seconds: number) => {

        nowSeconds += seconds;
    };


    before(async () => {

        server = await startRedis();
        redis = new Redis(server.socket);
    });

    after(async () => {

        redis.disconnect();
        await server.stop();
    });

    beforeEach(async () => {

        nowSeconds = 1_800_000_000;
        memory = createMemoryLocks(now);
        await redis.flushall();
    });

    for (const [where, store] of [['Redis', () => createRedisLocks(redis)], ['memory', () => memory]] as const) {
        const make = (limits: Partial<ShieldLimits> = {}) => createShield(store(), { ...defaultShieldLimits, ...limits }, now);

        it(`allows six failures of an account, and refuses the right password then (${where})`, async () => {

            const shield = make();
            expect(await fail(shield, 6)).to.equal(failed(6));
            expect(await attempt(shield, 'succeed')).to.equal('locked by account');
        });

        it(`locks a stranger out, and not the owner, who was never here before (${where})`, async () => {

            const shield = make();
            expect(await fail(shield, 7, { source: away })).to.equal([...failed(6), 'locked by account']);
            expect(await fail(shield, 5)).to.equal(failed(5));
            expect(await attempt(shield, 'succeed')).to.equal('succeeded');
            expect(await attempt(shield, 'succeed', { source: away })).to.equal('locked by account');
        });

        it(`locks an account for everybody when ten strangers are, but to whom it knows (${where})`, async () => {

            const shield = make();
            await attempt(shield, 'succeed');
            await failFromEverywhere(shield);
            expect(await attempt(shield, 'succeed', { source: '203.0.113.200' })).to.equal('locked by account');
            expect(await fail(shield, 5)).to.equal(failed(5));
            expect(await attempt(shield, 'succeed')).to.equal('succeeded');

            // His success ends his own failures, not the strangers'

            expect(await attempt(shield, 'succeed', { source: '203.0.113.200' })).to.equal('locked by account');
            expect(await fail(shield, 7)).to.equal([...failed(6), 'locked by account']);
        });

        it(`begins anew after a success (${where})`, async () => {

            const shield = make();
            expect(await fail(shield, 5)).to.equal(failed(5));
            expect(await attempt(shield, 'succeed')).to.equal('succeeded');
            expect(await fail(shield, 7)).to.equal([...failed(6), 'locked by account']);
        });

        it(`locks an account for the address that logged in as well, once it fails as often itself (${where})`, async () => {

            const shield = make();
            await attempt(shield, 'succeed');
            expect(await fail(shield, 6)).to.equal(failed(6));
            expect(await attempt(shield, 'succeed')).to.equal('locked by account');
        });

        it(`keeps admins, customers and other names apart (${where})`, async () => {

            const shield = make();
            await fail(shield, 7);
            expect(await attempt(shield, 'succeed', { type: 'admin' })).to.equal('succeeded');
            expect(await attempt(shield, 'succeed', { name: 'other@example.com' })).to.equal('succeeded');
        });

        it(`counts parallel attempts before their passwords are known (${where})`, async () => {

            const shield = make();
            const outcomes = await Promise.all(Array.from({ length: 40 }, () => attempt(shield, 'fail')));
            expect(outcomes.filter((outcome) => outcome === 'failed')).to.have.length(6);
        });

        it(`does not count what was taken back (${where})`, async () => {

            const shield = make();
            for (let i = 0; i < 10; ++i) {
                expect(await attempt(shield, 'takeBack')).to.equal('taken back');
            }

            expect(await fail(shield, 7)).to.equal([...failed(6), 'locked by account']);
        });

        it(`forgets the address that logged in 30 days ago (${where})`, async () => {

            const shield = make();
            await attempt(shield, 'succeed');
            advance(30 * 24 * 3600 + 1);
            await failFromEverywhere(shield);
            expect(await attempt(shield, 'succeed')).to.equal('locked by account');
        });

        it(`locks an address that fails with too many names (${where})`, async () => {

            const shield = make({ sourceFailures: 3 });
            for (const one of ['a', 'b', 'c']) {
                expect(await attempt(shield, 'fail', { name: one, source: away })).to.equal('failed');
            }

            expect(await attempt(shield, 'succeed', { name: 'd', source: away })).to.equal('locked by source');
            expect(await attempt(shield, 'succeed', { name: 'd', type: 'admin', source: away })).to.equal('locked by source');
            expect(await attempt(shield, 'succeed', { name: 'd' })).to.equal('succeeded');
        });

        it(`counts a /64 of IPv6 as one address (${where})`, async () => {

            const shield = make({ sourceFailures: 2 });
            await attempt(shield, 'fail', { name: 'a', source: '2001:db8:1:2::1' });
            await attempt(shield, 'fail', { name: 'b', source: '2001:db8:1:2:ffff::2' });
            expect(await attempt(shield, 'fail', { name: 'c', source: '2001:db8:1:2::3' })).to.equal('locked by source');
            expect(await attempt(shield, 'fail', { name: 'c', source: '2001:db8:1:3::1' })).to.equal('failed');
        });

        it(`leaves a locked address open to the accounts that logged in from there (${where})`, async () => {

            const shield = make({ sourceFailures: 2 });
            await attempt(shield, 'succeed');
            await attempt(shield, 'fail', { name: 'a' });
            await attempt(shield, 'fail', { name: 'b' });
            expect(await attempt(shield, 'succeed', { name: 'c' })).to.equal('locked by source');
            expect(await attempt(shield, 'succeed')).to.equal('succeeded');
        });

        it(`does not count successes and locked attempts for their address (${where})`, async () => {

            const shield = make({ sourceFailures: 7 });
            await failFromEverywhere(shield);
            for (let i = 0; i < 10; ++i) {
                expect(await attempt(shield, 'succeed', { name: `other${i}@example.com`, source: away })).to.equal('succeeded');
                expect(await attempt(shield, 'fail', { source: away })).to.equal('locked by account');
            }

            expect(await fail(shield, 7, { name: 'third@example.com', source: away })).to.equal([...failed(6), 'locked by account']);
            expect(await attempt(shield, 'fail', { name: 'fourth@example.com', source: away })).to.equal('failed');
            expect(await attempt(shield, 'fail', { name: 'fourth@example.com', source: away })).to.equal('locked by source');
        });

        it(`counts no address where none is known, and remembers none (${where})`, async () => {

            const shield = make({ sourceFailures: 1 });
            await attempt(shield, 'succeed', { source: '' });
            expect(await fail(shield, 7, { source: '' })).to.equal([...failed(6), 'locked by account']);
            expect(await attempt(shield, 'succeed', { source: '', name: 'other@example.com' })).to.equal('succeeded');
        });

        it(`has no limit where that is 0 (${where})`, async () => {

            const shield = make({ accountFailures: 0, sourceFailures: 0 });
            expect(await fail(shield, 100)).to.equal(failed(100));
            expect(await attempt(shield, 'takeBack')).to.equal('taken back');
            expect(await attempt(shield, 'succeed')).to.equal('succeeded');
        });
    }

    const lock = `postern:lock:customer:${name}`;

    it('has the defaults of Magento', () => {

        expect(defaultShieldLimits).to.equal({ accountFailures: 6, sourceFailures: 60, lockSeconds: 1800 });
    });

    it('is unlocked for everybody by one DEL', async () => {

        const shield = createShield(createRedisLocks(redis), defaultShieldLimits, now);
        await attempt(shield, 'succeed');
        await fail(shield, 6, { source: away });
        await fail(shield, 6);
        expect(await attempt(shield, 'succeed')).to.equal('locked by account');

        await server.cli('DEL', lock);
        expect(await fail(shield, 1, { source: away })).to.equal(failed(1));
        expect(await fail(shield, 6)).to.equal(failed(6));
        expect(await attempt(shield, 'succeed')).to.equal('locked by account');
    });

    it('lets no attempt prolong a lock', async () => {

        const shield = createShield(createRedisLocks(redis), defaultShieldLimits, now);
        await fail(shield, 6);
        expect(Number(await server.cli('TTL', lock))).to.be.within(1799, 1800);
        await server.cli('EXPIRE', lock, '60');
        await fail(shield, 3);
        expect(Number(await server.cli('TTL', lock))).to.be.within(59, 60);
    });

    it('gives every key below postern:lock: a time to live', async () => {

        const shield = createShield(createRedisLocks(redis), defaultShieldLimits, now);
        await attempt(shield, 'succeed');
        await fail(shield, 7, { source: away });
        await fail(shield, 2);
        const keys = (await server.cli('KEYS', '*')).split('\n').sort();
        expect(keys).to.equal([lock, `postern:lock:known:customer:${name}`, `postern:lock:source:${away}`]);
        for (const key of keys) {
            expect(Number(await server.cli('TTL', key))).to.be.above(0);
        }
    });

    describe('while the store fails', () => {

        /** Locks that do as they are asked, or do not, and answer nothing: `fault` is asked for each call. */
        const failing = (fault: (call: keyof LockStore) => 'done' | 'refused' | 'undone' | undefined): LockStore => {

            const pass = async <T>(call: keyof LockStore, run: () => Promise<T>): Promise<T> => {

                const what = fault(call);
                if (what === undefined) {
                    return await run();
                }

                await (what === 'done' ? run() : undefined);
                throw new StoreUnavailableError('away', { isInDoubt: what !== 'refused' });
            };

            return {
                count: (...args) => pass('count', () => memory.count(...args)),
                takeBack: (...args) => pass('takeBack', () => memory.takeBack(...args)),
                clear: (...args) => pass('clear', () => memory.clear(...args)),
                isKnown: (...args) => pass('isKnown', () => memory.isKnown(...args)),
                remember: (...args) => pass('remember', () => memory.remember(...args))
            };
        };

        const unfinished = async (shield: LoginShield, times: number) => {

            for (let i = 0; i < times; ++i) {
                await expect(shield.begin({ type: 'customer', name, source: home })).to.reject(StoreUnavailableError);
            }
        };

        it('locks nobody out for attempts of which it is in doubt whether they were counted', async () => {

            for (const what of ['done', 'undone'] as const) {
                memory = createMemoryLocks(now);
                let isFailing = true;
                const shield = createShield(failing((call) => (isFailing && call === 'count' ? what : undefined)), defaultShieldLimits, now);
                await unfinished(shield, 70);
                isFailing = false;
                expect(await fail(shield, 7)).to.equal([...failed(6), 'locked by account']);
            }
        });

        it('locks nobody out for attempts that ended when the store was away', async () => {

            let isFailing = false;
            const shield = createShield(failing((call) => (isFailing && call !== 'isKnown' ? 'undone' : undefined)), defaultShieldLimits, now);
            for (let i = 0; i < 10; ++i) {
                const begun = await shield.begin({ type: 'customer', name, source: home });
                const pursue = () => (begun.kind === 'counted' ? begun.pursue(() => Promise.reject(new StoreUnavailableError('away'))) : Promise.resolve());
                await expect(pursue()).to.reject(StoreUnavailableError);
            }

            isFailing = true;
            await unfinished(shield, 3);
            isFailing = false;
            expect(await fail(shield, 7)).to.equal([...failed(6), 'locked by account']);
        });

        it('forgives nothing where nothing was counted, and no mistake of ours', async () => {

            const shield = createShield(failing(() => undefined), defaultShieldLimits, now);
            expect(await fail(shield, 5)).to.equal(failed(5));
            const begun = await shield.begin({ type: 'customer', name, source: home });
            await expect(begun.kind === 'counted' ? begun.pursue(() => Promise.reject(new TypeError('a mistake of ours'))) : Promise.resolve()).to.reject(TypeError);
            expect(await attempt(shield, 'succeed')).to.equal('locked by account');

            let isFull = true;
            const other = createShield(failing((call) => (isFull && call === 'count' ? 'refused' : undefined)), defaultShieldLimits, now);
            await unfinished(other, 3);
            isFull = false;
            expect(await attempt(other, 'succeed')).to.equal('locked by account');
        });

        it('takes back what was counted of the address when the account could not be', async () => {

            let counted = 0;
            let isFailing = true;
            const shield = createShield(failing((call) => (isFailing && call === 'count' && ++counted % 2 === 0 ? 'refused' : undefined)), { ...defaultShieldLimits, accountFailures: 0, sourceFailures: 6 }, now);
            const both = createShield(failing((call) => (isFailing && call === 'count' && ++counted % 2 === 0 ? 'refused' : undefined)), { ...defaultShieldLimits, sourceFailures: 6 }, now);
            await unfinished(both, 10);
            isFailing = false;
            await attempt(both, 'takeBack');
            expect(await fail(shield, 7)).to.equal([...failed(6), 'locked by source']);
        });
    });
});
