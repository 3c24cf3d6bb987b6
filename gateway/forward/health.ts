/** Failures in a row after which an origin is left out. */
export const toleratedFailures = 3;

/** How long an origin is left out at first; twice as long each time that it fails again, up to the longest. */
export const firstPauseMs = 1_000;
export const longestPauseMs = 10_000;

/** Checks in a row that fail before an origin is taken for down, and that succeed before it is taken for up again. */
const fall = 2;
const rise = 2;

/** How a request went, as far as it tells of the origin's health. `none`: it tells nothing, as when a client leaves. */
export type Verdict = 'bad' | 'good' | 'none';

/**
 * What is known of an origin's health: from the requests that it served (as Envoy's outlier detection and nginx's max_fails do) and from checks, where there are
 * any (as HAProxy's rise and fall). An attempt tells of now only if it began since the last change: what hung before may fail long after.
 */
export class Health {

    #inRow = 0;
    #ejectedAtMs: number | undefined;
    #pauseEndsMs = 0;
    #pauses = 0;
    #failingAtMs: number | undefined;
    #checksAgainst = 0;
    #changedAtMs = -Infinity;
    #ejections = 0;

    /** Whether it is to be given requests. */
    get isUp(): boolean {

        return this.#ejectedAtMs === undefined && this.#failingAtMs === undefined;
    }

    /** Since when it is not, on the clock of whoever tells. */
    get downSinceMs(): number | undefined {

        return this.#failingAtMs === undefined ? this.#ejectedAtMs : Math.min(this.#failingAtMs, this.#ejectedAtMs ?? Infinity);
    }

    /** How often it was left out for its failures, so far. */
    get ejections(): number {

        return this.#ejections;
    }

    /** Whether it has been left out for long enough to be given one request, and be it to see how that goes. */
    isDue(nowMs: number): boolean {

        return this.#failingAtMs === undefined && this.#ejectedAtMs !== undefined && nowMs >= this.#pauseEndsMs;
    }

    /** It has begun an answer: it lives, and may be given more. That it ends its answers is still to be seen. */
    begin(startedMs: number, nowMs: number): void {

        if (this.#ejectedAtMs !== undefined && startedMs >= this.#ejectedAtMs) {
            this.#ejectedAtMs = undefined;
            this.#changedAtMs = nowMs;
            this.#inRow = toleratedFailures - 1;
        }
    }

    succeed(): void {

        this.#inRow = 0;
    }

    /** `mayEject`: there is another one that is up. */
    fail(startedMs: number, nowMs: number, mayEject: () => boolean): void {

        if (this.#ejectedAtMs !== undefined) {
            if (startedMs >= this.#pauseEndsMs) {
                this.#pause(nowMs);
            }
        }
        else if (startedMs >= this.#changedAtMs && ++this.#inRow >= toleratedFailures && mayEject()) {
            if (nowMs - this.#changedAtMs > longestPauseMs) {
                this.#pauses = 0;
            }

            this.#ejectedAtMs = nowMs;
            this.#changedAtMs = nowMs;
            ++this.#ejections;
            this.#pause(nowMs);
        }
    }

    /** Hears how a check went. */
    check(isGood: boolean, nowMs: number): void {

        const isAgainst = isGood !== (this.#failingAtMs === undefined);
        this.#checksAgainst = isAgainst ? this.#checksAgainst + 1 : 0;
        if (isAgainst && this.#checksAgainst >= (isGood ? rise : fall)) {
            this.#failingAtMs = isGood ? undefined : nowMs;
            this.#checksAgainst = 0;
        }
    }

    #pause(nowMs: number): void {

        this.#pauseEndsMs = nowMs + Math.min(firstPauseMs * 2 ** this.#pauses++, longestPauseMs);
    }
}
