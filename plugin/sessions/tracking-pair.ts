import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';

import type { Redis } from 'ioredis';

import { trackedPrefixes } from './keys.js';
import { hearLateErrors } from './late-errors.js';
import { forgetCommand, isReply } from './unavailable.js';


export interface ChangeListener {
    /** A key was changed or has expired; undefined: any key may have. */
    readonly onChange: (key: string | undefined) => void;
    /** All changes up to then were told, on the clock of `performance.now()`. */
    readonly onProof: (atMs: number) => void;
    /** All changes are told, but what the server holds may not be what counts. Said at every heartbeat. */
    readonly onDoubt: (reason: Error) => void;
}

export interface TrackingTimes {
    /** Between two heartbeats. */
    readonly heartbeatMs: number;
    /** How long a dead link may hide changes. No answer is waited for longer. */
    readonly silenceMs: number;
}

const channel = '__redis__:invalidate';

/**
 * Tells of every change to the tracked keys of one server, and resolves to the reason when that cannot be relied on any more. `server` is the
 * connection that the keys are read through. Takes two more: one that tracks, and one that hears, in RESP2, for ioredis drops invalidations in RESP3.
 */
export function trackChanges(server: Redis, { onChange, onProof, onDoubt }: ChangeListener, { heartbeatMs, silenceMs }: TrackingTimes, signal: AbortSignal): Promise<Error> {

    const options = { lazyConnect: true, retryStrategy: null, enableOfflineQueue: false, enableReadyCheck: false, commandTimeout: undefined, failoverDetector: false };
    const track = server.duplicate(options);
    const hear = server.duplicate({ ...options, protocol: 2, replyMapping: 'legacy' });
    const life = new AbortController();
    const soon = <T>(answer: Promise<T>) => within(silenceMs, answer);

    const arm = async () => {

        await soon(Promise.all([track.connect(), hear.connect()]));
        const id = await soon(hear.client('ID'));
        hear.on('messageBuffer', (_channel: Buffer, keys: unknown) => {

            readKeys(keys).forEach(onChange);
        });
        await soon(hear.subscribe(channel));
        await soon(track.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id, 'BCAST', ...trackedPrefixes.flatMap((prefix) => ['PREFIX', prefix])));
        const [tracked, read] = await soon(Promise.all([readInfo(track.info('server')), readInfo(server.info('server'))]));
        if (findLine(tracked, 'run_id') !== findLine(read, 'run_id')) {
            throw new Error('Redis is read on one server and tracked on another');
        }

        return { inCluster: findLine(tracked, 'redis_mode') === 'cluster' };
    };

    // Both answers come behind every change that the server had made when it was asked.

    const beat = async ({ inCluster }: { readonly inCluster: boolean }) => {

        for (;;) {
            const askedAtMs = performance.now();
            const [doubt] = await soon(Promise.all([findDoubt(track, inCluster), hear.ping()]));
            life.signal.throwIfAborted();
            if (doubt === undefined) {
                onProof(askedAtMs);
            }
            else {
                onDoubt(new Error(doubt));
            }

            await wait(heartbeatMs, undefined, { signal: life.signal });
        }
    };

    // Beside that, for the connection that the keys are read through may be late behind a command that takes long, as a change does while the server takes
    // none: what was heard is no less true.

    const checkSteps = async () => {

        for (;;) {
            await checkStep(server);
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
        for (const connection of [track, hear]) {
            hearLateErrors(connection);
            connection.on('error', end).on('close', close);
        }

        Promise.all([arm().then(beat), checkSteps()]).catch(end);
    });
}

/** Whether it says that a server has no tracking, or none for us. */
export function isRefusal(error: Error): boolean {

    return isReply(error, 'NOPERM') || (isReply(error, 'ERR') && !isReply(error, 'ERR max number of clients'));
}

/** An array of keys; null after FLUSHALL. What anybody else publishes there is a text, and says nothing. */
function readKeys(keys: unknown): readonly (string | undefined)[] {

    return keys === null ? [undefined] : Array.isArray(keys) ? keys.map(String) : [];
}

/** What a server says of itself; nothing where it may not be asked. */
async function readInfo(info: Promise<unknown>): Promise<string> {

    try {
        return String(await info);
    }
    catch (error) {
        if (isReply(error, 'NOPERM')) {
            return '';
        }

        throw error;
    }
}

function findLine(info: string, name: string): string | undefined {

    return new RegExp(`^${name}:(\\w+)`, 'm').exec(info)?.[1];
}

/** Why what a server holds may not be what counts: a replica lags behind, and a master that lost its cluster has been replaced. */
async function findDoubt(redis: Redis, inCluster: boolean): Promise<string | undefined> {

    const [replication, cluster] = await Promise.all([readInfo(redis.info('replication')), inCluster ? readInfo(redis.cluster('INFO')) : '']);
    if (findLine(replication, 'role') === 'slave') {
        return 'Redis is a replica';
    }

    return findLine(cluster, 'cluster_state') === 'fail' ? 'Redis has lost its cluster' : undefined;
}

/**
 * Throws where a connection takes the answer to one question for that to another, as when something between has lost bytes, and has it made
 * again. Of troubles of its own hears whoever reads.
 */
async function checkStep(server: Redis): Promise<void> {

    const { stream } = server;
    const sent = randomBytes(8).toString('hex');
    const [echo] = await Promise.allSettled([server.ping(sent)]);
    if (echo.status === 'fulfilled' && echo.value !== sent) {
        stream.destroy();
        throw new Error('Redis answered another question than was asked');
    }
}

/** Waits for an answer. An answer that is here, and was not yet read because this process was busy, is in time. */
async function within<T>(ms: number, answer: Promise<T>): Promise<T> {

    const answered = new AbortController();
    const silence = async (): Promise<never> => {

        await wait(ms, undefined, { signal: answered.signal });
        await nextTurn();
        throw new Error(`Redis was silent for ${ms} ms`);
    };

    try {
        return await Promise.race([answer, silence()]);
    }
    finally {
        answered.abort();
    }
}
