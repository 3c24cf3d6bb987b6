import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';

import type { Redis } from 'ioredis';

import { trackedPrefixes } from './keys.js';
import { forgetCommand, isReply } from './unavailable.js';


export interface ChangeListener {
    /** A key was changed or has expired; undefined: any key may have. */
    readonly onChange: (key: string | undefined) => void;
    /** All changes up to then were told, on the clock of `performance.now()`. */
    readonly onProof: (atMs: number) => void;
}

export interface TrackingTimes {
    /** Between two heartbeats. */
    readonly heartbeatMs: number;
    /** How long a dead link may hide changes. */
    readonly silenceMs: number;
}

const channel = '__redis__:invalidate';
const armingMs = 5_000;

/**
 * Tells of every change to the tracked keys of one server, and resolves to the reason when that cannot be relied on any more. `server` is the
 * connection that the keys are read through. Takes two more: one that tracks, and one that hears, in RESP2, for ioredis drops invalidations in RESP3.
 */
export function trackChanges(server: Redis, { onChange, onProof }: ChangeListener, { heartbeatMs, silenceMs }: TrackingTimes, signal: AbortSignal): Promise<Error> {

    const options = { lazyConnect: true, retryStrategy: null, enableOfflineQueue: false, enableReadyCheck: false, commandTimeout: undefined };
    const track = server.duplicate(options);
    const hear = server.duplicate({ ...options, protocol: 2, replyMapping: 'legacy' });
    const life = new AbortController();

    const arm = async () => {

        await Promise.all([track.connect(), hear.connect()]);
        const id = await hear.client('ID');
        hear.on('messageBuffer', (_channel: Buffer, keys: unknown) => {

            readKeys(keys).forEach(onChange);
        });
        await hear.subscribe(channel);
        await track.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id, 'BCAST', ...trackedPrefixes.flatMap((prefix) => ['PREFIX', prefix]));
        if (await readRunId(track) !== await readRunId(server)) {
            throw new Error('Redis is read on one server and tracked on another');
        }
    };

    // Both answers come behind every change that the server had made when it was asked.

    const beat = async () => {

        for (;;) {
            const askedAtMs = performance.now();
            await within(silenceMs, Promise.all([track.ping(), hear.ping()]));
            life.signal.throwIfAborted();
            onProof(askedAtMs);
            await wait(heartbeatMs, undefined, { signal: life.signal });
        }
    };

    return new Promise((resolve) => {

        const end = (reason: Error) => {

            if (life.signal.aborted) {
                return;
            }

            life.abort();
            signal.removeEventListener('abort', close);
            server.off('close', close);
            track.disconnect();
            hear.disconnect();
            forgetCommand(reason);
            resolve(reason);
        };

        const close = () => {

            end(new Error('A connection to Redis was closed'));
        };

        signal.addEventListener('abort', close);
        server.on('close', close);                                  // It may come back on another server.
        track.on('error', end).on('close', close);
        hear.on('error', end).on('close', close);
        within(armingMs, arm()).then(beat).catch(end);
    });
}

/** Whether it says that a server has no tracking, or none for us. */
export function isRefusal(error: Error): boolean {

    return isReply(error, 'NOPERM') || isReply(error, 'ERR');
}

/** An array of keys; null after FLUSHALL. What anybody else publishes there is a text, and says nothing. */
function readKeys(keys: unknown): readonly (string | undefined)[] {

    return keys === null ? [undefined] : Array.isArray(keys) ? keys.map(String) : [];
}

/** The server's name for this run of itself; undefined where it may not be asked. */
async function readRunId(redis: Redis): Promise<string | undefined> {

    try {
        return /^run_id:(\w+)/m.exec(await redis.info('server'))?.[1];
    }
    catch (error) {
        if (isReply(error, 'NOPERM')) {
            return undefined;
        }

        throw error;
    }
}

/** Waits for an answer. An answer that is here, and was not yet read because this process was busy, is in time. */
async function within(ms: number, answer: Promise<unknown>): Promise<void> {

    const answered = new AbortController();
    const silence = async () => {

        await wait(ms, undefined, { signal: answered.signal });
        await nextTurn();
        throw new Error(`Redis was silent for ${ms} ms`);
    };

    try {
        await Promise.race([answer, silence()]);
    }
    finally {
        answered.abort();
    }
}
