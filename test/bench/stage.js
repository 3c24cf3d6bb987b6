// What every measurement needs: a folder of its own, a redis-server, the upstream, a process that sends requests, and the gates.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Redis } from 'ioredis';

import { startLoader, writeRequest } from './loader.js';
import { startGate, startProgram, startServer } from './processes.js';
import { addSessions, tokenOf } from './sessions.js';


const magento = '../shared/magento/etc-2.4.7-p3';

/** The policy that is measured: Magento's own where it is there. */
export const policy = existsSync(magento) ? magento : 'config/policy';

/** A route for a customer's own record; its id is forced, so that every stage has something to do. */
export const path = '/rest/V1/customers/me';

export const connections = 32;

/** Starts a redis-server without persistence; `restart` puts an empty one in its place. */
export async function startRedis(folder, name = 'redis', args = []) {

    const socket = join(folder, `${name}.sock`);
    const open = () => startServer('redis-server', ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', '', '--appendonly', 'no', ...args], () => isAnswering(socket));
    let server = await open();
    const redis = new Redis(socket, { retryStrategy: () => 20 });
    redis.on('error', () => undefined);             // It comes back by itself
    return {
        socket, redis, address: `redis+unix://${socket}`,
        get pid() {

            return server.pid;
        },
        async restart() {

            await server.stop('SIGKILL');
            server = await open();
        },
        async stop() {

            redis.disconnect();
            await server.stop('SIGKILL');
        }
    };
}

async function isAnswering(socket) {

    const probe = new Redis(socket, { lazyConnect: true, retryStrategy: null });
    probe.on('error', () => undefined);
    try {
        await probe.connect();
        return await probe.ping() === 'PONG';
    }
    finally {
        probe.disconnect();
    }
}

/** Opens the stage. Everything that `gate`, `program` and `redis` started ends with it. */
export async function openStage() {

    const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
    const running = [];
    const keep = (one) => {

        running.push(one);
        return one;
    };

    const upstream = keep(await startProgram('test/bench/upstream.js'));
    const loader = startLoader();
    return {
        folder, upstream, loader,
        redis: async (name, args) => keep(await startRedis(folder, name, args)),
        program: async (file, args) => keep(await startProgram(file, args)),
        server: async (command, args, isThere) => keep(await startServer(command, args, isThere)),
        gate: async (state, settings = {}) => keep(await startGate({ POSTERN_REDIS: state.address, POSTERN_UPSTREAM: upstream.url, POSTERN_POLICY: policy, ...settings })),
        async close() {

            loader.stop();
            for (const one of running.reverse()) {
                await one.stop();
            }

            rmSync(folder, { recursive: true, force: true });
        }
    };
}

export const portOf = ({ url }) => Number(new URL(url).port);

/** Writes sessions for so many customers; gives their requests. */
export async function seed({ redis }, customers, to = path) {

    await addSessions(redis, 1, customers);
    return Array.from({ length: customers }, (_, i) => writeRequest(to, { token: tokenOf(i + 1) }));
}

/** How often Redis ran commands since the last time, by name, but for those that ask after it: heartbeats of the tracking, and our own question. */
export async function takeCommands({ redis }) {

    const stats = await redis.info('commandstats');
    await redis.config('RESETSTAT');
    const counts = [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name, calls]) => [name, Number(calls)]);
    return Object.fromEntries(counts.filter(([name]) => !/^(?:ping|info|hello|client\||config\||subscribe)/.test(name)));
}

export function sum(counts) {

    return Object.values(counts).reduce((total, count) => total + count, 0);
}

export function median(values) {

    return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

/** Says whose answers were not what was expected: then no figure means anything. */
export function expectStatus({ statuses }, status, what) {

    const others = Object.entries(statuses).filter(([one]) => Number(one) !== status);
    if (others.length > 0) {
        throw new Error(`${what}: expected ${status} alone, and got ${JSON.stringify(statuses)}`);
    }
}
