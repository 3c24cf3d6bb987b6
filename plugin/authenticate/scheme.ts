import * as Boom from '@hapi/boom';
import type { Lifecycle, Request, ResponseToolkit, ServerAuthScheme } from '@hapi/hapi';

import type { Caller } from '../caller.js';
import type { Refusal, Refusals } from '../refusals/refusal.js';
import type { Session, SessionStore } from '../sessions/store.js';
import type { Identification } from './identify.js';
import { countHeader } from '../raw-headers.js';
import { respond, toBoom } from '../refusals/boom.js';
import { StoreUnavailableError } from '../sessions/store.js';
import { namedScopes, scopeOf, strategiesOf } from './scope.js';


declare module '@hapi/hapi' {
    // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the caller is the user, whole
    interface UserCredentials extends Caller {}
    interface ReqRefDefaults {
        AuthArtifactsExtra: { readonly session?: Session; readonly role?: ReadonlySet<string> };
    }
}

/** What a bad token is: nobody in particular, as in Magento (SPEC 3.2), or an error wherever it is sent. */
export type BadTokenRule = 'guest' | 'refuse';

interface SchemeParts {
    readonly identify: (authorization: string | undefined) => Promise<Identification>;
    readonly roleOf: SessionStore['role'];
    readonly refusals: Refusals;
    readonly badToken: BadTokenRule;
}

const noRole: ReadonlySet<string> = new Set();

// hapi's word for `no credentials were sent`: other strategies get their turn, and the mode `optional` lets it pass. One for all: it is never sent as it is.
const missing = Boom.unauthorized(null, 'Bearer');

/**
 * Makes the hapi scheme that reads `Authorization: Bearer` (RFC 6750 section 2.1, SPEC 3.1).
 * A known token gives the caller as `credentials.user` and what it may use as `credentials.scope`; anything else is unauthenticated,
 * with the refusal to give where the route needs a caller.
 */
export function bearerScheme({ identify, roleOf, refusals, badToken }: SchemeParts): ServerAuthScheme {

    const unknown = (request: Request, h: ResponseToolkit, refusal: Refusal): Lifecycle.ReturnValue =>

        (badToken === 'refuse' ? respond(refusal, request, h).takeover() : h.unauthenticated(toBoom(refusal)));

    return function bearer() {

        return {
            async authenticate(request, h) {

                if (countHeader(request.raw.req, 'authorization') > 1) {
                    return respond(refusals.badRequest('Only one Authorization header may be sent.'), request, h).takeover();
                }

                try {
                    const identification = await identify(request.raw.req.headers.authorization);
                    if (identification.kind === 'absent') {
                        const scopes = isOnlyWay(request) ? namedScopes(request.route) : [];
                        return h.unauthenticated(scopes.length === 0 ? missing : toBoom(refusals.notAuthorized(scopes, 'absent')));
                    }

                    if (identification.kind === 'bad') {
                        return await unknown(request, h, refusals.badToken());
                    }

                    const { caller, session } = identification;
                    const role = caller.type === 'admin' ? await roleOf(caller.id) : noRole;
                    return h.authenticated({ credentials: { user: caller, scope: scopeOf(caller, role, request.route) }, artifacts: { session, role } });
                }
                catch (error) {
                    if (error instanceof StoreUnavailableError) {
                        return h.unauthenticated(toBoom(refusals.storeUnavailable()));
                    }

                    throw error;
                }
            }
        };
    };
}

/** Whether nobody else may find credentials, and the route needs some. */
function isOnlyWay({ auth: { mode }, route }: Request): boolean {

    return mode === 'required' && strategiesOf(route).length === 1;
}
