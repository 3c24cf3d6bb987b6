import type { Entry } from './entry.js';
import { describeDifference } from '../shadow/describe.js';


/** How much a request deserves an operator's attention. */
export type Gravity = 'error' | 'info' | 'warn';

/** By what the client heard; a refusal over SOAP or GraphQL may have been sent with 200. In shadow mode also by whether the gate would have decided otherwise. */
export function gravityOf({ status, fate, shadow }: Pick<Entry, 'fate' | 'shadow' | 'status'>): Gravity {

    if (status >= 500) {
        return 'error';
    }

    return status >= 400 || fate === 'refused' || shadow?.result === 'too-strict' || shadow?.result === 'too-lax' ? 'warn' : 'info';
}

/** An entry in one line, for people: status, what was asked, who asked, what became of it and why, how long it took. */
export function describeEntry({ status, method, path, caller, sessionId, fate, reason, failure, resources, totalMs, upstreamMs, requestId, shadow }: Entry): string {

    const who = caller.type === 'guest' ? 'guest' : `${caller.type}:${caller.id}${sessionId === undefined ? '' : `/${sessionId}`}`;
    const why = reason === undefined ? '' : ` (${[reason, failure, reason === 'not-authorized' ? resources.join(', ') : ''].filter(Boolean).join(': ')})`;
    const times = `${writeMs(totalMs)}${upstreamMs === undefined ? '' : `, upstream ${writeMs(upstreamMs)}`}`;
    const compared = shadow !== undefined && 'ours' in shadow ? ` · ${describeDifference(shadow)}` : '';
    return `${status} ${method} ${path} · ${who} · ${fate}${why}${compared} · ${times} · ${requestId}`;
}

function writeMs(ms: number): string {

    return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
