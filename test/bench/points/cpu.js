// Point 1, the CPU of an authorized, forwarded GET, and point 4, that of a refused one: medians of five interleaved rounds, of three with --quick, a ratio being one within a round. The programs are warm.

import { existsSync } from 'node:fs';

import { writeRequest } from '../loader.js';
import { startNginx } from '../nginx.js';
import { cpuMs } from '../processes.js';
import { randomToken, tokenOf } from '../sessions.js';
import { connections, expectStatus, median, path, portOf, seed } from '../stage.js';


const customers = 10_000;

export async function measureCpu(stage, { isQuick }) {

    const count = isQuick ? 2_500 : 20_000;
    const rounds = isQuick ? 3 : 5;
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
        'unknown token': { to: gate, requests: Array.from({ length: count / 20 }, () => writeRequest(path, { token: randomToken() })), status: 401 },
        'unknown route': { to: gate, requests: [writeRequest('/rest/V1/nothing/of/the/kind', { token: tokenOf(1) })], status: 404 }
    };

    // While V8 is still compiling, calls cost less and less, the longer so the larger the program is: for the gate, until some 80,000 of them. The fewer of `--quick` bring it near

    const measure = (some, calls, first) => measureRound(stage, state, some, calls, first);
    const cold = await measure({ bare: runs.bare, gate: runs.gate }, count, 0);
    await measure(runs, isQuick ? 15_000 : 60_000, count);
    const measured = [];
    for (let round = 0; round < rounds; ++round) {
        measured.push(await measure(runs, count, round * count));
    }

    await gate.stop();
    const usOf = (name, of = 'own') => median(measured.map((us) => us[name][of]));
    const ratio = (one, other) => median(measured.map((us) => us[one].own / us[other].own));
    const better = usOf('fastify') < usOf('fast-gateway') ? 'fastify' : 'fast-gateway';
    const show = (name) => `${usOf(name).toFixed(0)} µs`;
    const showBoth = (name) => `${show(name)}, and ${usOf(name, 'redis').toFixed(0)} µs of Redis`;
    return [
        { point: 1, what: 'CPU of an authorized, forwarded GET', value: show('gate') },
        { point: 1, what: `… of the first ${count} since it was started (bare node:http + undici: ${cold.bare.own.toFixed(0)} µs)`, value: `${cold.gate.own.toFixed(0)} µs` },
        { point: 1, what: `… to bare node:http + undici, written as it is read (${show('bare')})`, value: ratio('gate', 'bare'), unit: '×', limit: 1.25 },
        { point: 1, what: `… to bare node:http + undici, piped (${show('piped')})`, value: ratio('gate', 'piped'), unit: '×' },
        { point: 1, what: `… to fastify + @fastify/http-proxy + Redis (${showBoth('fastify')})`, value: ratio('gate', 'fastify'), unit: '×', ...better === 'fastify' && { limit: 0.65 } },
        { point: 1, what: `… to fast-gateway 3 + Redis (${showBoth('fast-gateway')})`, value: ratio('gate', 'fast-gateway'), unit: '×', ...better === 'fast-gateway' && { limit: 0.65 } },
        nginx === undefined ? { point: 1, what: '… to nginx + lua + Redis', value: 'not installed' } : { point: 1, what: `… to nginx + lua + Redis (${showBoth('nginx')})`, value: ratio('gate', 'nginx'), unit: '×', limit: 2 },
        ...['no token', 'unknown token', 'unknown route'].map((name) => ({ point: 4, what: `CPU of a call that is refused, to an authorized one: ${name}`, value: ratio(name, 'gate'), unit: '×', limit: 0.6 }))
    ];
}

/** What a request costs each program itself, and Redis meanwhile, in µs. Each is sent a part of them, and then the next part, so that what else the machine does meets all of them alike. */
async function measureRound(stage, state, runs, count, first) {

    const parts = 5;
    const names = Object.keys(runs);
    const us = Object.fromEntries(names.map((name) => [name, { own: 0, redis: 0 }]));
    for (let part = 0; part < parts; ++part) {
        for (const name of [...names.slice(part), ...names.slice(0, part)]) {
            const { to, requests, status = 200 } = runs[name];
            const before = { own: cpuMs(to.pid), redis: cpuMs(state.pid) };
            const result = await stage.loader.run({ port: portOf(to), connections, count: count / parts, requests, first: first + part * count / parts });
            expectStatus(result, status, name);
            us[name].own += (cpuMs(to.pid) - before.own) * 1_000 / count;
            us[name].redis += (cpuMs(state.pid) - before.redis) * 1_000 / count;
        }
    }

    return us;
}

export const hasPeers = () => existsSync('test/bench/node_modules/fastify');
