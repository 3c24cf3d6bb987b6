import type { Standing } from '../plugin/authenticate/standing.js';
import type { AccountType } from '../plugin/caller.js';
import type { Profile } from '../plugin/refusals/messages.js';
import type { Refusal, Refusals } from '../plugin/refusals/refusal.js';
import type { Store } from './call.js';
import type { Policy } from './policy/load.js';
import { decide } from '../plugin/authorize/decide.js';
import { isSelfHere } from '../plugin/authorize/website.js';


/** What is asked for, and at which store. */
export interface Demand {
    readonly resources: readonly string[];
    readonly store: Store;
}

/** The refusal that a demand meets, or undefined where the caller may. */
export type Authorize = (demand: Demand, standing: Standing) => Refusal | undefined;

/** The codes of the store views, and the website of each where it is known. Absent: any code is one. */
export type Stores = ReadonlyMap<string, number | undefined>;

interface AuthorizeParts {
    readonly policy: () => Policy;
    readonly refusals: Refusals;
    readonly stores: Stores | undefined;
    readonly profile: Profile;
}

/** Makes the authorize stage: Magento's rule (SPEC 7) in Magento's words. Where the token could not be checked, nothing is said of the caller's rights. */
export function createAuthorize({ policy, refusals, stores, profile }: AuthorizeParts): Authorize {

    return function authorize({ resources, store }, { caller, role, credential }) {

        const decision = decide({ resources, caller, role, acl: policy().acl, selfHere: isSelfHere(caller, store, stores, profile) });
        if (decision.kind === 'allowed') {
            return undefined;
        }

        return credential === 'unchecked' ? refusals.storeUnavailable() : refusals.notAuthorized(resources, credential);
    };
}

/** Where somebody signs in: the store view, where one is named, and the website of its customers, where it is known; admins belong to none. */
export function placeOf(stores: Stores | undefined, type: AccountType, store: Store): { readonly store?: string; readonly website?: number } {

    const website = type === 'customer' ? stores?.get(store ?? 'default') : undefined;
    return { ...store !== undefined && { store }, ...website !== undefined && { website } };
}
