import type { AccountType } from '../caller.js';


/** HASH: session id → record. */
export function sessionsKey(type: AccountType, callerId: string): string {

    return `postern:${type}:${callerId}`;
}

/** SET: the ACL resources that the admin's role lists. */
export function roleKey(adminId: string): string {

    return `postern:role:admin:${adminId}`;
}

/** HASH: session id → seconds since 1970 when it was last used. Outside the tracked prefixes: a use changes nothing that is cached. */
export function lastUsesKey(type: AccountType, callerId: string): string {

    return `postern:seen:${type}:${callerId}`;
}

/** HASH: session id → when it was issued, until when it holds, and the sealed token. Outside the tracked prefixes, for it changes nothing that is cached. */
export function relaysKey(type: AccountType, callerId: string): string {

    return `postern:relay:${type}:${callerId}`;
}

/** What every key that is cached starts with. */
export const trackedPrefixes = ['postern:customer:', 'postern:admin:', 'postern:role:'] as const;
