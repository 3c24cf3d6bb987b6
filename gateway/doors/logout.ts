import type { Refusals } from '../../plugin/refusals/refusal.js';
import type { Authorize } from '../authorize.js';
import type { Door } from '../gate.js';
import type { LogOut, SessionsOf } from '../log-out.js';
import { respond, respondValue } from '../../plugin/refusals/boom.js';
import { decideLogout } from '../logout-decision.js';


interface LogoutParts {
    readonly sessionsOf: SessionsOf;
    readonly refusals: Refusals;
    readonly authorize: Authorize;
    readonly logOut: LogOut;
}

/** Makes the door that ends sessions at the caller's own wish. */
export function logoutDoor({ sessionsOf, refusals, authorize, logOut }: LogoutParts): Door<'logout'> {

    return async function logout(call, passage) {

        const { request, h, standing } = passage;
        const decision = decideLogout(call, standing.session, standing, { authorize, refusals });
        if (decision.kind === 'refused') {
            return respond(decision.refusal, request, h);
        }

        const { session } = decision;
        await (decision.kind === 'own' ? sessionsOf(request).end(session.type, session.callerId, session.id) : logOut(session, passage, call.store));
        return respondValue(true, request, h);
    };
}
