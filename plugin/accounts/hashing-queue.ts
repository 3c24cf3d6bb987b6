import { availableParallelism } from 'node:os';


/** What is let in no more: nothing was counted, nothing checked. */
export interface Busy {
    readonly kind: 'busy';
    readonly retryAfterSeconds: number;
}

/** Runs a task when a thread is free for it, in the order of those who ask. */
export type InTurn = <Value>(task: () => Promise<Value>) => Promise<Value>;

/** Stands in front of every login that hashes, so that logins cannot take all threads from the rest of the process (USERS 25), nor its time. */
export interface HashingQueue {
    /** Lets a login in until it is settled, or sheds it at once, before it has cost anything, where too many are in. What hashes in it runs in turn. */
    admit<Value>(login: (inTurn: InTurn) => Promise<Value>): Promise<Busy | Value>;
    /** `waiting` are in and hash nothing now. `shed` counts from the start of the process. */
    readonly counts: () => { readonly running: number; readonly waiting: number; readonly shed: number };
}

export interface HashingQueueOptions {
    /** Tasks at once. libuv has four threads for hashes, files and name look-ups together: leave it some. */
    readonly threads: number;
    /** Logins that are in beyond those that hash. */
    readonly maxWaiting: number;
    /** What a task takes, roughly: with it a shed caller is told when the queue will have emptied. */
    readonly taskSeconds?: number;
}

/** Passwords hashed at once where nobody says otherwise: half the cores, for the other half have requests to forward, and at most three. */
export const defaultThreads = Math.min(Math.max(Math.floor(availableParallelism() / 2), 1), 3);

export function createHashingQueue({ threads, maxWaiting, taskSeconds = 0.25 }: HashingQueueOptions): HashingQueue {

    const turns: (() => void)[] = [];
    const busy: Busy = { kind: 'busy', retryAfterSeconds: Math.max(1, Math.ceil(maxWaiting * taskSeconds / threads)) };
    let inside = 0;
    let running = 0;
    let shed = 0;

    const inTurn: InTurn = async (task) => {

        if (running < threads) {
            ++running;
        }
        else {
            await new Promise<void>((resolve) => turns.push(resolve));
        }

        try {
            return await task();
        }
        finally {

            // Whoever waited longest takes the place over, so that nobody can slip in between

            const next = turns.shift();
            if (next === undefined) {
                --running;
            }
            else {
                next();
            }
        }
    };

    return {
        async admit(login) {

            if (inside >= threads + maxWaiting) {
                ++shed;
                return busy;
            }

            ++inside;
            try {
                return await login(inTurn);
            }
            finally {
                --inside;
            }
        },

        counts: () => ({ running, waiting: inside - running, shed })
    };
}
