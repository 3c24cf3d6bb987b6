import { setTimeout as wait } from 'node:timers/promises';

import type { Dispatcher } from 'undici';

import type { Origin } from './origin.js';
import { openPool } from './origin.js';


export interface CheckOptions {
    /** What is asked for, by GET. Any answer from 200 to 399 is a good one. */
    readonly path: string;
    /** From one check of an origin to the next, on the average: gates that were started together shall not ask together. */
    readonly intervalMs: number;
}

/** A check takes no longer than this, nor than the interval. */
const longestMs = 5_000;
const maxBytes = 65_536;

/** Asks each origin how it is, time and again, on connections of their own. Gives what ends it. */
export function startChecks(origins: readonly Origin[], { path, intervalMs }: CheckOptions): () => Promise<void> {

    const closing = new AbortController();
    const timeoutMs = Math.min(intervalMs, longestMs);
    const times = { connectTimeoutMs: timeoutMs, headersTimeoutMs: timeoutMs, idleTimeoutMs: timeoutMs };

    const keepChecking = async (origin: Origin) => {

        const pool = openPool(new URL(origin.url), { ...times, connections: 1 });
        let pauseMs = intervalMs * Math.random();
        while (await waitFor(pauseMs, closing.signal)) {
            origin.check(await isWell(pool, path, timeoutMs));
            pauseMs = intervalMs * (0.75 + Math.random() / 2);
        }

        await pool.close();
    };

    const checks = origins.map(keepChecking);
    return async () => {

        closing.abort();
        await Promise.all(checks);
    };
}

/** Whether the time passed, and was not cut short. */
async function waitFor(ms: number, signal: AbortSignal): Promise<boolean> {

    return await wait(ms, true, { signal, ref: false }).catch(() => false);
}

async function isWell(pool: Dispatcher, path: string, timeoutMs: number): Promise<boolean> {

    // A new connection each time, since that is what the next request may need; whatever goes wrong is what was asked for

    try {
        const { statusCode, body } = await pool.request({ method: 'GET', path, headers: { accept: '*/*', 'user-agent': 'postern' }, reset: true, signal: AbortSignal.timeout(timeoutMs) });
        await body.dump({ limit: maxBytes });
        return statusCode < 400;
    }
    catch {
        return false;
    }
}
