import { performance } from 'node:perf_hooks';

import type { ClientOf } from '../client-of.js';
import type { Comparison } from '../shadow/compare.js';
import type { Visit } from '../visit.js';
import type { Entry } from './entry.js';
import { perTurn } from '../per-turn.js';
import { readEntry } from './entry.js';


/** Hears of a request when it is over. It must not throw, and has no say in what became of it. */
export type Observe = (entry: Entry) => void;

/** Tells of a request that is over, once: also of one whose client left. */
export type Journal = (visit: Visit) => void;

/** A request that is over, and who asked: of a connection that has closed since, nobody knows it any more. */
interface Over {
    readonly visit: Visit;
    readonly source: string;
    readonly endMs: number;
    readonly shadow?: Comparison;
}

/** Makes the journal, which tells the observers of all that was over in one turn of the event loop. What is compared in shadow mode is waited for. */
export function createJournal(clientOf: ClientOf, observers: readonly Observe[]): Journal {

    const tell = perTurn<Over>((those) => {

        const entries = those.map(readOver);
        for (const observe of observers) {
            entries.forEach(observe);
        }
    });

    return function journal(visit) {

        const over = { visit, source: clientOf(visit.req).address, endMs: performance.now() };
        const { comparison } = visit.trail;
        if (comparison === undefined) {
            tell(over);
        }
        else {
            void comparison.then((shadow) => {

                tell({ ...over, shadow });
            });
        }
    };
}

function readOver({ visit, source, endMs, shadow }: Over): Entry {

    const entry = readEntry(visit, source, endMs);
    return shadow === undefined ? entry : { ...entry, shadow };
}
