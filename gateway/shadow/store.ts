import type { Cluster, Redis } from 'ioredis';

import type { Counts, Example, KeptCounts } from './tally.js';
import { makeScript, runScript } from '../../plugin/sessions/script.js';
import { answerOf, answerOr } from '../../plugin/sessions/unavailable.js';


/** HASH: what was counted, by name, an example of each difference, and when. */
export const shadowKey = 'postern:shadow';

/** From the last call that was counted. */
const keptSeconds = 30 * 86_400;

const addCounts = makeScript(`
-- KEYS[1]: the counts. ARGV: now in seconds, how long they are kept, how many names there are, each with its count, then each example with its name.
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then
    redis.call('DEL', KEYS[1])
end
if not redis.call('HGET', KEYS[1], 'since') then
    redis.call('HSET', KEYS[1], 'since', ARGV[1])
end
redis.call('HSET', KEYS[1], 'latest', ARGV[1])
local names = tonumber(ARGV[3])
for i = 1, names do
    redis.call('HINCRBY', KEYS[1], ARGV[2 + 2 * i], ARGV[3 + 2 * i])
end
for i = 4 + 2 * names, #ARGV, 2 do
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
`);

const takeCounts = makeScript(`
-- KEYS[1]: the counts, which begin anew.
local held = redis.call('HGETALL', KEYS[1])
redis.call('DEL', KEYS[1])
return held
`);

const examplePrefix = 'example ';

/** Adds to what all gates have counted. Rejects with `StoreUnavailableError` when Redis is away. */
export async function putCounts(redis: Cluster | Redis, { counts, examples }: Counts, nowSeconds: number): Promise<void> {

    await answerOf(runScript(redis, addCounts, shadowKey, [
        nowSeconds, keptSeconds, counts.size,
        ...[...counts].flat(),
        ...[...examples].flatMap(([name, example]) => [`${examplePrefix}${name}`, JSON.stringify(example)])
    ]));
}

/** Reads what all gates have counted; undefined where that is nothing. `reset`: and lets them begin anew, in one step. */
export async function readCounts(redis: Cluster | Redis, { reset }: { readonly reset: boolean }): Promise<KeptCounts | undefined> {

    const held = reset ? pairsOf(await answerOf(runScript(redis, takeCounts, shadowKey, [])) as string[]) : Object.entries(await answerOr({}, redis.hgetall(shadowKey)));
    const fields = new Map(held);
    const since = fields.get('since');
    if (since === undefined) {
        return undefined;
    }

    const counted = held.filter(([name]) => name.includes(' '));
    return {
        sinceSeconds: Number(since),
        latestSeconds: Number(fields.get('latest')),
        counts: new Map(counted.filter(([name]) => !name.startsWith(examplePrefix)).map(([name, count]) => [name, Number(count)])),
        examples: new Map(counted.filter(([name]) => name.startsWith(examplePrefix)).map(([name, json]) => [name.slice(examplePrefix.length), JSON.parse(json) as Example]))
    };
}

function pairsOf(flat: readonly string[]): readonly (readonly [string, string])[] {

    return flat.flatMap((name, i) => (i % 2 === 0 ? [[name, String(flat[i + 1])] as const] : []));
}
