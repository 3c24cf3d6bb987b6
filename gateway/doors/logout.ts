import type { Refusals } from '../../plugin/refusals/refusal.js';
import type { Authorize } from '../authorize.js';
import type { Door } from '../gate.js';
import type { LogOut, SessionsOf } from '../log-out.js';
import { giveValue, refuse } from '../../plugin/refusals/refuse.js';
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

        const { req, standing } = passage;
        const decision = decideLogout(call, standing.session, standing, { authorize, refusals });
        if (decision.kind === 'refused') {
            return refuse(decision.refusal, req);
        }

        const { session } = decision;
        await (decision.kind === 'own' ? sessionsOf(req).end(session.type, session.callerId, session.id) : logOut(session, passage, call.store));
        return giveValue(true, req);
    };
}
