import type { Server } from '@hapi/hapi';

import type { ClientOf } from '../client-of.js';
import type { Entry } from './entry.js';
import { readCaller, readEntry } from './entry.js';


/** Hears of a request when it is over. It must not throw, and has no say in what became of it. */
export type Observe = (entry: Entry) => void;

/** Tells the observers of each request, once: also of one whose client left, and of one whose answer was written past hapi. What is compared in shadow mode is waited for. */
export function keepJournal(server: Server, clientOf: ClientOf, observers: readonly Observe[]): void {

    const tell = (entry: Entry) => {

        for (const observe of observers) {
            observe(entry);
        }
    };

    server.events.on('response', (request) => {

        const entry = readEntry(request, clientOf, performance.now());
        const { trail } = request.app;
        if (trail.comparison === undefined) {
            tell(entry);
        }
        else {
            void trail.comparison.then((shadow) => {

                tell({ ...entry, ...readCaller(trail), shadow });
            });
        }
    });
}
