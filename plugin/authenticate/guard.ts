import type { Lifecycle } from '@hapi/hapi';

import type { Refusals } from '../refusals/refusal.js';
import { toBoom } from '../refusals/boom.js';
import { namedScopes, strategiesOf } from './scope.js';
import { standingOf } from './standing.js';


/**
 * Makes the extension that keeps callers without credentials from routes with an `access` rule, whatever their mode:
 * hapi itself lets them through where the mode is `try`, which is the mode that a default strategy for guests needs.
 */
export function guardAccess(strategy: string, refusals: Refusals): Lifecycle.Method {

    return function guard(request, h) {

        const scopes = namedScopes(request.route);
        if (request.auth.isAuthenticated || scopes.length === 0 || !strategiesOf(request.route).includes(strategy)) {
            return h.continue;
        }

        const { credential } = standingOf(request);
        throw toBoom(credential === 'unchecked' ? refusals.storeUnavailable() : refusals.notAuthorized(scopes, credential));
    };
}
