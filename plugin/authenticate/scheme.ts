import * as Boom from '@hapi/boom';
import type { Lifecycle, Request, ResponseToolkit, ServerAuthScheme } from '@hapi/hapi';

import type { Caller } from '../caller.js';
import type { Refusal, Refusals } from '../refusals/refusal.js';
import type { Session } from '../sessions/store.js';
import type { Stand } from './stand.js';
import { countHeader } from '../raw-headers.js';
import { respond, toBoom } from '../refusals/boom.js';
import { namedScopes, scopeOf, strategiesOf } from './scope.js';


declare module '@hapi/hapi' {
    // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the caller is the user, whole
    interface UserCredentials extends Caller {}
    interface ReqRefDefaults {
        AuthArtifactsExtra: { readonly session?: Session | undefined; readonly role?: ReadonlySet<string> };
    }
}

/** What a bad token is: nobody in particular, as in Magento (SPEC 3.2), or an error wherever it is sent. */
export type BadTokenRule = 'guest' | 'refuse';

interface SchemeParts {
    readonly stand: Stand;
    readonly refusals: Refusals;
    readonly badToken: BadTokenRule;
}

// hapi's word for `no credentials were sent`: other strategies get their turn, and the mode `optional` lets it pass. One for all: it is never sent as it is.
const missing = Boom.unauthorized(null, 'Bearer');

/**
 * Makes the hapi scheme that reads `Authorization: Bearer` (RFC 6750 section 2.1, SPEC 3.1).
 * A known token gives the caller as `credentials.user` and what it may use as `credentials.scope`; anything else is unauthenticated,
 * with the refusal to give where the route needs a caller.
 */
export function bearerScheme({ stand, refusals, badToken }: SchemeParts): ServerAuthScheme {

    const unknown = (request: Request, h: ResponseToolkit, refusal: Refusal): Lifecycle.ReturnValue =>

        (badToken === 'refuse' ? respond(refusal, request, h).takeover() : h.unauthenticated(toBoom(refusal)));

    return function bearer() {

        return {
            async authenticate(request, h) {

                if (countHeader(request.raw.req, 'authorization') > 1) {
                    return respond(refusals.badRequest('Only one Authorization header may be sent.'), request, h).takeover();
                }

                const { caller, session, role, credential } = await stand(request.raw.req.headers.authorization);
                switch (credential) {
                    case 'absent': {
                        const scopes = isOnlyWay(request) ? namedScopes(request.route) : [];
                        return h.unauthenticated(scopes.length === 0 ? missing : toBoom(refusals.notAuthorized(scopes, 'absent')));
                    }

                    case 'bad':
                        return unknown(request, h, refusals.badToken());
                    case 'unchecked':
                        return h.unauthenticated(toBoom(refusals.storeUnavailable()));
                    case 'insufficient':
                        return h.authenticated({ credentials: { user: caller, scope: scopeOf(caller, role, request.route) }, artifacts: { role, session } });
                }
            }
        };
    };
}

/** Whether nobody else may find credentials, and the route needs some. */
function isOnlyWay({ auth: { mode }, route }: Request): boolean {

    return mode === 'required' && strategiesOf(route).length === 1;
}
