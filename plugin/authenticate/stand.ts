import type { SessionStore, Soon } from '../sessions/store.js';
import type { Identification, Identify } from './identify.js';
import type { Standing } from './standing.js';
import { guest } from '../caller.js';
import { StoreUnavailableError } from '../sessions/store.js';


/** Tells how whoever sends this `Authorization` stands: at once where session and role are at hand. */
export type Stand = (authorization: string | undefined) => Soon<Standing>;

interface StandParts {
    readonly identify: Identify;
    readonly roleOf: SessionStore['role'];
}

const noRole: ReadonlySet<string> = new Set();
const absent: Standing = Object.freeze({ caller: guest, role: noRole, credential: 'absent' });
const bad: Standing = Object.freeze({ caller: guest, role: noRole, credential: 'bad' });
const unchecked: Standing = Object.freeze({ caller: guest, role: noRole, credential: 'unchecked' });

/** Makes the authenticate stage: who calls, and with what role. Where the store is away, a token is `unchecked`. */
export function createStand({ identify, roleOf }: StandParts): Stand {

    const read = (identification: Identification): Soon<Standing> => {

        if (identification.kind !== 'known') {
            return identification.kind === 'absent' ? absent : bad;
        }

        const { caller, session } = identification;
        const role = caller.type === 'admin' ? roleOf(caller.id) : noRole;
        return role instanceof Promise ? role.then((found) => ({ caller, session, role: found, credential: 'insufficient' })) : { caller, session, role, credential: 'insufficient' };
    };

    return function stand(authorization) {

        const identification = identify(authorization);
        const standing = identification instanceof Promise ? identification.then(read) : read(identification);
        return standing instanceof Promise ? standing.catch(ifAway) : standing;
    };
}

function ifAway(error: unknown): Standing {

    if (error instanceof StoreUnavailableError) {
        return unchecked;
    }

    throw error;
}
