import { setTimeout as wait } from 'node:timers/promises';

import type { OpsAnswer, OpsQuestion } from './line.js';


/** A process that serves beside others. */
export interface WorkerProcess {
    /** Resolves to where it takes connections, once it does; to nothing where it ended before. */
    readonly url: Promise<string | undefined>;
    /** Resolves to how it ended, in words, once it did. */
    readonly ended: Promise<string>;
    /** Asks it what an operator asks. */
    readonly ask: (question: OpsQuestion) => Promise<OpsAnswer>;
    /** Asks it to finish what is under way and to end. */
    readonly stop: () => void;
}

export interface SupervisorParts {
    readonly count: number;
    readonly spawn: () => WorkerProcess;
    readonly notice: (sentence: string) => void;
    /** Before a worker that died is started again; doubled each time that it dies soon, up to `maxPauseMs`. */
    readonly firstPauseMs?: number;
    readonly maxPauseMs?: number;
    /** A worker that lived so long has not died soon. */
    readonly soundMs?: number;
}

/** Keeps a number of workers alive. */
export interface Supervisor {
    /** Resolves to where they take connections, once all of them do. Rejects where one does not: nothing runs then. */
    readonly start: () => Promise<string>;
    /** Those that are in their places now, ready or not. */
    readonly workers: () => readonly WorkerProcess[];
    /** Puts a new worker in the place of each, one by one, the new one first. One that does not start leaves the old ones as they are. */
    readonly reload: () => Promise<void>;
    /** Resolves when all have ended. */
    readonly stop: () => Promise<void>;
}

interface Place {
    worker: WorkerProcess;
    deaths: number;
}

/** Makes the supervisor of processes that are started by `spawn`. */
export function createSupervisor({ count, spawn, notice, firstPauseMs = 100, maxPauseMs = 10_000, soundMs = 30_000 }: SupervisorParts): Supervisor {

    const closing = new AbortController();
    const { signal } = closing;
    let places: readonly Place[] = [];
    let reloading = Promise.resolve();

    /** Watches a worker for as long as its place is its own. */
    const watch = async (place: Place): Promise<void> => {

        const { worker } = place;
        const isCurrent = () => !signal.aborted && place.worker === worker;
        const startedMs = performance.now();
        const how = await worker.ended;
        if (!isCurrent()) {
            return;
        }

        place.deaths = performance.now() - startedMs >= soundMs ? 0 : place.deaths + 1;
        const pauseMs = Math.min(firstPauseMs * 2 ** Math.max(0, place.deaths - 1), maxPauseMs);
        notice(`A worker ended (${how}): another one is started in ${pauseMs} ms`);
        await wait(pauseMs, undefined, { signal }).catch(() => undefined);           // given up where all are to stop
        if (isCurrent()) {
            place.worker = spawn();
            void watch(place);
        }
    };

    const replace = async (place: Place): Promise<boolean> => {

        const young = spawn();
        if (await young.url === undefined || signal.aborted) {
            young.stop();
            return false;
        }

        const old = place.worker;
        place.worker = young;
        void watch(place);
        old.stop();
        await old.ended;
        return true;
    };

    const replaceAll = async (): Promise<void> => {

        for (const place of places) {
            if (!await replace(place)) {
                notice('A new worker did not start: the others go on as they are');
                return;
            }
        }
    };

    const stop = async () => {

        closing.abort();
        for (const { worker } of places) {
            worker.stop();
        }

        await Promise.all(places.map(({ worker }) => worker.ended));
    };

    return {
        async start() {

            places = Array.from({ length: count }, () => ({ worker: spawn(), deaths: 0 }));
            const urls = await Promise.all(places.map(({ worker }) => worker.url));
            const [url] = urls;
            if (url === undefined || urls.includes(undefined)) {
                await stop();
                throw new Error('A worker did not start, and has said why');
            }

            for (const place of places) {
                void watch(place);
            }

            return url;
        },
        workers: () => places.map(({ worker }) => worker),
        reload() {

            reloading = reloading.then(replaceAll);
            return reloading;
        },
        stop
    };
}
