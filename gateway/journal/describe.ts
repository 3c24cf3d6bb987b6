import type { Entry } from './entry.js';


/** How much a request deserves an operator's attention. */
export type Gravity = 'error' | 'info' | 'warn';

/** By what the client heard; a refusal over SOAP or GraphQL may have been sent with 200. */
export function gravityOf({ status, fate }: Pick<Entry, 'fate' | 'status'>): Gravity {

    if (status >= 500) {
        return 'error';
    }

    return status >= 400 || fate === 'refused' ? 'warn' : 'info';
}

/** An entry in one line, for people: status, what was asked, who asked, what became of it and why, how long it took. */
export function describeEntry({ status, method, path, caller, sessionId, fate, reason, failure, resources, totalMs, upstreamMs, requestId }: Entry): string {

    const who = caller.type === 'guest' ? 'guest' : `${caller.type}:${caller.id}${sessionId === undefined ? '' : `/${sessionId}`}`;
    const why = reason === undefined ? '' : ` (${[reason, failure, reason === 'not-authorized' ? resources.join(', ') : ''].filter(Boolean).join(': ')})`;
    const times = `${writeMs(totalMs)}${upstreamMs === undefined ? '' : `, upstream ${writeMs(upstreamMs)}`}`;
    return `${status} ${method} ${path} · ${who} · ${fate}${why} · ${times} · ${requestId}`;
}

function writeMs(ms: number): string {

    return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
