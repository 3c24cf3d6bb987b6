// Point 1, the CPU of an authorized, forwarded GET, and point 4, that of a refused one: interleaved rounds, so that whatever else the machine does meets all of them.

import { existsSync } from 'node:fs';

import { writeRequest } from '../loader.js';
import { startNginx } from '../nginx.js';
import { cpuMs } from '../processes.js';
import { randomToken, tokenOf } from '../sessions.js';
import { connections, expectStatus, median, path, portOf, seed } from '../stage.js';


const customers = 10_000;

export async function measureCpu(stage, { isQuick }) {

    const count = isQuick ? 5_000 : 20_000;
    const rounds = 5;
    const state = await stage.redis('cpu');
    const requests = await seed(state, customers);
    const peers = state.redis.pipeline();
    for (let customer = 1; customer <= customers; ++customer) {
        peers.set(`peer:${tokenOf(customer)}`, customer);
    }

    await peers.exec();

    const gate = await stage.gate(state);
    const peer = (name) => stage.program(`test/bench/peers/${name}.js`, [stage.upstream.url, state.socket]);
    const nginx = await startNginx(stage, state);
    const runs = {
        bare: { to: await peer('bare'), requests },
        piped: { to: await peer('piped'), requests },
        gate: { to: gate, requests },
        fastify: { to: await peer('fastify'), requests },
        'fast-gateway': { to: await peer('fast-gateway'), requests },
        ...nginx !== undefined && { nginx: { to: nginx, requests } },
        'no token': { to: gate, requests: [writeRequest(path)], status: 401 },
        'unknown token': { to: gate, requests: Array.from({ length: 1_000 }, () => writeRequest(path, { token: randomToken() })), status: 401 },
        'unknown route': { to: gate, requests: [writeRequest('/rest/V1/nothing/of/the/kind', { token: tokenOf(1) })], status: 404 }
    };

    const measured = Object.fromEntries(Object.keys(runs).map((name) => [name, []]));
    for (let round = -1; round < rounds; ++round) {
        for (const [name, { to, requests: sent, status = 200 }] of Object.entries(runs)) {

            // The first round is for the compiler, and for caches

            const beforeMs = cpuMs(to.pid);
            const result = await stage.loader.run({ port: portOf(to), connections, count, requests: sent, first: Math.max(0, round) * count });
            expectStatus(result, status, name);
            if (round >= 0) {
                measured[name].push((cpuMs(to.pid) - beforeMs) * 1_000 / count);
            }
        }
    }

    await gate.stop();
    const us = Object.fromEntries(Object.entries(measured).map(([name, values]) => [name, median(values)]));
    const ratio = (one, other) => us[one] / us[other];
    const better = us.fastify < us['fast-gateway'] ? 'fastify' : 'fast-gateway';
    const show = (name) => `${us[name].toFixed(0)} µs`;
    return [
        { point: 1, what: 'CPU of an authorized, forwarded GET', value: show('gate') },
        { point: 1, what: `… to bare node:http + undici, written as it is read (${show('bare')})`, value: ratio('gate', 'bare'), unit: '×', limit: 1.25 },
        { point: 1, what: `… to bare node:http + undici, piped (${show('piped')})`, value: ratio('gate', 'piped'), unit: '×' },
        { point: 1, what: `… to fastify + @fastify/http-proxy + Redis (${show('fastify')})`, value: ratio('gate', 'fastify'), unit: '×', ...better === 'fastify' && { limit: 0.65 } },
        { point: 1, what: `… to fast-gateway 3 + Redis (${show('fast-gateway')})`, value: ratio('gate', 'fast-gateway'), unit: '×', ...better === 'fast-gateway' && { limit: 0.65 } },
        nginx === undefined ? { point: 1, what: '… to nginx + lua + Redis', value: 'not installed' } : { point: 1, what: `… to nginx + lua + Redis (${show('nginx')})`, value: ratio('gate', 'nginx'), unit: '×', limit: 2 },
        ...['no token', 'unknown token', 'unknown route'].map((name) => ({ point: 4, what: `CPU of a call that is refused, to an authorized one: ${name}`, value: ratio(name, 'gate'), unit: '×', limit: 0.6 }))
    ];
}

export const hasPeers = () => existsSync('test/bench/node_modules/fastify');
