import type { Cluster, Redis } from 'ioredis';

import { lastUsesKey, roleKey, sessionsKey } from './keys.js';
import { decodeRecord, encodeRecord } from './record.js';
import { makeScript, runScript } from './script.js';
import type { Session, SessionStore } from './store.js';
import { answerOf, answerOr } from './unavailable.js';


// What is no record is neither counted nor dropped: it may be an operator's, or of a later version that runs beside this one.

const addSession = makeScript(`
-- KEYS[1]: the sessions of a caller. ARGV: session id, record, now in seconds, how many it may hold (0: any number).
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then
    redis.call('DEL', KEYS[1])
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])

local seconds = { d = 86400, h = 3600, m = 60, s = 1 }
local now, cap = tonumber(ARGV[3]), tonumber(ARGV[4])
local held = redis.call('HGETALL', KEYS[1])
local sessions, forever = {}, false
for i = 1, #held, 2 do
    local issued = #held[i + 1] >= 44 and tonumber(string.match(held[i + 1], '^(%d+)[+%ddhms@.]* '))
    local amount, unit = string.match(held[i + 1], '^%d+%+(%d+)([dhms])[@ ]')
    local ends = issued and unit and issued + amount * seconds[unit] or math.huge
    if not issued then
        forever = true
    elseif ends <= now then
        redis.call('HDEL', KEYS[1], held[i])
    else
        table.insert(sessions, { id = held[i], ends = ends, place = i, age = held[i] == ARGV[1] and math.huge or issued })
    end
end

table.sort(sessions, function (a, b)
    return a.age < b.age or (a.age == b.age and a.place < b.place)
end)
local gone = {}
while cap > 0 and #sessions > cap do
    table.insert(gone, table.remove(sessions, 1).id)
    redis.call('HDEL', KEYS[1], gone[#gone])
end

local latest = forever and math.huge or 0
for _, session in ipairs(sessions) do
    latest = math.max(latest, session.ends)
end
if latest == math.huge then
    redis.call('PERSIST', KEYS[1])
else
    redis.call('EXPIREAT', KEYS[1], string.format('%.0f', latest))
end
return gone
`);

const noteUse = makeScript(`
-- KEYS[1]: when the sessions of a caller were last used. ARGV: session id, now in seconds, idle seconds.
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then
    redis.call('DEL', KEYS[1])
end
local uses = redis.call('HGETALL', KEYS[1])
for i = 1, #uses, 2 do
    if (tonumber(uses[i + 1]) or 0) + ARGV[3] <= tonumber(ARGV[2]) then
        redis.call('HDEL', KEYS[1], uses[i])
    end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
`);

const setRole = makeScript(`
-- KEYS[1]: the resources of a role. ARGV: each of them.
redis.call('DEL', KEYS[1])
for _, resource in ipairs(ARGV) do
    redis.call('SADD', KEYS[1], resource)
end
`);

/**
 * Keeps the sessions in Redis (DESIGN 2), one key a caller, so that each operation is atomic and at home on one node of a cluster.
 * `close()` leaves the client to whoever made it.
 */
export function redisSessions(redis: Redis | Cluster, nowSeconds: () => number): SessionStore {

    const isLive = (session: Session | undefined): session is Session => session !== undefined && (session.expiresAtSeconds ?? Infinity) > nowSeconds();

    const store: SessionStore = {
        async add(session, cap) {

            const key = sessionsKey(session.type, session.callerId);
            return await answerOf(runScript(redis, addSession, key, [session.id, encodeRecord(session), nowSeconds(), cap])) as readonly string[];
        },
        async find(type, callerId, sessionId) {

            const record = await answerOr(null, redis.hgetBuffer(sessionsKey(type, callerId), sessionId));
            const session = record ? decodeRecord(type, callerId, sessionId, record) : undefined;
            return isLive(session) ? session : undefined;
        },
        async list(type, callerId) {

            const records = await answerOr({}, redis.hgetallBuffer(sessionsKey(type, callerId)));
            const sessions = Object.entries(records).map(([id, record]) => decodeRecord(type, callerId, id, record)).filter(isLive);
            return sessions.sort((a, b) => a.issuedAtSeconds - b.issuedAtSeconds);
        },
        async end(type, callerId, sessionId) {

            return await answerOr(0, redis.hdel(sessionsKey(type, callerId), sessionId)) > 0;
        },
        async endAll(type, callerId) {

            const sessions = await store.list(type, callerId);
            await answerOf(redis.unlink(sessionsKey(type, callerId)));
            return sessions.length;
        },
        async role(adminId) {

            return new Set(await answerOr([], redis.smembers(roleKey(adminId))));
        },
        async setRole(adminId, resources) {

            await answerOf(runScript(redis, setRole, roleKey(adminId), resources));
        },
        async lastUse(type, callerId, sessionId) {

            const seconds = Number(await answerOr(null, redis.hget(lastUsesKey(type, callerId), sessionId)) ?? NaN);
            return Number.isFinite(seconds) ? seconds : undefined;
        },
        async noteUse(type, callerId, sessionId, usedAtSeconds, idleSeconds) {

            await answerOf(runScript(redis, noteUse, lastUsesKey(type, callerId), [sessionId, usedAtSeconds, idleSeconds]));
        },
        async close() {}
    };
    return store;
}
