import type { Failure } from './failure.js';
import type { Verdict } from './health.js';


/** How a request to the upstream went: for whoever must answer it now, and for the log. */
export type Outcome = Measures & (
    | { readonly kind: 'answered'; readonly status: number }
    /** The upstream failed within its answer; the client's connection was cut, so that it cannot take the part for the whole. */
    | { readonly kind: 'cut'; readonly status: number; readonly why: Failure }
    /** The gate ended it within the answer: the caller's session was over, or the gate stopped. */
    | { readonly kind: 'ended'; readonly status: number }
    /** Nothing was written to the response: it is still to be answered. */
    | { readonly kind: 'failed'; readonly why: Failure }
    /** The client hung up, or read nothing for too long. */
    | { readonly kind: 'left' }
);

export interface Measures {
    /** The one that was asked, the last one where there were several. */
    readonly origin: string;
    /** Bytes of body that the upstream sent. */
    readonly bytes: number;
    /** Until the upstream's headers came; undefined where they did not. */
    readonly headersMs: number | undefined;
}

/** A response that is closed. */
export interface Closed {
    /** Undefined: nothing was written to it. */
    readonly status: number | undefined;
    /** Why the upstream broke off. */
    readonly why: Failure | undefined;
    /** The gate ended it. */
    readonly isEnded: boolean;
    /** All was written to it, and given to the system. */
    readonly isFinished: boolean;
}

export function outcomeOf({ status, why, isEnded, isFinished }: Closed, { origin, bytes, headersMs }: Measures): Outcome {

    if (status !== undefined && why !== undefined) {
        return { kind: 'cut', status, why, origin, bytes, headersMs };
    }

    if (status !== undefined && isEnded) {
        return { kind: 'ended', status, origin, bytes, headersMs };
    }

    return status !== undefined && isFinished ? { kind: 'answered', status, origin, bytes, headersMs } : { kind: 'left', origin, bytes, headersMs };
}

/** What a closed response tells of the origin. One that falls silent within an answer may have nothing more to say, as with a stream of events. */
export function verdictOf({ why, isFinished }: Closed): Verdict {

    if (why !== undefined) {
        return why === 'timeout' ? 'none' : 'bad';
    }

    return isFinished ? 'good' : 'none';
}
