import type { Standing } from '../plugin/authenticate/standing.js';
import type { AccountType } from '../plugin/caller.js';
import type { Refusal, Refusals } from '../plugin/refusals/refusal.js';
import type { Authorize } from './authorize.js';
import type { Call } from './call.js';


/** What a wish to log out comes to: the end of the session that asks, of all of the caller's, or a refusal. */
export type LogoutDecision<Held> =
    | { readonly kind: 'all' | 'own'; readonly session: Held }
    | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Decides on a wish to log out, by the session that the caller holds (SPEC 4.1, 5.1). Magento forces the customer's id to the caller's, so
 * that an admin, who has none, is told that it is missing (SPEC 7.5).
 */
export function decideLogout<Held extends { readonly type: AccountType }>(
    { sessions, store }: Extract<Call, { readonly kind: 'logout' }>, session: Held | undefined, standing: Standing,
    { authorize, refusals }: { readonly authorize: Authorize; readonly refusals: Refusals }
): LogoutDecision<Held> {

    if (sessions === 'own' && session !== undefined) {
        return { kind: 'own', session };
    }

    const refusal = authorize({ resources: ['self'], store }, standing);
    return refusal !== undefined || session?.type !== 'customer' ?
        { kind: 'refused', refusal: refusal ?? refusals.fieldsMissing(['customerId']) } :
        { kind: 'all', session };
}
