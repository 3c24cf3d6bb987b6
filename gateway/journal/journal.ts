import type { ClientOf } from '../client-of.js';
import type { Visit } from '../visit.js';
import type { Entry } from './entry.js';
import { perTurn } from '../per-turn.js';
import { readEntry, withCaller } from './entry.js';


/** Hears of a request when it is over. It must not throw, and has no say in what became of it. */
export type Observe = (entry: Entry) => void;

/** Tells of a request that is over, once: also of one whose client left. */
export type Journal = (visit: Visit) => void;

/** Makes the journal, which tells the observers of all that was over in one turn of the event loop. What is compared in shadow mode is waited for. */
export function createJournal(clientOf: ClientOf, observers: readonly Observe[]): Journal {

    const tell = perTurn<Entry>((entries) => {

        for (const observe of observers) {
            entries.forEach(observe);
        }
    });

    return function journal(visit) {

        const entry = readEntry(visit, clientOf, performance.now());
        const { trail } = visit;
        if (trail.comparison === undefined) {
            tell(entry);
        }
        else {
            void trail.comparison.then((shadow) => {

                tell({ ...withCaller(entry, trail), shadow });
            });
        }
    };
}
