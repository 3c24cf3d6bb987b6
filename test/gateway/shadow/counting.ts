import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import type { Entry } from '../../../gateway/journal/entry.js';
import type { TestRedis } from '../../support/redis.js';
import { startCounting } from '../../../gateway/shadow/counting.js';
import { readCounts, shadowKey } from '../../../gateway/shadow/store.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';
import { startRedis } from '../../support/redis.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { after, before, beforeEach, describe, it } = lab;

const agreed: Entry['shadow'] = { result: 'agreed', route: 'GET /V1/a', asks: [] };
const differed: Entry['shadow'] = { route: 'GET /V1/a', asks: ['self'], result: 'too-lax', ours: 'served', theirs: 'not-authorized', status: 401, theirAsks: ['A_B::c'] };
const name = 'differed too-lax served not-authorized GET /V1/a';

const entryOf = (shadow?: Entry['shadow']): Entry => ({
    requestId: 'r', source: '', method: 'GET', path: '/rest/V1/a', kind: 'route', resources: [], caller: { type: 'guest', id: '0' }, credential: 'absent', fate: 'forwarded', status: 401, bytes: 0, totalMs: 1,
    ...shadow !== undefined && { shadow }
});

describe('startCounting()', () => {

    let server: TestRedis;
    let redis: Redis;

    before(async () => {

        server = await startRedis();
        redis = new Redis(server.socket);
    });

    beforeEach(() => redis.flushall());

    after(async () => {

        redis.disconnect();
        await server.stop();
    });

    const start = (given: { readonly redis?: Redis; readonly pauseMs?: number; readonly nowSeconds?: () => number } = {}) => {

        const notices: string[] = [];
        return { notices, ...startCounting({ redis: given.redis, pauseMs: given.pauseMs ?? 1, nowSeconds: given.nowSeconds ?? (() => 1_700_000_000), notice: (sentence) => notices.push(sentence) }) };
    };

    it('counts in this process where there is no Redis', async () => {

        const { observe, read, close } = start();
        observe(entryOf(agreed));
        observe(entryOf(differed));
        observe(entryOf());
        const kept = await read();
        await close();
        expect([...kept?.counts ?? []]).to.equal([['agreed GET /V1/a', 1], [name, 1]]);
        expect(kept?.examples.get(name)).to.include({ at: 1_700_000_000, path: '/rest/V1/a', caller: 'guest' });
        expect(kept).to.include({ sinceSeconds: 1_700_000_000, latestSeconds: 1_700_000_000 });
    });

    it('counts in Redis for all gates together, in batches, and for thirty days', async () => {

        let now = 1_700_000_000;
        const [one, other] = [start({ redis, nowSeconds: () => now }), start({ redis, nowSeconds: () => now })];
        expect(await one.read()).to.be.undefined();
        one.observe(entryOf(agreed));
        one.observe(entryOf(differed));
        await until(async () => (await one.read())?.counts.size === 2);
        now += 60;
        other.observe(entryOf(agreed));
        other.observe(entryOf(differed));
        await other.close();
        await one.close();

        const kept = await readCounts(redis, { reset: false });
        expect([...kept?.counts ?? []].sort()).to.equal([['agreed GET /V1/a', 2], [name, 2]]);
        expect(kept?.examples.get(name)?.at).to.equal(1_700_000_060);
        expect(kept).to.include({ sinceSeconds: 1_700_000_000, latestSeconds: 1_700_000_060 });
        expect(await redis.ttl(shadowKey)).to.be.within(30 * 86_400 - 60, 30 * 86_400);
    });

    it('takes the place of whatever else is under the key', async () => {

        await redis.set(shadowKey, 'x');
        const { observe, close, read } = start({ redis, pauseMs: 10_000 });
        expect(await read()).to.be.undefined();
        observe(entryOf(agreed));
        await close();
        expect((await read())?.counts.get('agreed GET /V1/a')).to.equal(1);
    });

    it('lets the counts begin anew in one step', async () => {

        const { observe, close, read } = start({ redis });
        observe(entryOf(differed));
        await close();
        expect((await readCounts(redis, { reset: true }))?.counts.get(name)).to.equal(1);
        expect(await read()).to.be.undefined();
        expect(await readCounts(redis, { reset: true })).to.be.undefined();
    });

    it('keeps what Redis cannot take now, and says so once', async () => {

        const away = new Redis(server.socket);
        await away.ping();
        away.disconnect();
        let asked = 0;
        const { observe, close, read, notices } = start({ redis: away, nowSeconds: () => ++asked });
        observe(entryOf(agreed));

        // Once at the start, and once for each attempt: of three the first two have failed

        await until(() => asked >= 4);
        expect(notices).to.have.length(1);
        observe(entryOf(agreed));
        await expect(read()).to.reject(StoreUnavailableError);
        await away.connect();
        await until(async () => (await read())?.counts.get('agreed GET /V1/a') === 2);
        await close();
        away.disconnect();
        expect(notices).to.have.length(1);
        expect(notices.join()).to.startWith('What the shadow mode has counted cannot be written now: ');
    });

    it('drops what Redis would never take, and goes on', async () => {

        const { observe, close, notices } = start({ redis, nowSeconds: () => NaN });
        await redis.hset(shadowKey, 'agreed GET /V1/a', 'no number');
        observe(entryOf(agreed));
        await until(() => notices.length === 1);
        await close();
        expect(notices.join()).to.contain('hash value is not an integer');
    });
});
