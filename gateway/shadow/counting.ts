import type { Cluster, Redis } from 'ioredis';

import type { Observe } from '../journal/journal.js';
import type { KeptCounts } from './tally.js';
import { StoreUnavailableError } from '../../plugin/sessions/store.js';
import { putCounts, readCounts } from './store.js';
import { exampleOf, Tally } from './tally.js';


export interface Counting {
    readonly observe: Observe;
    /** What all gates have counted that share a Redis; without one this process, since it started. Rejects with `StoreUnavailableError` when Redis is away. */
    readonly read: () => Promise<KeptCounts | undefined>;
    /** Writes what is left. */
    readonly close: () => Promise<void>;
}

interface CountingParts {
    /** Absent: nobody else counts with this process. */
    readonly redis: Cluster | Redis | undefined;
    readonly nowSeconds: () => number;
    readonly notice: (sentence: string) => void;
    /** Between two writes. */
    readonly pauseMs: number;
}

/** Counts what came of comparing calls: in Redis, in batches, for all gates together, or in this process where there is none. While Redis is away, what was counted waits. */
export function startCounting({ redis, nowSeconds, notice, pauseMs }: CountingParts): Counting {

    const sinceSeconds = nowSeconds();
    let pending = new Tally();
    let timer: NodeJS.Timeout | undefined;
    let isFailing = false;

    const write = async (client: Cluster | Redis): Promise<void> => {

        clearTimeout(timer);
        timer = undefined;
        const batch = pending;
        pending = new Tally();
        try {
            await putCounts(client, batch, nowSeconds());
            isFailing = false;
        }
        catch (error) {
            if (!isFailing) {
                isFailing = true;
                const { message } = ((error as Error).cause ?? error) as Error;
                notice(`What the shadow mode has counted cannot be written now: ${message}`);
            }

            // What Redis could not take as it is, it would not take another time

            if (error instanceof StoreUnavailableError) {
                pending.addEarlier(batch);
                schedule();
            }
        }
    };

    const schedule = () => {

        timer ??= redis && setTimeout(() => {

            void write(redis);
        }, pauseMs).unref();
    };

    return {
        observe(entry) {

            const { shadow } = entry;
            if (shadow !== undefined) {
                pending.add(shadow, 'ours' in shadow ? exampleOf(shadow, entry, nowSeconds()) : undefined);
                schedule();
            }
        },
        async read() {

            return redis === undefined ? { counts: pending.counts, examples: pending.examples, sinceSeconds, latestSeconds: nowSeconds() } : await readCounts(redis, { reset: false });
        },
        async close() {

            if (redis !== undefined && pending.counts.size > 0) {
                await write(redis);
            }

            clearTimeout(timer);
        }
    };
}
