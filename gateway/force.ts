import type { Readable } from 'node:stream';

import type { Forced } from '../plugin/inject/forced.js';
import type { Refusal, Refusals } from '../plugin/refusals/refusal.js';
import type { Change } from './forwarder.js';
import { forceBody } from '../plugin/inject/forced-body.js';
import { forceQuery } from '../plugin/inject/forced-query.js';
import { readBody } from '../plugin/issue/body.js';
import { readContentType } from '../plugin/issue/content-type.js';


/** A request whose route forces parameters. */
export interface Forcible {
    readonly target: string;
    readonly contentType: string | undefined;
    /** Absent where Magento reads none: it does with POST and PUT (SPEC 6.1). */
    readonly body: Readable | undefined;
}

export type Forcing = { readonly kind: 'forced'; readonly change: Change } | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Makes a request say nothing of forced parameters but what the upstream may hear, in its query and its body (SPEC 7.5). */
export type Force = (request: Forcible, forced: readonly Forced[]) => Promise<Forcing>;

/** The one place where a forwarded body is held: up to `maxBytes`, and only on routes that force something. */
export function createForce(refusals: Refusals, maxBytes: number): Force {

    return async function force({ target: sent, contentType, body: stream }, forced) {

        const target = forceQuery(sent, forced, stream === undefined ? 'query' : 'body');
        if (stream === undefined) {
            return { kind: 'forced', change: { target } };
        }

        const body = await readBody(stream, maxBytes);
        if (body === 'too-large') {
            return { kind: 'refused', refusal: refusals.bodyTooLarge(maxBytes) };
        }

        if (isNoBody(body)) {
            return { kind: 'forced', change: { target, body } };
        }

        const media = readContentType(contentType, refusals);
        if (media.kind === 'refused') {
            return media;
        }

        const result = forceBody(body, forced, media.kind);
        return result.kind === 'refused' ?
            { kind: 'refused', refusal: refusals.decodingFailed() } :
            { kind: 'forced', change: { target, body: result.kind === 'forced' ? result.body : body } };
    };
}

// PHP takes both for false: such a body is not read, and needs no media type (SPEC 6.1).
function isNoBody(body: Buffer): boolean {

    return body.length === 0 || body.toString('latin1') === '0';
}
