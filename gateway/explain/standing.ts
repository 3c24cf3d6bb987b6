import type { Identify } from '../../plugin/authenticate/identify.js';
import type { Standing } from '../../plugin/authenticate/standing.js';
import type { Caller } from '../../plugin/caller.js';
import type { AdoptionMarks } from '../../plugin/sessions/adoption-marks.js';
import type { SessionStore } from '../../plugin/sessions/store.js';
import { identifier } from '../../plugin/authenticate/identify.js';
import { createStand } from '../../plugin/authenticate/stand.js';
import { guest } from '../../plugin/caller.js';
import { findAdopted } from '../../plugin/sessions/adoption.js';


/** Somebody to be explained. */
export type Somebody = Pick<Caller, 'id'> & { readonly type: 'admin' | 'customer' | 'guest' };

interface IdleSettings {
    readonly customerIdleSeconds: number;
    readonly adminIdleSeconds: number;
}

const noRole: ReadonlySet<string> = new Set();
const numbered = /^(admin|customer):([1-9]\d{0,19})$/;

// Of an admin who is known by name alone the name is the id, as the log has it

const named = /^admin:((?!\d+$)[\x21-\x7e]{1,160})$/;

export const asExpected = '"guest", "customer:ID" or "admin:ID"';

/** Reads `guest`, `customer:42`, `admin:2`, or `admin:clerk` where that is all that is known of the admin; undefined for everything else. */
export function readSomebody(text: string): Somebody | undefined {

    const [, type, id] = numbered.exec(text) ?? [];
    if (id !== undefined) {
        return { type: type === 'admin' ? 'admin' : 'customer', id };
    }

    const [, name] = named.exec(text) ?? [];
    if (name !== undefined) {
        return { type: 'admin', id: name };
    }

    return text === 'guest' ? { type: 'guest', id: guest.id } : undefined;
}

/** How a caller stands of whom the role is known. */
export function standAs(caller: Caller, role: ReadonlySet<string>): Standing {

    return caller.type === 'guest' ? { caller: guest, role: noRole, credential: 'absent' } : { caller, role, credential: 'insufficient' };
}

/** How somebody would stand who signs in: with the role that the store has, and the website, group and store that the newest session has. */
export async function findStanding({ type, id }: Somebody, sessions: Pick<SessionStore, 'list' | 'role'>): Promise<Standing> {

    if (type === 'guest') {
        return standAs(guest, noRole);
    }

    const newest = (await sessions.list(type, id)).at(-1);
    const { website, group, store } = newest ?? {};
    const caller = { type, id, ...(website === undefined ? {} : { website }), ...(group === undefined ? {} : { group }), ...(store === undefined ? {} : { store }) };
    return standAs(caller, type === 'admin' ? await sessions.role(id) : noRole);
}

/** Where tokens are looked up. */
interface OnlookerStores {
    readonly sessions: Pick<SessionStore, 'find' | 'lastUse'>;
    readonly marks: AdoptionMarks;
}

/** Makes the check of tokens that are only asked about: what is looked at is not used, and no token is shown to anybody. An idle lifetime of 0 is none. */
export function createOnlooker({ sessions, marks }: OnlookerStores, { customerIdleSeconds: customer, adminIdleSeconds: admin }: IdleSettings, nowSeconds: () => number): Identify {

    const store = {
        find: (...which: Parameters<SessionStore['find']>) => sessions.find(...which),
        lastUse: (...which: Parameters<SessionStore['lastUse']>) => sessions.lastUse(...which),
        noteUse: () => Promise.resolve()
    };
    const idleSeconds = { ...(customer === 0 ? {} : { customer }), ...(admin === 0 ? {} : { admin }) };
    return identifier(store, { idleSeconds, adopt: (token) => findAdopted(token, { marks, sessions }) }, nowSeconds);
}

/** How whoever sends this `Authorization` stands. */
export async function findHolder(authorization: string | undefined, identify: Identify, sessions: Pick<SessionStore, 'role'>): Promise<Standing> {

    return await createStand({ identify, roleOf: (adminId) => sessions.role(adminId) })(authorization);
}
