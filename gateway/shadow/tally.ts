import type { Entry } from '../journal/entry.js';
import type { Comparison, Difference } from './compare.js';


/** The last call of a kind that differed. It holds no query and no token, and of its caller the type alone. */
export interface Example {
    /** In seconds since 1970. */
    readonly at: number;
    readonly method: string;
    readonly path: string;
    readonly caller: string;
    readonly credential: string;
    /** The upstream's. */
    readonly status: number;
    readonly asks: readonly string[];
    readonly theirAsks: readonly string[];
    readonly rule?: string;
}

/**
 * What was counted, by name. A name is a few words, and then a route that may have blanks in it: `agreed GET /V1/orders`, `left GET /V1/orders`, `unjudged caller`,
 * `differed too-lax served not-authorized GET /V1/orders`. Those that differed have an example under the same name.
 */
export interface Counts {
    readonly counts: ReadonlyMap<string, number>;
    readonly examples: ReadonlyMap<string, Example>;
}

/** Counts, and from when to when, in seconds since 1970. */
export interface KeptCounts extends Counts {
    readonly sinceSeconds: number;
    readonly latestSeconds: number;
}

// More than any policy makes: what counts must not grow, whatever comes
const maxNames = 20_000;
const otherRoutes = '(other routes)';

/** Counts by name. */
export class Tally implements Counts {

    readonly counts = new Map<string, number>();
    readonly examples = new Map<string, Example>();

    add(comparison: Comparison, example: Example | undefined): void {

        const [words, route] = nameOf(comparison);
        const wished = `${words}${route}`;
        const name = this.counts.size < maxNames || this.counts.has(wished) ? wished : `${words}${otherRoutes}`;
        this.#count(name, 1);
        if (example !== undefined) {
            this.examples.set(name, example);
        }
    }

    /** Takes in what was counted before, so that what it has itself is the latest. */
    addEarlier({ counts, examples }: Counts): void {

        for (const [name, count] of counts) {
            this.#count(name, count);
        }

        for (const [name, example] of examples) {
            this.examples.set(name, this.examples.get(name) ?? example);
        }
    }

    #count(name: string, count: number): void {

        this.counts.set(name, (this.counts.get(name) ?? 0) + count);
    }
}

/** The words of a name, and its route. */
function nameOf(comparison: Comparison): readonly [words: string, route: string] {

    switch (comparison.result) {
        case 'agreed':
        case 'left':
            return [`${comparison.result} `, comparison.route];
        case 'unjudged':
            return [`unjudged ${comparison.why}`, ''];
        default:
            return [`differed ${comparison.result} ${comparison.ours} ${comparison.theirs} `, comparison.route];
    }
}

const maxPathLength = 200;
const maxAsks = 20;
const maxAskLength = 100;

/** Makes an example of a call that differed. Whatever it holds can be printed: no character of it could move a terminal's cursor. */
export function exampleOf({ asks, theirAsks, status, rule }: Difference, { method, path, caller, credential }: Entry, at: number): Example {

    return {
        at, method, status, credential, asks,
        path: escape(path).slice(0, maxPathLength),
        caller: caller.type,
        theirAsks: theirAsks.slice(0, maxAsks).map((ask) => escape(ask).slice(0, maxAskLength)),
        ...rule !== undefined && { rule }
    };
}

function escape(text: string): string {

    return text.replace(/[^\x20-\x7e]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
