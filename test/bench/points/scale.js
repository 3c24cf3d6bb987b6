// Point 6: a million callers, many routes, and the policy of a whole Magento.

import { spawnSync } from 'node:child_process';
import process from 'node:process';

import { createMatcher } from '../../../dist/gateway/policy/match.js';
import { writeRequest } from '../loader.js';
import { cpuMs } from '../processes.js';
import { addSessions, tokenOf } from '../sessions.js';
import { connections, expectStatus, median, path, policy, portOf, seed, sum, takeCommands } from '../stage.js';


const few = 1_000;

export async function measureScale(stage, { isQuick }) {

    const many = isQuick ? 100_000 : 1_000_000;
    const cold = isQuick ? 2_000 : 10_000;
    const rounds = isQuick ? 3 : 5;
    const small = await stage.redis('few');
    const large = await stage.redis('many');
    await seed(small, few);
    const emptyBytes = await usedBytes(large);
    await addSessions(large.redis, 1, many);
    const bytes = (await usedBytes(large) - emptyBytes) / many;

    // A cache of one session forgets each before it comes again

    const sides = await Promise.all([[small, few], [large, many]].map(async ([state, customers]) => ({ state, customers, gate: await stage.gate(state, { POSTERN_CACHE_ENTRIES: '1' }), us: [] })));
    for (let round = -1; round < rounds; ++round) {
        for (const { state, customers, gate, us } of sides) {
            const requests = Array.from({ length: cold }, (_, i) => writeRequest(path, { token: tokenOf(1 + (i * 7_919 + (round + 1) * 104_729) % customers) }));
            const before = cpuMs(gate.pid) + cpuMs(state.pid);
            expectStatus(await stage.loader.run({ port: portOf(gate), connections, count: cold, requests }), 200, 'cold look-ups');
            if (round >= 0) {
                us.push((cpuMs(gate.pid) + cpuMs(state.pid) - before) * 1_000 / cold);
            }
        }
    }

    const [ofFew, ofMany] = sides.map(({ us }) => median(us));
    for (const { gate } of sides) {
        await gate.stop();
    }

    const bounded = await measureBound(stage, large);
    await small.stop();
    await large.stop();

    return [
        { point: 6, what: `Redis memory of a session, with ${many} callers of one each`, value: bytes, unit: ' bytes', limit: 220 },
        { point: 6, what: `CPU of a request whose session is looked up, gate and Redis, to that with ${few} callers (${ofFew.toFixed(0)} µs)`, value: ofMany / ofFew, unit: '×', limit: 1.2 },
        ...bounded,
        { point: 6, what: 'CPU of matching a route of 5000, to one of 50', value: compareMatching(isQuick ? 3 : 7, isQuick ? 50_000 : 200_000), unit: '×', limit: 1.5 },
        { point: 6, what: `loading the policy (${policy.replace(/^.*\//, '')}) in a new process, the fastest of ${rounds}`, value: Math.min(...Array.from({ length: rounds }, loadOnce)), unit: ' ms', limit: 500 }
    ];
}

async function usedBytes({ redis }) {

    return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))[1]);
}

/** What a cache of 1000 sessions still knows when it has seen 5000: the rest costs a look-up. */
async function measureBound(stage, state) {

    const bound = 1_000;
    const seen = 5 * bound;
    const gate = await stage.gate(state, { POSTERN_CACHE_ENTRIES: String(bound) });
    const requests = Array.from({ length: seen }, (_, i) => writeRequest(path, { token: tokenOf(i + 1) }));
    await stage.loader.run({ port: portOf(gate), connections, count: seen, requests });
    await takeCommands(state);
    await stage.loader.run({ port: portOf(gate), connections, count: bound, requests: requests.slice(-bound) });
    const recent = sum(await takeCommands(state));
    await stage.loader.run({ port: portOf(gate), connections, count: bound, requests: requests.slice(0, bound) });
    const { hget: old = 0 } = await takeCommands(state);
    await gate.stop();
    return [{ point: 6, what: `a cache of ${bound} that has seen ${seen}: look-ups of the ${bound} last (${recent}), and of the ${bound} first`, value: old, least: bound }];
}

/** Routes like Magento's: some words, a parameter, some more words. */
function matcherOf(count) {

    const routes = Array.from({ length: count }, (_, i) => ({
        method: 'GET', url: `/V1/module${i % 50}/${i % 3 === 0 ? '' : ':id/'}things${i}${i % 2 === 0 ? '/:sku' : ''}`, service: 'S', serviceMethod: 'm', resources: ['self'], secure: false, parameters: [], file: '', line: 1
    }));
    const paths = routes.map(({ url }) => url.replaceAll(/:\w+/g, '4711'));
    return { match: createMatcher(routes), paths };
}

function compareMatching(rounds, calls) {

    // As many different paths on both sides: more of them would measure the memory of the processor

    const sides = [50, 5_000].map((count) => {

        const { match, paths } = matcherOf(count);
        return { match, paths: paths.filter((_, i) => i % (count / 50) === 0), us: [] };
    });
    for (let round = -2; round < rounds; ++round) {
        for (const { match, paths, us } of sides) {
            const before = process.cpuUsage();
            for (let i = 0; i < calls; ++i) {
                if (match('GET', paths[i % paths.length]).kind !== 'matched') {
                    throw new Error(`No route for ${paths[i % paths.length]}`);
                }
            }

            const { user, system } = process.cpuUsage(before);
            if (round >= 0) {
                us.push(user + system);
            }
        }
    }

    const [ofFew, ofMany] = sides.map(({ us }) => median(us));
    return ofMany / ofFew;
}

function loadOnce() {

    const script = `
        import { loadPolicy } from './dist/gateway/policy/load.js';
        const startedMs = performance.now();
        await loadPolicy(${JSON.stringify(policy)});
        console.log(performance.now() - startedMs);`;
    return Number(spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout);
}
