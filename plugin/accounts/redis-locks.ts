import type { Cluster, Redis } from 'ioredis';

import { makeScript, runScript } from '../sessions/script.js';
import { answerOf, answerOr } from '../sessions/unavailable.js';
import type { LockStore } from './lock-store.js';


const count = makeScript(`
-- KEYS[1]: a counter, a hash of failures and those of each part; anything else is a lock that an operator set.
-- ARGV: limit, seconds to live, the part's field or nothing.
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'hash' and kind ~= 'none' then return 'locked' end
local function isFull(field)
    return tonumber(redis.call('HGET', KEYS[1], field) or '0') >= tonumber(ARGV[1])
end
if not isFull('failures') then
    redis.call('HINCRBY', KEYS[1], 'failures', 1)
    if ARGV[3] ~= '' then redis.call('HINCRBY', KEYS[1], ARGV[3], 1) end
    redis.call('EXPIRE', KEYS[1], ARGV[2])
    return 'whole'
end
if ARGV[3] ~= '' and not isFull(ARGV[3]) then
    redis.call('HINCRBY', KEYS[1], ARGV[3], 1)
    return 'part'
end
return 'locked'
`);

const takeBack = makeScript(`
-- KEYS[1]: a counter. ARGV: fields. The key goes with its last field, also where it had expired and this makes it again.
for _, field in ipairs(ARGV) do
    if redis.call('HINCRBY', KEYS[1], field, -1) <= 0 then redis.call('HDEL', KEYS[1], field) end
end
`);

const remember = makeScript(`
-- KEYS[1]: addresses, sorted by the second of their last login. ARGV: address, second, how many to keep, seconds to live.
if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then redis.call('DEL', KEYS[1]) end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -tonumber(ARGV[3]) - 1)
redis.call('EXPIRE', KEYS[1], ARGV[4])
`);

const fieldOf = (part: string | undefined) => (part === undefined ? '' : `failures from ${part}`);

/** Keeps the counters in Redis, so that all nodes share them. Each call is one command on one key. */
export function createRedisLocks(redis: Redis | Cluster): LockStore {

    return {
        async count(key, { limit, ttlSeconds }, part) {

            const counted = await answerOf(runScript(redis, count, key, [limit, ttlSeconds, fieldOf(part)]));
            return counted === 'whole' || counted === 'part' ? counted : 'locked';
        },

        async takeBack(key, counted, part) {

            const fields = [counted === 'whole' ? 'failures' : '', fieldOf(part)].filter((field) => field !== '');
            await answerOf(runScript(redis, takeBack, key, fields));
        },

        async clear(key, counted, part) {

            await answerOf(counted === 'whole' ? redis.del(key) : redis.hdel(key, fieldOf(part)));
        },

        async isKnown(key, address, sinceSeconds) {

            const lastSeconds = await answerOr(null, redis.zscore(key, address));
            return lastSeconds !== null && Number(lastSeconds) >= sinceSeconds;
        },

        async remember(key, address, { nowSeconds, ttlSeconds, max }) {

            await answerOf(runScript(redis, remember, key, [address, nowSeconds, max, ttlSeconds]));
        }
    };
}
