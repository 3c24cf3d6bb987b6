import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import type { Count, Kind } from '../support/faults/count.js';
import type { Load } from '../support/faults/load.js';
import type { Outcome } from '../support/faults/outcome.js';
import type { TcpProxy } from '../support/faults/tcp-proxy.js';
import type { RunningGate } from '../support/gate.js';
import type { TestRedis } from '../support/redis.js';
import type { TestUpstream } from '../support/upstream.js';
import { runPostern } from '../../gateway/commands/postern.js';
import { redisSessions } from '../../plugin/sessions/redis.js';
import { runWords } from '../support/command.js';
import { kinds } from '../support/faults/count.js';
import { startLoad } from '../support/faults/load.js';
import { createOperator, issueHolder, issueHolders } from '../support/faults/operator.js';
import { writeOutcomes } from '../support/faults/outcome.js';
import { startTcpProxy } from '../support/faults/tcp-proxy.js';
import { startGate } from '../support/gate.js';
import { findFreePort, startRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { startUpstream } from '../support/upstream.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

// How long Redis says nothing; faults of other kinds last half of it
const silenceMs = Number(process.env['FAULT_SECONDS'] ?? 2) * 1_000;

const account = { username: 'jo@example.com', password: 'Sample-1', id: '42' };
const secret = 'hush-hush';

// What comes back with a server that was killed: users, and whatever was answered
const config = `user gate on >${secret} ~* &* +@all\n`;
const durable = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** A fault, and its end, when Redis can answer again. */
interface Fault {
    readonly begin: () => unknown;
    readonly end: () => unknown;
    /** How long it lasts, and what is done meanwhile. */
    readonly last?: () => Promise<unknown>;
}

describe('A gate whose Redis fails', { timeout: 120_000 }, () => {

    const outcomes: Outcome[] = [];
    let folder: string;
    let port: number;
    let redis: TestRedis;
    let proxy: TcpProxy;
    let upstream: TestUpstream;
    let gate: RunningGate;
    let load: Load;

    // Where sessions are changed behind the gate's back, and how many replicas must have a change before it counts

    let operated: { readonly client: Redis; readonly replicas: number };

    const isKept = async () => operated.replicas === 0 || await operated.client.wait(operated.replicas, 1_000).then((replicas) => replicas >= operated.replicas, () => false);

    const openClient = async (on: number) => {

        const client = new Redis(on, '127.0.0.1', { commandTimeout: 2_000, maxRetriesPerRequest: 0, enableOfflineQueue: false, retryStrategy: () => 20 }).on('error', () => undefined);
        await until(() => client.status === 'ready');
        return client;
    };

    const startServer = (args: readonly string[], own: string) => startRedis({ args: ['--bind', '127.0.0.1', '--dir', own, ...args], config });

    const isTracked = async () => {

        const answer = await fetch(`${gate.opsUrl}/readyz`);
        return ((await answer.json()) as { readonly tracking: string }).tracking === 'armed';
    };

    const isWell = (count: Count) => kinds.every((kind) => count.streak(kind) >= 5);

    before(async () => {

        folder = await mkdtemp(join(tmpdir(), 'postern-faults-'));
        port = await findFreePort();
        redis = await startServer(['--port', `${port}`, ...durable], folder);
        proxy = await startTcpProxy({ port, host: '127.0.0.1' });
        upstream = await startUpstream();
        const settings = { POSTERN_BCRYPT_COST: '4', POSTERN_POLICY: 'test/support/policy', POSTERN_LOGIN_FAILURES: '10000', POSTERN_SOURCE_FAILURES: '0' };
        const env = { ...settings, POSTERN_REDIS: redis.socket };
        expect(await runWords(runPostern, ['account', 'add', 'customer', account.username, '--id', account.id], { env, input: account.password })).to.include({ code: 0 });

        const client = await openClient(port);
        operated = { client, replicas: 0 };
        await redisSessions(client, () => 0).setRole('12', ['Shop_Test::customers']);
        const known = [...await issueHolders(client, 20), await issueHolder(client, '12', 'admin')];
        const fresh = await issueHolders(client, 8_000);
        gate = await startGate({ ...settings, POSTERN_REDIS: `redis://gate:${secret}@127.0.0.1:${proxy.port}`, POSTERN_UPSTREAM: upstream.url });
        load = startLoad({ url: gate.url, known, fresh, account, operator: createOperator(() => operated.client, () => isKept) });
    });

    after(async () => {

        writeOutcomes('coverage/faults-redis.md', outcomes);
        await load.stop();
        const output = gate.output();
        await gate.stop();
        operated.client.disconnect();
        await Promise.all([proxy.close(), redis.stop(), upstream.stop(), rm(folder, { recursive: true })]);
        expect([secret, account.password, 'ptn_'].filter((text) => output.includes(text))).to.equal([]);
    });

    /**
     * Has a fault under load. Whatever it is, nobody is let in or kept out who should not, routes for everybody go on, and all is well again by itself. Gives
     * what share of each kind was answered as always while it lasted, of those that were answered at all.
     */
    const suffer = async (fault: string, { begin, last = () => wait(silenceMs / 2), end }: Fault): Promise<{ readonly count: Count; readonly shares: Readonly<Record<Kind, number>> }> => {

        const calm = load.count();
        await until(async () => isWell(calm) && await isTracked(), 30_000);
        expect(calm.mistakes).to.equal([]);

        const count = load.count();
        await begin();
        const begunAtMs = performance.now();
        await last();
        await end();
        const endedAtMs = performance.now();
        const shares = Object.fromEntries(kinds.map((kind) => [kind, count.of(kind, 'right') / (count.of(kind, 'right') + count.of(kind, 'unavailable'))])) as Record<Kind, number>;
        count.forgetStreaks();
        await until(() => isWell(count), 30_000);

        outcomes.push({ fault, count, lastedMs: endedAtMs - begunAtMs, healedMs: Math.max(0, count.lastUnavailableAtMs() - endedAtMs) });
        expect(count.mistakes).to.equal([]);
        expect(count.slowestUnavailableMs()).to.be.below(5_000);
        return { count, shares };
    };

    it('is killed and started again', async () => {

        const { shares } = await suffer('killed, and started again', {
            begin: () => redis.stop(),
            async end() {

                redis = await startServer(['--port', `${port}`, ...durable], folder);
            }
        });
        expect(shares.fresh).to.be.below(0.5);
    });

    it('stands still', async () => {

        const { shares } = await suffer('stopped (SIGSTOP)', {
            begin: () => redis.process.kill('SIGSTOP'),
            last: () => wait(silenceMs),
            end: () => redis.process.kill('SIGCONT')
        });
        expect(shares.fresh).to.be.below(0.5);
    });

    it('answers nothing for a while', async () => {

        const { shares } = await suffer('slow (CLIENT PAUSE ALL)', {
            begin: () => redis.cli('CLIENT', 'PAUSE', `${silenceMs}`, 'ALL'),
            last: () => wait(silenceMs),
            end: () => redis.cli('PING')
        });
        expect(shares.fresh).to.be.below(0.5);
    });

    it('takes no changes for a while', async () => {

        const { shares } = await suffer('slow to write (CLIENT PAUSE WRITE)', {
            begin: () => redis.cli('CLIENT', 'PAUSE', '3600000', 'WRITE'),
            end: () => redis.cli('CLIENT', 'UNPAUSE')
        });
        expect(shares.login).to.be.below(0.5);
        expect(shares.known).to.be.above(0.5);
    });

    it('is full', async () => {

        const { shares } = await suffer('full (OOM)', {
            begin: () => redis.cli('CONFIG', 'SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction'),
            end: () => redis.cli('CONFIG', 'SET', 'maxmemory', '0')
        });
        expect(shares.login).to.be.below(0.5);
        expect(Math.min(shares.known, shares.fresh)).to.be.above(0.5);
    });

    it('becomes a replica', async () => {

        const otherPort = await findFreePort();
        const own = await mkdtemp(join(tmpdir(), 'postern-faults-'));
        const other = await startServer(['--port', `${otherPort}`, '--replicaof', '127.0.0.1', `${port}`], own);
        await until(async () => (await other.cli('INFO', 'replication')).includes('master_link_status:up'));
        const [before, client] = [operated, await openClient(otherPort)];
        const giveOver = async (from: TestRedis, to: TestRedis, toPort: number) => {

            expect(await from.cli('FAILOVER', 'TO', '127.0.0.1', `${toPort}`)).to.equal('OK');
            await until(async () => (await to.cli('ROLE')).startsWith('master') && (await from.cli('INFO', 'replication')).includes('master_link_status:up'), 30_000);
        };

        const { shares } = await suffer('a read-only replica', {
            async begin() {

                await giveOver(redis, other, otherPort);
                operated = { client, replicas: 1 };
            },
            async end() {

                await giveOver(other, redis, port);
                operated = before;
            }
        });
        client.disconnect();
        await Promise.all([other.stop(), rm(own, { recursive: true })]);
        expect(shares.login).to.be.below(0.5);
    });

    it('takes the password no more', async () => {

        const { shares } = await suffer('another password', {
            async begin() {

                await redis.cli('ACL', 'SETUSER', 'gate', 'resetpass', '>another');
                await redis.cli('CLIENT', 'KILL', 'USER', 'gate');
            },
            end: () => redis.cli('ACL', 'SETUSER', 'gate', 'resetpass', `>${secret}`)
        });
        expect(shares.fresh).to.be.below(0.5);
    });

    it('is cut off in the middle of replies', async () => {

        const { count } = await suffer('connections cut in the middle of replies', {
            begin: () => undefined,
            async last() {

                const untilMs = performance.now() + silenceMs / 2;
                for (let i = 1; performance.now() < untilMs; ++i) {
                    proxy.cutAfter((i * 37) % 200);
                    await wait(50);
                    proxy.pass();
                    await wait(100);
                }
            },
            end() {

                proxy.pass();
            }
        });
        expect(count.of('fresh', 'unavailable')).to.be.above(0);
    });

    it('is out of reach, and nobody is told', async () => {

        const { count, shares } = await suffer('all bytes swallowed', {
            begin() {

                proxy.swallow();
            },
            last: () => wait(silenceMs),
            end() {

                proxy.pass();
            }
        });
        expect(shares.fresh).to.be.below(0.5);
        expect(count.of('revoked', 'unavailable')).to.be.above(0);
    });

    // The last one: a server that refused is asked again only after half a minute

    it('forbids tracking', async () => {

        const countReads = async () => Number(/^cmdstat_hget:calls=(\d+)/m.exec(await redis.cli('INFO', 'commandstats'))?.[1]);
        const before = await countReads();
        const { count, shares } = await suffer('tracking is forbidden', {
            async begin() {

                await redis.cli('ACL', 'SETUSER', 'gate', '-client|tracking');
                await redis.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
                await until(() => gate.output().includes('does not tell of changes'));
            },
            end: () => undefined
        });
        expect(await countReads() - before).to.be.above(count.of('known', 'right') / 2);
        expect(Math.min(shares.known, shares.fresh, shares.login)).to.be.above(0.5);
    });
});
