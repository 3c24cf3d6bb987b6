import type { Failure } from './failure.js';


/** How a request to the upstream went: for whoever must answer it now, and for the log. */
export type Outcome = Measures & (
    | { readonly kind: 'answered'; readonly status: number }
    /** The upstream failed within its answer; the client's connection was cut, so that it cannot take the part for the whole. */
    | { readonly kind: 'cut'; readonly status: number; readonly why: Failure }
    /** Nothing was written to the response: it is still to be answered. */
    | { readonly kind: 'failed'; readonly why: Failure }
    /** The client hung up, or read nothing for too long. */
    | { readonly kind: 'left' }
);

export interface Measures {
    /** Bytes of body that the upstream sent. */
    readonly bytes: number;
    readonly totalMs: number;
    /** Until the upstream's headers came; undefined where they did not. */
    readonly headersMs: number | undefined;
}
