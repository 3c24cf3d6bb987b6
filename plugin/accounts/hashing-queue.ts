export type Hashed<Value> = { readonly kind: 'done'; readonly value: Value } | { readonly kind: 'busy'; readonly retryAfterSeconds: number };

/** Stands in front of every password hash, so that logins cannot take all threads from the rest of the process (USERS 25). */
export interface HashingQueue {
    /** Runs the task in its turn, or sheds it at once where too many wait. */
    run<Value>(task: () => Promise<Value>): Promise<Hashed<Value>>;
    /** `shed` counts from the start of the process. */
    readonly counts: () => { readonly running: number; readonly waiting: number; readonly shed: number };
}

export interface HashingQueueOptions {
    /** Tasks at once. libuv has four threads for hashes, files and name look-ups together: leave it some. */
    readonly threads: number;
    readonly maxWaiting: number;
    /** What a task takes, roughly: with it a shed caller is told when the queue will have emptied. */
    readonly taskSeconds?: number;
}

export function createHashingQueue({ threads, maxWaiting, taskSeconds = 0.25 }: HashingQueueOptions): HashingQueue {

    const waiting: (() => void)[] = [];
    const retryAfterSeconds = Math.max(1, Math.ceil(maxWaiting * taskSeconds / threads));
    let running = 0;
    let shed = 0;

    return {
        async run(task) {

            if (running < threads) {
                ++running;
            }
            else if (waiting.length < maxWaiting) {
                await new Promise<void>((resolve) => waiting.push(resolve));
            }
            else {
                ++shed;
                return { kind: 'busy', retryAfterSeconds };
            }

            try {
                return { kind: 'done', value: await task() };
            }
            finally {

                // Whoever waited longest takes the place over, so that nobody can slip in between

                const next = waiting.shift();
                if (next === undefined) {
                    --running;
                }
                else {
                    next();
                }
            }
        },

        counts: () => ({ running, waiting: waiting.length, shed })
    };
}
