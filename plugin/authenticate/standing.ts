import type { Request } from '@hapi/hapi';

import type { Caller } from '../caller.js';
import type { Credential } from '../refusals/refusal.js';
import type { Session } from '../sessions/store.js';
import { guest } from '../caller.js';
import { refusalOf } from '../refusals/boom.js';


/** Who stands at the gate, and with what in hand. */
export interface Standing {
    readonly caller: Caller;
    /** Absent for a guest. */
    readonly session?: Session;
    /** What an admin's role lists; empty for everybody else. */
    readonly role: ReadonlySet<string>;
    /** What a refusal has to say of the token; `unchecked` where the store could not be asked. */
    readonly credential: Credential | 'unchecked';
}

const noRole: ReadonlySet<string> = new Set();

/** Reads who a request behind the strategy comes from. hapi's credentials are null for a guest, whatever their type says. */
export function standingOf({ auth }: Request): Standing {

    if (auth.isAuthenticated) {
        // Another strategy of the same server may have let somebody in, of whom we know nothing

        const { session, role } = { ...auth.artifacts };
        return { caller: auth.credentials.user ?? guest, role: role ?? noRole, credential: 'insufficient', ...(session === undefined ? {} : { session }) };
    }

    switch (refusalOf(auth.error)?.reason) {
        case 'bad-token':
            return { caller: guest, role: noRole, credential: 'bad' };
        case 'store-unavailable':
            return { caller: guest, role: noRole, credential: 'unchecked' };
        default:
            return { caller: guest, role: noRole, credential: 'absent' };
    }
}
