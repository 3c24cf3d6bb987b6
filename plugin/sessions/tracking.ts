import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';

import type { Cluster, Redis } from 'ioredis';

import type { TrackingTimes } from './tracking-pair.js';
import { isRefusal, trackChanges } from './tracking-pair.js';
import { answerOf } from './unavailable.js';


export type TrackingState = 'arming' | 'armed' | 'refused' | 'closed';

/** Hears which keys of Redis change, as a cache must. */
export interface Tracking {
    /** Whether what was heard is all that happened, but for the last second. Asked on every request. */
    readonly isArmed: () => boolean;
    readonly state: () => TrackingState;
    /** Calls back at each change of a key; with undefined, where any key may have changed unheard. */
    readonly listen: (onChange: (key: string | undefined) => void) => void;
    /** How long Redis itself keeps a key; Infinity where nothing ends it. */
    readonly ttlMs: (key: string) => Promise<number>;
    readonly close: () => Promise<void>;
}

export interface TrackingSettings extends Partial<TrackingTimes> {
    /** Hears, once, that a server forbids tracking or has none: each request then reads Redis. */
    readonly onRefused?: (reason: Error) => void;
    /** Hears, once until it is armed again, that tracking was lost, and that it is tried again. */
    readonly onLost?: (reason: Error) => void;
    /** Hears that it is armed again. */
    readonly onArmed?: () => void;
    /** Before a server that refused is asked again. */
    readonly refusedRetryMs?: number;
}

interface Pair {
    readonly closing: AbortController;
    provenAtMs: number;
    isRefused: boolean;
    isLost: boolean;
}

/**
 * Tracks the sessions and roles of a Redis, on each master of a Cluster, until it is closed (DESIGN 2, "The hot path touches no Redis").
 * Throws where the client would not read what is tracked.
 */
export function trackRedis(redis: Cluster | Redis, settings: TrackingSettings = {}): Tracking {

    const { heartbeatMs = 300, silenceMs = 1_000, refusedRetryMs = 30_000 } = settings;
    const listeners: ((key: string | undefined) => void)[] = [];
    const pairs = new Map<Redis, Pair>();
    let trustedUntilMs = -Infinity;
    let isClosed = false;
    let saidRefused = false;

    const tell = (key: string | undefined) => {

        for (const listener of listeners) {
            listener(key);
        }
    };

    const trust = () => {

        trustedUntilMs = pairs.size === 0 ? -Infinity : Math.min(...[...pairs.values()].map(({ provenAtMs }) => provenAtMs)) + silenceMs;
    };

    const lose = (pair: Pair, reason: Error) => {

        if (pair.closing.signal.aborted) {
            return;
        }

        const wasLost = pair.isLost;
        pair.provenAtMs = -Infinity;
        pair.isLost = true;
        pair.isRefused = isRefusal(reason);
        trust();
        tell(undefined);
        if (pair.isRefused && !saidRefused) {
            saidRefused = true;
            settings.onRefused?.(reason);
        }
        else if (!pair.isRefused && !wasLost) {
            settings.onLost?.(reason);
        }
    };

    // One life of a pair after the other.

    const keep = async (server: Redis, pair: Pair) => {

        const { signal } = pair.closing;
        let failures = 0;
        const onProof = (atMs: number) => {

            const wasLost = pair.isLost;
            failures = 0;
            pair.isLost = false;
            pair.isRefused = false;
            pair.provenAtMs = atMs;
            trust();
            const isHeard = [...pairs.values()].map((one) => one.provenAtMs > -Infinity);
            if (![wasLost, ...isHeard].includes(false)) {
                settings.onArmed?.();
            }
        };

        const onDoubt = (reason: Error) => {

            if (!pair.isLost) {
                lose(pair, reason);
            }
        };

        while (!signal.aborted) {
            lose(pair, await trackChanges(server, { onChange: tell, onProof, onDoubt }, { heartbeatMs, silenceMs }, signal));
            await wait(pair.isRefused ? refusedRetryMs : Math.min(25 * 2 ** ++failures, 500), undefined, { ref: false });
        }
    };

    const setServers = (servers: readonly Redis[]) => {

        const gone = [...pairs].filter(([server]) => !servers.includes(server));
        const added = servers.filter((server) => !pairs.has(server));
        for (const [server, { closing }] of gone) {
            pairs.delete(server);
            closing.abort();
        }

        for (const server of added) {
            const pair = { closing: new AbortController(), provenAtMs: -Infinity, isRefused: false, isLost: false };
            pairs.set(server, pair);
            void keep(server, pair);
        }

        if (gone.length + added.length > 0) {
            trust();
            tell(undefined);
        }
    };

    checkClient(redis);
    const stopFollowing = followMasters(redis, setServers, heartbeatMs);

    return {
        isArmed: () => performance.now() <= trustedUntilMs,
        state() {

            if (isClosed || performance.now() <= trustedUntilMs) {
                return isClosed ? 'closed' : 'armed';
            }

            return [...pairs.values()].some(({ isRefused }) => isRefused) ? 'refused' : 'arming';
        },
        listen(onChange) {

            listeners.push(onChange);
        },
        async ttlMs(key) {

            const ttlMs = await answerOf(redis.pttl(key));
            return ttlMs < 0 ? Infinity : ttlMs;                     // -2: there is no key, and whoever makes one is heard
        },
        async close() {

            isClosed = true;
            stopFollowing();
            setServers([]);
            return Promise.resolve();
        }
    };
}

/** Calls back with the servers that are written to, now and whenever they change: a master without a pair must not be read into a cache. */
function followMasters(redis: Cluster | Redis, onMasters: (masters: readonly Redis[]) => void, everyMs: number): () => void {

    if (!('nodes' in redis)) {
        onMasters([redis]);
        return () => undefined;
    }

    const look = () => {

        onMasters(redis.nodes('master'));
    };

    // A node that is new is told at once, a replica that has become a master is not told at all.

    const timer = setInterval(look, everyMs).unref();
    redis.on('+node', look).on('-node', look);
    look();
    return () => {

        clearInterval(timer);
        redis.off('+node', look).off('-node', look);
    };
}

function checkClient(redis: Cluster | Redis): void {

    const { keyPrefix } = redis.options;
    if (keyPrefix) {
        throw new Error(`The Redis client has the keyPrefix "${keyPrefix}": expected none, for changes are told by the keys as Redis has them`);
    }

    const reads = 'nodes' in redis ? redis.options.scaleReads : redis.options.role;
    if (reads !== 'master') {
        throw new Error(`The Redis client reads from "${String(reads)}": expected "master", for a replica may answer what a change has overtaken`);
    }
}
