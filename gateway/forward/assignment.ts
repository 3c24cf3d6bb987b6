import { performance } from 'node:perf_hooks';

import type { Failure } from './failure.js';
import type { Verdict } from './health.js';
import type { Origin } from './origin.js';
import type { Origins } from './origins.js';
import type { Measures } from './outcome.js';
import type { UpstreamRequest } from './request.js';
import { isRepeatable } from './request.js';


/** How far a request came with an origin that has failed it. */
export interface Progress {
    readonly why: Failure;
    /** A connection was there, and the request may have been written. */
    readonly wasSent: boolean;
    /** A byte of an answer was there. */
    readonly hasHeard: boolean;
}

const nobody: readonly Origin[] = [];

/** Which origin a request is given to, and where it may go when that one fails. */
export class Assignment {

    readonly #origins: Origins;
    readonly #startedMs: number;

    #origin: Origin;
    #takenMs: number;
    #headersMs: number | undefined;
    #refusing = nobody;
    #isRepeated = false;

    constructor(origins: Origins) {

        this.#origins = origins;
        this.#origin = origins.take();
        this.#startedMs = performance.now();
        this.#takenMs = this.#startedMs;
    }

    get origin(): Origin {

        return this.#origin;
    }

    /** The origin has begun to answer. */
    begin(): void {

        this.#headersMs = performance.now() - this.#startedMs;
        this.#origin.begin(this.#takenMs);
    }

    /** The origin has no more to do with the request. */
    leave(verdict: Verdict): void {

        this.#origin.leave(this.#takenMs, verdict);
    }

    /** How it went by now, with so many bytes of body. */
    measure(bytes: number): Measures {

        return { origin: this.#origin.url, bytes, headersMs: this.#headersMs };
    }

    /** Gives a request that failed to another origin, or to the same once more, as far as it may be sent again; tells whether it could. */
    moveOn(request: UpstreamRequest, progress: Progress): boolean {

        const next = progress.wasSent ? this.#repeat(request, progress) : this.#takeUntried();
        if (next === undefined) {
            return false;
        }

        this.leave('bad');
        this.#origin = next;
        this.#takenMs = performance.now();
        return true;
    }

    /** No connection could be made: nothing was sent and nothing of the body was taken, so that whoever else there is may be asked, whatever the method. */
    #takeUntried(): Origin | undefined {

        this.#refusing = [...this.#refusing, this.#origin];
        return this.#origins.takeUntried(this.#refusing);
    }

    /** A kept connection may be closed just as it is used again: nothing was received, and the same is asked once more. */
    #repeat(request: UpstreamRequest, { why, hasHeard }: Progress): Origin | undefined {

        if (why !== 'closed' || hasHeard || this.#isRepeated || !isRepeatable(request)) {
            return undefined;
        }

        this.#isRepeated = true;
        return this.#origins.takeAnother(this.#origin);
    }
}
