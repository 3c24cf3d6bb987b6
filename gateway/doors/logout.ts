import type { SessionStore } from '../../plugin/sessions/store.js';
import type { Refusals } from '../../plugin/refusals/refusal.js';
import type { Authorize } from '../authorize.js';
import type { Door } from '../gate.js';
import type { LogOut } from '../log-out.js';
import { respond, respondValue } from '../../plugin/refusals/boom.js';
import { decideLogout } from '../logout-decision.js';


interface LogoutParts {
    readonly sessions: SessionStore;
    readonly refusals: Refusals;
    readonly authorize: Authorize;
    readonly logOut: LogOut;
}

/** Makes the door that ends sessions at the caller's own wish. */
export function logoutDoor({ sessions, refusals, authorize, logOut }: LogoutParts): Door<'logout'> {

    return async function logout(call, passage) {

        const { request, h, standing } = passage;
        const decision = decideLogout(call, standing.session, standing, { authorize, refusals });
        if (decision.kind === 'refused') {
            return respond(decision.refusal, request, h);
        }

        const { session } = decision;
        await (decision.kind === 'own' ? sessions.end(session.type, session.callerId, session.id) : logOut(session, passage, call.store));
        return respondValue(true, request, h);
    };
}
