/** Somebody who waits, but not for ever. */
export interface Waiter {
    /** Called once, when it has waited for too long. */
    giveUp(): void;
}

/** Those who wait for a connection, all of them for the same time at most. One timer is enough, for nearly all of them have one in the same turn: a timer for each would be made on every request, and never run. */
export class Waiting {

    readonly #patienceMs: number;

    /** Since when, on the clock of `performance.now()`: in the order in which they came, and so in that in which they give up. */
    readonly #sinceMs = new Map<Waiter, number>();

    #isTimed = false;

    constructor(patienceMs: number) {

        this.#patienceMs = patienceMs;
    }

    /** One who waits already goes on waiting. */
    add(waiter: Waiter): void {

        if (this.#sinceMs.has(waiter)) {
            return;
        }

        this.#sinceMs.set(waiter, performance.now());
        this.#watch(this.#patienceMs);
    }

    delete(waiter: Waiter): void {

        this.#sinceMs.delete(waiter);
    }

    #watch(ms: number): void {

        if (!this.#isTimed) {
            this.#isTimed = true;
            setTimeout(() => {

                this.#isTimed = false;
                this.#dismiss(performance.now());
            }, ms).unref();
        }
    }

    #dismiss(nowMs: number): void {

        for (const [waiter, sinceMs] of this.#sinceMs) {
            const leftMs = sinceMs + this.#patienceMs - nowMs;
            if (leftMs > 0) {
                this.#watch(leftMs);
                return;
            }

            this.#sinceMs.delete(waiter);
            waiter.giveUp();
        }
    }
}
