import type { Cluster, Redis } from 'ioredis';

import type { Audit } from './audit/audit.js';
import type { LockStore } from './accounts/lock-store.js';
import type { AccountStore } from './accounts/redis.js';
import type { PosternOptions } from './options.js';
import type { AdoptionMarks } from './sessions/adoption-marks.js';
import type { Changes } from './sessions/changes.js';
import type { RelayStore } from './sessions/relay-store.js';
import type { CacheCounters } from './sessions/cache.js';
import type { SessionStore } from './sessions/store.js';
import { createMemoryLocks } from './accounts/memory-locks.js';
import { createRedisLocks } from './accounts/redis-locks.js';
import { createRedisAccounts } from './accounts/redis.js';
import { oncePerOutage } from './outage.js';
import { noAudit, redisAudit } from './audit/audit.js';
import { memoryMarks, redisMarks } from './sessions/adoption-marks.js';
import { cachedSessions } from './sessions/cache.js';
import { announcing, trackedChanges } from './sessions/changes.js';
import { connectRedis } from './sessions/connection.js';
import { memorySessions } from './sessions/memory.js';
import { proveAnswers } from './sessions/proof.js';
import { redisSessions } from './sessions/redis.js';
import { memoryRelays, redisRelays } from './sessions/relay-store.js';
import { trackRedis } from './sessions/tracking.js';


/** Everything that outlives a request: in Redis, or in this process alone. */
export interface State {
    readonly sessions: SessionStore;
    readonly changes: Changes;
    readonly relays: RelayStore;
    readonly marks: AdoptionMarks;
    readonly audit: Audit;
    readonly locks: LockStore;
    /** Absent in memory. */
    readonly redis?: Cluster | Redis;
    /** Absent in memory: accounts then come from elsewhere. */
    readonly accounts?: AccountStore;
    /** How the cache of sessions does; absent in memory. */
    readonly cacheCounters?: () => CacheCounters;
    /** Whether it answers now. */
    readonly isReachable: () => Promise<boolean>;
    readonly close: () => Promise<void>;
}

const defaultTimeoutMs = 500;
const connectTimeoutMs = 5_000;
const defaultCacheEntries = 100_000;
const defaultAuditEntries = 100_000;

/** Opens the state where the options say. A Redis client that was given is left open for whoever made it. */
export async function openState(options: PosternOptions, nowSeconds: () => number): Promise<State> {

    const { redis: given, redisTls: tls, storeTimeoutMs = defaultTimeoutMs, cacheEntries = defaultCacheEntries, auditEntries = defaultAuditEntries, notice } = options;

    if (given === undefined) {
        return {
            ...announcing(memorySessions(nowSeconds)), relays: memoryRelays(), marks: memoryMarks(), audit: noAudit, locks: createMemoryLocks(nowSeconds),
            isReachable: () => Promise.resolve(true), close: () => Promise.resolve()
        };
    }

    const outage = oncePerOutage('Redis', (sentence) => notice?.(sentence));
    const redis = typeof given === 'string' ? await connectRedis(given, { commandTimeoutMs: storeTimeoutMs, connectTimeoutMs, tls, onError: outage.begin }) : given;
    if (redis !== given) {
        proveAnswers(redis);
    }

    redis.on('ready', outage.end);

    const tracking = trackRedis(redis, {
        onRefused: ({ message }) => notice?.(`Redis does not tell of changes (${message}): every request reads it`),
        onLost: ({ message }) => notice?.(`Redis was not heard (${message}): every request reads it until it is`),
        onArmed: outage.end
    });
    const sessions = cachedSessions(redisSessions(redis, nowSeconds), tracking, { maxEntries: cacheEntries }, nowSeconds);

    const audit = auditEntries === 0 ? noAudit : redisAudit(redis, {
        maxEntries: auditEntries,
        onLoss: (reason) => notice?.(`The audit cannot be written (${reason}): what happens meanwhile does not stand there`),
        onRecovery: (lost) => notice?.(`The audit is written again; entries lost: ${lost}`)
    });

    return {
        redis,
        sessions,
        changes: trackedChanges(tracking),
        relays: redisRelays(redis, nowSeconds),
        marks: redisMarks(redis),
        audit,
        locks: createRedisLocks(redis),
        accounts: createRedisAccounts(redis),
        cacheCounters: sessions.counters,
        isReachable: () => redis.ping().then(() => true, () => false),
        async close() {

            await sessions.close();
            redis.off('ready', outage.end);
            if (redis !== given) {
                await audit.settle();
                redis.disconnect();
            }
        }
    };
}
