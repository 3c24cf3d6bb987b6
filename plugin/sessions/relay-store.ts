import type { Cluster, Redis } from 'ioredis';

import type { AccountType } from '../caller.js';
import type { Session, SessionStore } from './store.js';
import { relaysKey } from './keys.js';
import { makeScript, runScript } from './script.js';
import { answerOf, answerOr } from './unavailable.js';


/** Keeps the sealed tokens of sessions, beside them. A session that has ended leaves nothing that anybody could use. Every method rejects with `StoreUnavailableError` when the store is away. */
export interface RelayStore {
    /** `cap`: how many sessions the caller may hold (0: any number). */
    keep(session: Session, sealed: Buffer, cap: number): Promise<void>;
    find(session: Session): Promise<Buffer | undefined>;
    end(type: AccountType, callerId: string, sessionId: string): Promise<void>;
    endAll(type: AccountType, callerId: string): Promise<void>;
}

const keepToken = makeScript(`
-- KEYS[1]: the sealed tokens of a caller. ARGV: session id, value, now in seconds, how many there may be (0: any number).
-- A value: issued when, until when (0: for ever), in seconds since 1970, then the sealed token.
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then
    redis.call('DEL', KEYS[1])
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])

local held = redis.call('HGETALL', KEYS[1])
local tokens, latest = {}, 0
for i = 1, #held, 2 do
    local issued, ends = string.match(held[i + 1], '^(%d+) (%d+) ')
    ends = tonumber(ends)
    if not ends or (ends > 0 and ends <= tonumber(ARGV[3])) then
        redis.call('HDEL', KEYS[1], held[i])
    else
        table.insert(tokens, { id = held[i], issued = held[i] == ARGV[1] and math.huge or tonumber(issued), ends = ends == 0 and math.huge or ends })
    end
end

table.sort(tokens, function (a, b)
    return a.issued < b.issued
end)
while tonumber(ARGV[4]) > 0 and #tokens > tonumber(ARGV[4]) do
    redis.call('HDEL', KEYS[1], table.remove(tokens, 1).id)
end

for _, token in ipairs(tokens) do
    latest = math.max(latest, token.ends)
end
if latest == math.huge then
    redis.call('PERSIST', KEYS[1])
else
    redis.call('EXPIREAT', KEYS[1], string.format('%.0f', latest))
end
`);

/** Keeps them in Redis, in a key outside the tracked prefixes: they change nothing that is cached. */
export function redisRelays(redis: Redis | Cluster, nowSeconds: () => number): RelayStore {

    return {
        async keep({ type, callerId, id, issuedAtSeconds, expiresAtSeconds = 0 }, sealed, cap) {

            // Some room above the cap, for sessions of one second end in no order that could be told here

            const value = Buffer.concat([Buffer.from(`${issuedAtSeconds} ${expiresAtSeconds} `), sealed]);
            await answerOf(runScript(redis, keepToken, relaysKey(type, callerId), [id, value, nowSeconds(), cap * 2]));
        },
        async find({ type, callerId, id }) {

            const value = await answerOr(null, redis.hgetBuffer(relaysKey(type, callerId), id));
            return value?.subarray(value.indexOf(' ', value.indexOf(' ') + 1) + 1);
        },
        async end(type, callerId, sessionId) {

            await answerOr(0, redis.hdel(relaysKey(type, callerId), sessionId));
        },
        async endAll(type, callerId) {

            await answerOf(redis.unlink(relaysKey(type, callerId)));
        }
    };
}

/** Keeps them in this process, with the sessions in memory: they go with the session that they belong to. */
export function memoryRelays(): RelayStore {

    const tokens = new WeakMap<Session, Buffer>();
    return {
        async keep(session, sealed) {

            tokens.set(session, sealed);
            return Promise.resolve();
        },
        find: (session) => Promise.resolve(tokens.get(session)),
        end: () => Promise.resolve(),
        endAll: () => Promise.resolve()
    };
}

/** Sessions that take their sealed tokens with them when they are ended. */
export function endingRelays(sessions: SessionStore, relays: RelayStore): SessionStore {

    return {
        ...sessions,
        async end(type, callerId, sessionId) {

            const hasEnded = await sessions.end(type, callerId, sessionId);
            await relays.end(type, callerId, sessionId);
            return hasEnded;
        },
        async endAll(type, callerId) {

            const ended = await sessions.endAll(type, callerId);
            await relays.endAll(type, callerId);
            return ended;
        }
    };
}
