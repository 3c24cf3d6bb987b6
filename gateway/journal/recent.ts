import type { Entry } from './entry.js';
import type { Observe } from './journal.js';


/** Mishaps that are remembered, and that operators are shown. */
export const maxRecent = 100;

/** A request that went wrong, and when. */
export interface Mishap {
    /** Milliseconds since 1970. */
    readonly atMs: number;
    readonly entry: Entry;
}

/** The last requests that were refused, or that the upstream did not answer. */
export interface Recent {
    readonly observe: Observe;
    /** The newest first. */
    readonly list: () => readonly Mishap[];
}

/** The newest of several lists together. */
export function mergeRecent(lists: readonly (readonly Mishap[])[], max: number): readonly Mishap[] {

    return lists.flat().sort((a, b) => b.atMs - a.atMs).slice(0, max);
}

/** Remembers up to `max` of them, in this process alone. */
export function createRecent(max: number, nowMs: () => number): Recent {

    // The oldest gives its place to the newest

    const mishaps: Mishap[] = [];
    let next = 0;
    return {
        observe(entry) {

            if (entry.reason !== undefined) {
                mishaps[next] = { atMs: nowMs(), entry };
                next = (next + 1) % max;
            }
        },
        list: () => [...mishaps.slice(next), ...mishaps.slice(0, next)].reverse()
    };
}
