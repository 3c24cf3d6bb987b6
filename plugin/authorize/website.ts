import type { Caller } from '../caller.js';


/**
 * Whether a customer may be `self` at the store view that a call names. Since 2.4.1 not at `all`, and where both websites are known only
 * on their own one; a call that names no store goes to `default`. SPEC 7.3, 14.
 */
export function isSelfHere(
    caller: Caller, storeCode: string | undefined, stores: ReadonlyMap<string, number | undefined> | undefined, profile: '2.0' | '2.4'
): boolean {

    if (profile === '2.0') {
        return true;
    }

    if (storeCode === 'all') {
        return false;
    }

    const website = stores?.get(storeCode ?? 'default');
    return website === undefined || caller.website === undefined || website === caller.website;
}
