import type { Cluster, Redis } from 'ioredis';

import { makeScript, runScript } from '../sessions/script.js';
import { answerOf, answerOr } from '../sessions/unavailable.js';
import type { LockStore } from './lock-store.js';


const count = makeScript(`
-- KEYS[1]: a counter, a hash of failures and those of each part; anything else is a lock that an operator set.
-- ARGV: limit, seconds to live; the part's field or nothing, its limit, and 1 where it goes on when the whole is full.
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'hash' and kind ~= 'none' then return 'locked' end
local function isFull(field, limit)
    return tonumber(redis.call('HGET', KEYS[1], field) or '0') >= tonumber(limit)
end
if ARGV[3] ~= '' and isFull(ARGV[3], ARGV[4]) then return 'locked' end
local isWholeFull = isFull('failures', ARGV[1])
if isWholeFull and ARGV[5] ~= '1' then return 'locked' end
if ARGV[3] ~= '' then redis.call('HINCRBY', KEYS[1], ARGV[3], 1) end
if isWholeFull then return 'part' end
redis.call('HINCRBY', KEYS[1], 'failures', 1)
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 'whole'
`);

const takeBack = makeScript(`
-- KEYS[1]: a counter, or a lock that an operator has set meanwhile. ARGV: fields. The key goes with its last field, also where it had expired and this makes it again.
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'hash' and kind ~= 'none' then return end
for _, field in ipairs(ARGV) do
    if redis.call('HINCRBY', KEYS[1], field, -1) <= 0 then redis.call('HDEL', KEYS[1], field) end
end
`);

const clearPart = makeScript(`
-- KEYS[1]: a counter. ARGV: the field of a part, and 1 where its failures are among those of the whole.
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then return end
local failures = redis.call('HGET', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[1], ARGV[1])
if failures and ARGV[2] == '1' and redis.call('HINCRBY', KEYS[1], 'failures', '-' .. failures) <= 0 then redis.call('HDEL', KEYS[1], 'failures') end
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

            const counted = await answerOf(runScript(redis, count, key, [limit, ttlSeconds, fieldOf(part?.name), part?.limit ?? 0, part?.goesOn === true ? 1 : 0]));
            return counted === 'whole' || counted === 'part' ? counted : 'locked';
        },

        async takeBack(key, counted, part) {

            const fields = [counted === 'whole' ? 'failures' : '', fieldOf(part)].filter((field) => field !== '');
            await answerOf(runScript(redis, takeBack, key, fields));
        },

        async clear(key, counted, part) {

            await answerOf<unknown>(part === undefined ? redis.del(key) : runScript(redis, clearPart, key, [fieldOf(part), counted === 'whole' ? 1 : 0]));
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
