/** Runs something again and again, one run after the other. */
export interface Turns<Result> {
    /** Starts a run once those that are under way have ended; calls that wait for the same one share it. */
    readonly next: () => Promise<Result>;
    /** Resolves when nothing is under way any more, however it ended. */
    readonly rest: () => Promise<void>;
}

export function inTurns<Result>(run: () => Promise<Result>): Turns<Result> {

    let last: Promise<unknown> = Promise.resolve();
    let waiting: Promise<Result> | undefined;

    const start = (): Promise<Result> => {

        waiting = undefined;
        return run();
    };

    return {
        next() {

            waiting ??= last.then(start, start);
            last = waiting;
            return waiting;
        },
        rest: () => last.then(() => undefined, () => undefined)
    };
}
