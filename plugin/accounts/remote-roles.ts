import type { SessionStore } from '../sessions/store.js';
import type { RemoteAccounts } from './shielded.js';
import { unknownRole } from '../authorize/acl.js';


/**
 * Makes the roles of admins whose accounts another service keeps: the one in the session store, else what is known of the service's own, else whatever
 * that decides. A store that is away is no role that is absent: it rejects.
 */
export function remoteRoles(sessions: Pick<SessionStore, 'role'>, { roleOf }: Pick<RemoteAccounts, 'roleOf'>): SessionStore['role'] {

    return async function role(adminId) {

        const own = await sessions.role(adminId);
        return own.size > 0 ? own : await roleOf?.(adminId) ?? unknownRole;
    };
}
