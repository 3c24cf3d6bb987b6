import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import type { Count } from '../support/faults/count.js';
import type { TestRedis } from '../support/redis.js';
import { runPostern } from '../../gateway/commands/postern.js';
import { redisSessions } from '../../plugin/sessions/redis.js';
import { runWords } from '../support/command.js';
import { kinds } from '../support/faults/count.js';
import { startLoad } from '../support/faults/load.js';
import { createOperator, issueHolder, issueHolders, lasts } from '../support/faults/operator.js';
import { writeOutcomes } from '../support/faults/outcome.js';
import { giveLeastRights, logins } from '../support/faults/rights.js';
import { startGate } from '../support/gate.js';
import { findFreePort, startRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { startUpstream } from '../support/upstream.js';


export const lab = Lab.script();
const { afterEach, beforeEach, describe, it } = lab;

const account = { username: 'jo@example.com', password: 'Sample-1', id: '42' };
const replicas = 2;

describe('A gate behind sentinels', { timeout: 120_000 }, () => {

    let ends: (() => unknown)[];

    const start = async (options: Parameters<typeof startRedis>[0] = {}): Promise<TestRedis & { readonly port: number }> => {

        const port = await findFreePort();
        const server = await startRedis({ ...options, args: ['--port', `${port}`, '--bind', '127.0.0.1', ...options.args ?? []] });
        ends.push(() => server.stop());
        return { ...server, port };
    };

    /** A master with two replicas, and three sentinels that agree. */
    const startAll = async () => {

        const master = await start({ args: ['--repl-diskless-sync-delay', '0'] });
        const others = [await start({ args: ['--replicaof', '127.0.0.1', `${master.port}`] }), await start({ args: ['--replicaof', '127.0.0.1', `${master.port}`] })];
        const config = `sentinel monitor main 127.0.0.1 ${master.port} 2\nsentinel down-after-milliseconds main 500\nsentinel failover-timeout main 3000\n`;
        const sentinels = [await start({ config, args: ['--sentinel'] }), await start({ config, args: ['--sentinel'] }), await start({ config, args: ['--sentinel'] })];
        await Promise.all([master, ...others].map((server) => giveLeastRights(server)));
        for (const sentinel of sentinels) {
            await until(async () => {

                const known = await sentinel.cli('SENTINEL', 'MASTER', 'main');
                return /^num-slaves\n2$/m.test(known) && /^num-other-sentinels\n2$/m.test(known);
            }, 30_000);
        }

        await until(async () => (await master.cli('INFO', 'replication')).split('state=online').length === replicas + 1, 30_000);
        return { master, others, sentinels };
    };

    beforeEach(() => {

        ends = [];
    });

    afterEach(async () => {

        for (const end of ends.toReversed()) {
            await end();
        }
    });

    it('loses and revives nothing when the master dies', async () => {

        const { master, others, sentinels } = await startAll();
        const nodes = sentinels.map(({ port }) => ({ host: '127.0.0.1', port }));
        const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`).join();
        const upstream = await startUpstream();
        ends.push(() => upstream.stop());
        const settings = { POSTERN_BCRYPT_COST: '4', POSTERN_POLICY: 'test/support/policy', POSTERN_LOGIN_FAILURES: '10000', POSTERN_SOURCE_FAILURES: '0' };
        const env = { ...settings, POSTERN_REDIS: `redis+sentinel://${logins.commands}@${hosts}/main` };
        expect(await runWords(runPostern, ['account', 'add', 'customer', account.username, '--id', account.id], { env, input: account.password })).to.include({ code: 0, stderr: '' });

        const client = new Redis({ sentinels: nodes, name: 'main', commandTimeout: 2_000, maxRetriesPerRequest: 0, enableOfflineQueue: false, retryStrategy: () => 50, sentinelRetryStrategy: () => 50 });
        client.on('error', () => undefined);
        ends.push(() => {

            client.disconnect();
        });
        await until(() => client.status === 'ready');
        await redisSessions(client, () => 0).setRole('12', ['Shop_Test::customers']);
        const known = [...await issueHolders(client, 20), await issueHolder(client, '12', 'admin')];
        const fresh = await issueHolders(client, 3_000);

        // What the master answered and no replica had is lost with it, as Redis says. So nothing counts before all of them have it

        let isKilled = false;
        const isEverywhere = async () => await client.set('tick', 'x').then(() => client.wait(replicas, 1_000)).then((count) => count === replicas && !isKilled, () => false);
        expect(await isEverywhere()).to.be.true();
        const operator = createOperator(() => client, () => (isKilled ? lasts : isEverywhere));

        const gate = await startGate({ ...settings, POSTERN_REDIS: `redis+sentinel://${logins.gate}@${hosts}/main`, POSTERN_UPSTREAM: upstream.url });
        ends.push(() => gate.stop());
        const load = startLoad({ url: gate.url, known, fresh, account, operator });
        ends.push(() => load.stop());
        const isWell = (count: Count) => kinds.every((kind) => count.streak(kind) >= 5);
        const isTracked = async () => (await (await fetch(`${gate.opsUrl}/readyz`)).text()).includes('"tracking":"armed"');
        const calm = load.count();
        await until(async () => isWell(calm) && await isTracked(), 30_000);
        expect(calm.mistakes).to.equal([]);

        const count = load.count();
        isKilled = true;
        const begunAtMs = performance.now();
        await master.stop();
        await until(async () => {

            const named = await sentinels[0]!.cli('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'main');
            return others.some(({ port }) => named.endsWith(`${port}`));
        }, 60_000);
        const endedAtMs = performance.now();
        count.forgetStreaks();
        await until(async () => isWell(count) && await isTracked(), 60_000);

        writeOutcomes('coverage/faults-sentinel.md', [{ fault: 'the master is killed, and a replica takes over', count, lastedMs: endedAtMs - begunAtMs, healedMs: count.lastUnavailableAtMs() - endedAtMs }]);
        expect(count.mistakes).to.equal([]);
        expect(count.total('unavailable')).to.be.above(0);

        // What ends at the new master is told

        const [one] = known;
        const use = async () => (await fetch(`${gate.url}/rest${one!.path}`, { headers: { authorization: `Bearer ${one!.token}` } })).status;
        expect(await use()).to.equal(200);
        await load.stop();
        expect(await operator.end(one!.session)).to.be.true();
        await until(async () => await use() === 401);
    });
});
