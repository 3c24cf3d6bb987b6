import { readFile } from 'node:fs/promises';

import type { SessionStore } from '../../plugin/sessions/store.js';
import type { Settings } from '../settings.js';
import type { MagentoTables } from '../tables/open.js';
import type { Outcome } from './command.js';
import { readAccountLines } from '../../plugin/accounts/import.js';
import { remoteRoles } from '../../plugin/accounts/remote-roles.js';
import { findClash } from '../settings/clash.js';
import { openMagentoTables } from '../tables/open.js';


/** How admins' roles are found. */
export interface Roles {
    /** Absent where the session store must be asked. */
    readonly alone?: SessionStore['role'];
    readonly beside: (sessions: Pick<SessionStore, 'role'>) => SessionStore['role'];
}

type Opening = { readonly kind: 'failed'; readonly message: string } | { readonly kind: 'open'; readonly roles: Roles; readonly close: () => Promise<void> };

const nobody: ReadonlySet<string> = new Set();

/** Runs with the roles that go with the accounts of the settings, as a gate would find them. */
export async function withRoles(settings: Settings, run: (roles: Roles) => Promise<Outcome>): Promise<Outcome> {

    const opening = await open(settings);
    if (opening.kind === 'failed') {
        return opening;
    }

    try {
        return await run(opening.roles);
    }
    finally {
        await opening.close();
    }
}

async function open(settings: Settings): Promise<Opening> {

    const { accounts } = settings;
    const clash = findClash(settings);
    if (clash !== undefined) {
        return { kind: 'failed', message: clash };
    }

    try {
        if (accounts.kind === 'file') {
            return { kind: 'open', roles: onlyFrom(await readFileRoles(accounts.path)), close: () => Promise.resolve() };
        }

        const tables = await openMagentoTables(settings, () => undefined);
        return { kind: 'open', roles: rolesOf(accounts.kind, tables), close: async () => tables?.stop() };
    }
    catch (error) {

        // Whatever keeps them from being read, the sentence names it

        return { kind: 'failed', message: `${accounts.kind === 'file' ? 'POSTERN_ACCOUNTS' : 'POSTERN_MAGENTO_DB'}: ${(error as Error).message}` };
    }
}

/** The roles that go with accounts that are in no file. */
export function rolesOf(kind: Exclude<Settings['accounts']['kind'], 'file'>, tables: MagentoTables | undefined): Roles {

    if (tables === undefined) {
        return { beside: (sessions) => (kind === 'upstream' ? remoteRoles(sessions, {}) : (adminId) => sessions.role(adminId)) };
    }

    return kind === 'magento-db' ? onlyFrom(tables.accounts.roleOf) : { beside: (sessions) => remoteRoles(sessions, tables) };
}

function onlyFrom(roleOf: SessionStore['role']): Roles {

    return { alone: roleOf, beside: () => roleOf };
}

/** Reads the roles of an accounts file. */
async function readFileRoles(path: string): Promise<SessionStore['role']> {

    const { accounts } = readAccountLines(await readFile(path, 'utf8'));
    const roles = new Map(accounts.filter(({ account }) => account.type === 'admin').map(({ account: { id, resources } }) => [id, new Set(resources)]));
    return (adminId) => Promise.resolve(roles.get(adminId) ?? nobody);
}
