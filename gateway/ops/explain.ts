import type { IncomingMessage } from 'node:http';

import type { ServerRoute } from '@hapi/hapi';

import type { Identify } from '../../plugin/authenticate/identify.js';
import type { SessionStore } from '../../plugin/sessions/store.js';
import type { Explain } from '../explain/explanation.js';
import { StoreUnavailableError } from '../../plugin/sessions/store.js';
import { hideTokens } from '../explain/hidden.js';
import { asExpected, findHolder, findStanding, readSomebody } from '../explain/standing.js';


interface ExplainRouteParts {
    readonly explain: Explain;
    readonly sessions: Pick<SessionStore, 'list' | 'role'>;
    readonly identify: Identify;
    /** `Authorization` is the operators' own. */
    readonly isKeyed: boolean;
}

/**
 * Makes `GET /explain?method=…&target=…&as=…` of the second listener. Without `as` it is about whoever holds the token in `X-Postern-Token`, or in `Authorization` where
 * no key is asked for there, or about a guest: headers stand in no log. `https=on`: the call comes over HTTPS.
 */
export function explainRoute({ explain, sessions, identify, isKeyed }: ExplainRouteParts): ServerRoute {

    return {
        method: 'GET',
        path: '/explain',
        async handler({ url: { searchParams }, raw: { req } }, h) {

            const method = searchParams.get('method') ?? 'GET';
            const target = searchParams.get('target');
            const as = searchParams.get('as');
            const somebody = as === null ? undefined : readSomebody(as);
            if (target === null || (as !== null && somebody === undefined)) {
                return h.response({ message: `Send "target", such as "/rest/V1/customers/me", with "method", and with "as" where it is about ${asExpected}.` }).code(400);
            }

            try {
                const standing = somebody === undefined ? await findHolder(holderOf(req, isKeyed), identify, sessions) : await findStanding(somebody, sessions);
                return h.response(hideTokens(JSON.stringify(explain({ method, target, standing, isSecure: searchParams.get('https') === 'on' })))).type('application/json');
            }
            catch (error) {
                if (error instanceof StoreUnavailableError) {
                    return h.response({ message: 'Roles and sessions cannot be looked up now.' }).code(503);
                }

                throw error;
            }
        }
    };
}

/** Where the token is that it is about, as `Authorization` would have it. */
function holderOf({ headers }: IncomingMessage, isKeyed: boolean): string | undefined {

    const { 'x-postern-token': token, authorization } = headers;
    return token === undefined ? (isKeyed ? undefined : authorization) : `Bearer ${String(token)}`;
}
