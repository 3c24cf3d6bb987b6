import type { IncomingHttpHeaders } from 'node:http';

import type { Forced } from '../plugin/inject/forced.js';
import type { Refusal, Refusals } from '../plugin/refusals/refusal.js';
import type { ForcedBody } from '../plugin/inject/forced-body.js';
import { forceBody } from '../plugin/inject/forced-body.js';
import { readContentType } from '../plugin/issue/content-type.js';
import { isCoded } from './framing.js';


/** What becomes of a body on a route that forces parameters. */
export type BodyForcing = { readonly kind: 'forced'; readonly body: Buffer } | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Makes a whole body say nothing of forced parameters but what the upstream may hear (SPEC 7.5), or refuses it in Magento's words. */
export function forceWholeBody(body: Buffer, headers: IncomingHttpHeaders, forced: readonly Forced[], refusals: Refusals): BodyForcing {

    if (isNoBody(body)) {
        return { kind: 'forced', body };
    }

    const media = readContentType(headers['content-type'], refusals);
    if (media.kind === 'refused') {
        return media;
    }

    const result = isCoded(headers) ? refusedBody : forceBody(body, forced, media.kind);
    return result.kind === 'refused' ? { kind: 'refused', refusal: refusals.decodingFailed() } : { kind: 'forced', body: result.kind === 'forced' ? result.body : body };
}

const refusedBody: ForcedBody = { kind: 'refused' };

// PHP takes both for false: such a body is not read, and needs no media type (SPEC 6.1).
function isNoBody(body: Buffer): boolean {

    return body.length === 0 || body.toString('latin1') === '0';
}
