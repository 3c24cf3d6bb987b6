import type { Assertions } from '../../plugin/inject/assertion.js';
import type { Refusals } from '../../plugin/refusals/refusal.js';
import type { Door } from '../gate.js';
import { respond } from '../../plugin/refusals/boom.js';


const maxAgeSeconds = 300;

/** Makes the door of `/.well-known/jwks.json` (RFC 7517 section 5): the keys that assertions are checked with, where there are any. */
export function keysDoor(assertions: Assertions | undefined, refusals: Refusals): Door<'keys'> {

    return function keys(_call, { request, h }) {

        if (assertions === undefined || request.method !== 'get') {
            return respond(refusals.notFound(), request, h);
        }

        return h.response(JSON.stringify(assertions.jwks)).type('application/jwk-set+json').header('cache-control', `max-age=${maxAgeSeconds}`);
    };
}
