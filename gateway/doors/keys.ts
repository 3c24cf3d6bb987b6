import type { Assertions } from '../../plugin/inject/assertion.js';
import type { Refusals } from '../../plugin/refusals/refusal.js';
import type { Door } from '../gate.js';
import { refuse } from '../../plugin/refusals/refuse.js';


const maxAgeSeconds = 300;

/** Makes the door of `/.well-known/jwks.json` (RFC 7517 section 5): the keys that assertions are checked with, where there are any. */
export function keysDoor(assertions: Assertions | undefined, refusals: Refusals): Door<'keys'> {

    return function keys(_call, { req }) {

        if (assertions === undefined || req.method !== 'GET') {
            return refuse(refusals.notFound(), req);
        }

        return { status: 200, headers: { 'content-type': 'application/jwk-set+json', 'cache-control': `max-age=${maxAgeSeconds}` }, body: JSON.stringify(assertions.jwks) };
    };
}
