import { unknownRole } from '../plugin/authorize/acl.js';


/** Who says what an admin may do: the gate itself (in Redis, or in the accounts file), Magento's tables, Magento behind the gate, or whoever asks for an explanation. */
export type RoleOrigin = 'gate' | 'given' | 'magento' | 'magento-tables';

const origins = new WeakMap<ReadonlySet<string>, RoleOrigin>([[unknownRole, 'magento']]);

/** Notes where a role comes from. */
export function noteOrigin(role: ReadonlySet<string>, origin: RoleOrigin): ReadonlySet<string> {

    origins.set(role, origin);
    return role;
}

/** Where a role comes from. */
export function originOf(role: ReadonlySet<string>): RoleOrigin {

    return origins.get(role) ?? 'gate';
}
