import type { SessionStore } from '../../plugin/sessions/store.js';
import type { Refusals } from '../../plugin/refusals/refusal.js';
import type { Authorize } from '../authorize.js';
import type { Door } from '../gate.js';
import type { LogOut } from '../log-out.js';
import { respond, respondValue } from '../../plugin/refusals/boom.js';


interface LogoutParts {
    readonly sessions: SessionStore;
    readonly refusals: Refusals;
    readonly authorize: Authorize;
    readonly logOut: LogOut;
}

/**
 * Makes the door that ends sessions at the caller's own wish: all of a customer's, as Magento does (SPEC 4.1, 5.1), or the one that asks.
 * Magento forces the customer's id to the caller's, so that an admin, who has none, is told that it is missing (SPEC 7.5).
 */
export function logoutDoor({ sessions, refusals, authorize, logOut }: LogoutParts): Door<'logout'> {

    return async function logout(call, passage) {

        const { request, h, standing } = passage;
        const { session } = standing;
        if (call.sessions === 'own' && session !== undefined) {
            await sessions.end(session.type, session.callerId, session.id);
            return respondValue(true, request, h);
        }

        const refusal = authorize({ resources: ['self'], store: call.store }, standing);
        if (refusal !== undefined || session?.type !== 'customer') {
            return respond(refusal ?? refusals.fieldsMissing(['customerId']), request, h);
        }

        await logOut(session, passage, call.store);
        return respondValue(true, request, h);
    };
}
