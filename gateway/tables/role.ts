import { allResources } from '../../plugin/authorize/acl.js';


/** A row of `authorization_role`: a role that admins have (`G`), or an admin's own (`U`), below the one that the admin has. */
export interface RoleRow {
    readonly id: number;
    /** 0: none. */
    readonly parent: number;
    readonly type: string;
    readonly user: number;
    /** `2`: an admin. */
    readonly userType: string;
}

/** A row of `authorization_rule`. */
export interface RuleRow {
    readonly role: number;
    readonly resource: string;
    /** `allow` or `deny`. */
    readonly permission: string;
}

export interface RoleTables {
    /** In the order of their ids. */
    readonly roles: readonly RoleRow[];
    readonly rules: readonly RuleRow[];
}

/**
 * Makes the roles that admins have (SPEC 7.4, 13.5): exactly what is allowed by name in the admin's own row or in the one above it, of which the own one goes first. Where the tables are
 * in doubt a resource is denied: where it has no row, or two that differ, and where a role for everything denies something, which no back office writes.
 */
export function createTableRoles({ roles, rules }: RoleTables): (adminId: string) => ReadonlySet<string> {

    const own = new Map<string, RoleRow>();
    for (const role of roles) {
        if (role.type === 'U' && role.userType === '2' && !own.has(String(role.user))) {
            own.set(String(role.user), role);
        }
    }

    const byId = new Map(roles.map((role) => [role.id, role]));
    const words = readWords(rules);
    const made = new Map<string, ReadonlySet<string>>();

    return function roleOf(adminId) {

        const chain = chainOf(own.get(adminId), byId);
        const key = chain.map((id) => (words.has(id) ? id : '')).join();
        const role = made.get(key) ?? makeRole(chain.map((id) => words.get(id) ?? new Map<string, boolean>()));
        made.set(key, role);
        return role;
    };
}

/** The ids of a role and of those above it, its own first. One that leads nowhere, or in a circle, is good for nothing. */
function chainOf(own: RoleRow | undefined, byId: ReadonlyMap<number, RoleRow>): readonly number[] {

    const chain: number[] = [];
    let role = own;
    while (role !== undefined && !chain.includes(role.id)) {
        chain.push(role.id);
        if (role.parent === 0) {
            return chain;
        }

        role = byId.get(role.parent);
    }

    return [];
}

/** What roles say of resources: by role, then by resource, whether it is allowed. */
function readWords(rules: readonly RuleRow[]): ReadonlyMap<number, ReadonlyMap<string, boolean>> {

    const words = new Map<number, Map<string, boolean>>();
    for (const { role, resource, permission } of rules) {
        const ofRole = words.get(role) ?? new Map<string, boolean>();
        words.set(role, ofRole.set(resource, permission === 'allow' && ofRole.get(resource) !== false));
    }

    return words;
}

function makeRole(chain: readonly ReadonlyMap<string, boolean>[]): ReadonlySet<string> {

    const said = new Map(chain.toReversed().flatMap((words) => [...words]));
    const allowed = [...said.keys()].filter((resource) => said.get(resource) === true);
    if (!allowed.includes(allResources)) {
        return new Set(allowed);
    }

    return new Set(allowed.length === said.size ? [allResources] : allowed.filter((resource) => resource !== allResources));
}
