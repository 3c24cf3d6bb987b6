// Point 2, the Redis commands of hot requests, and point 4, what a flood of tokens that nobody holds does to Redis and to the cache.

import { writeRequest } from '../loader.js';
import { randomToken } from '../sessions.js';
import { connections, expectStatus, path, portOf, seed, sum, takeCommands } from '../stage.js';


const hot = 10_000;

export async function measureRedis(stage, { isQuick }) {

    const flood = isQuick ? 5_000 : 20_000;
    const state = await stage.redis('commands');
    const requests = await seed(state, 1_000);
    const run = async (gate, sent, status, count = sent.length) => {

        await takeCommands(state);
        const result = await stage.loader.run({ port: portOf(gate), connections, count, requests: sent });
        expectStatus(result, status, 'requests');
        return await takeCommands(state);
    };

    const gate = await stage.gate(state, { POSTERN_CACHE_ENTRIES: '1000' });
    await run(gate, requests, 200);

    // The best of three: where the machine stands still for a second, the gate does right to read Redis until it has heard from it again

    let ofHot = Infinity;
    for (let round = 0; round < 3 && ofHot > 0; ++round) {
        ofHot = Math.min(ofHot, sum(await run(gate, requests, 200, hot)));
    }

    const strangers = Array.from({ length: flood }, () => writeRequest(path, { token: randomToken() }));
    const { hget: ofFlood = 0 } = await run(gate, strangers, 401);
    const ofMisshapen = sum(await run(gate, strangers.map((text) => text.replace('ptn_', 'pin_')), 401));
    const afterFlood = sum(await run(gate, requests, 200, hot));
    await gate.stop();

    await state.redis.call('ACL', 'SETUSER', 'default', '-client|tracking');
    const reader = await stage.gate(state);
    await run(reader, requests, 200);
    const ofRefused = await run(reader, requests, 200, hot);
    await reader.stop();
    await state.stop();

    return [
        { point: 2, what: `Redis commands of ${hot} hot requests`, value: ofHot, limit: 0 },
        { point: 2, what: '… for each request, where Redis forbids tracking', value: sum(ofRefused) / hot, limit: 1, least: 1 },
        { point: 4, what: `look-ups of ${flood} different tokens that nobody holds`, value: ofFlood, limit: flood },
        { point: 4, what: `Redis commands of ${flood} tokens of a wrong shape`, value: ofMisshapen, limit: 0 },
        { point: 4, what: `Redis commands of ${hot} hot requests after both floods, with a full cache`, value: afterFlood, limit: 0 }
    ];
}
