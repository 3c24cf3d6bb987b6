import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

import type { Forced } from '../plugin/inject/forced.js';
import type { Refusal, Refusals } from '../plugin/refusals/refusal.js';
import type { Soon } from '../plugin/sessions/store.js';
import type { Change } from './forwarder.js';
import { forceQuery } from '../plugin/inject/forced-query.js';
import { readBody } from '../plugin/issue/body.js';
import { forceWholeBody } from './forcing.js';


/** A request whose route forces parameters. */
export interface Forcible {
    readonly target: string;
    readonly headers: IncomingHttpHeaders;
    /** Absent where Magento reads none: it does with POST and PUT (SPEC 6.1). */
    readonly body: Readable | undefined;
}

export type Forcing = { readonly kind: 'forced'; readonly change: Change } | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Makes a request say nothing of forced parameters but what the upstream may hear, in its query and its body (SPEC 7.5). */
export type Force = (request: Forcible, forced: readonly Forced[]) => Soon<Forcing>;

/** The one place where a forwarded body is held: up to `maxBytes`, and only on routes that force something. */
export function createForce(refusals: Refusals, maxBytes: number): Force {

    const forceBody = async (stream: Readable, headers: IncomingHttpHeaders, forced: readonly Forced[], target: string): Promise<Forcing> => {

        const body = await readBody(stream, maxBytes);
        if (body === 'too-large') {
            return { kind: 'refused', refusal: refusals.bodyTooLarge(maxBytes) };
        }

        const result = forceWholeBody(body, headers, forced, refusals);
        return result.kind === 'refused' ? result : { kind: 'forced', change: { target, body: result.body } };
    };

    return function force({ target: sent, headers, body }, forced) {

        const target = forceQuery(sent, forced, body === undefined ? 'query' : 'body');
        return body === undefined ? { kind: 'forced', change: { target } } : forceBody(body, headers, forced, target);
    };
}
