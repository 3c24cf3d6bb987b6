import type { ClientOf } from '../client-of.js';
import type { Visit } from '../visit.js';
import type { Entry } from './entry.js';
import { readEntry, withCaller } from './entry.js';


/** Hears of a request when it is over. It must not throw, and has no say in what became of it. */
export type Observe = (entry: Entry) => void;

/** Tells of a request that is over, once: also of one whose client left. */
export type Journal = (visit: Visit) => void;

/**
 * Makes the journal, which tells the observers of each request at the end of the turn of the event loop in which it was over. All that ended in one turn are told one after the other: among
 * everything else that a call does, the same lines would take twice as long. What is compared in shadow mode is waited for.
 */
export function createJournal(clientOf: ClientOf, observers: readonly Observe[]): Journal {

    let ended: Entry[] = [];

    const tellAll = () => {

        const entries = ended;
        ended = [];
        for (const observe of observers) {
            for (const entry of entries) {
                observe(entry);
            }
        }
    };

    const tell = (entry: Entry) => {

        if (ended.push(entry) === 1) {
            setImmediate(tellAll);
        }
    };

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
