import type { AccountType, Caller } from '../../plugin/caller.js';
import type { Ask } from './ask.js';
import { parseObject } from './user-token.js';


/** Whose a token of Magento's is, as Magento itself says. It does not say which admin; `away`: it says nothing now. */
export type Holder =
    | { readonly kind: 'customer'; readonly caller: Caller & { readonly type: 'customer' } }
    | { readonly kind: 'admin' | 'away' | 'nobody' };

/** Finds out whose a token is; `type` where only that is of interest, `store` where the token was issued. */
export type AskHolder = (token: string, hints?: { readonly type?: AccountType; readonly store?: string }) => Promise<Holder>;

/** The path of the REST interface at a store view. */
export function restPath(store: string | undefined): string {

    return store === undefined ? '/rest' : `/rest/${store}`;
}

/**
 * Makes the question whose a token is. A customer is `self` on the store views of its own website only (SPEC 7.3), so that one of each is tried:
 * `stores`, beside the default one. Of admins every one may ask for the modules, which take `Magento_Backend::admin` (SPEC 7.4).
 */
export function createAskHolder(ask: Ask, stores: readonly string[]): AskHolder {

    const askCustomer = async (token: string, store: string | undefined): Promise<Holder> => {

        const reply = await ask({ method: 'GET', path: `${restPath(store)}/V1/customers/me`, token });
        if (reply.kind === 'away' || ![200, 400, 401].includes(reply.status)) {
            return { kind: 'away' };
        }

        // With a full admin's token Magento misses the customer's id (SPEC 7.5)

        const me = parseObject(reply.body);
        const id = me.get('id');
        if (reply.status !== 200) {
            return { kind: reply.status === 400 ? 'admin' : 'nobody' };
        }

        return Number.isSafeInteger(id) ? { kind: 'customer', caller: { type: 'customer', id: String(id), ...placeOf(me) } } : { kind: 'away' };
    };

    const askAdmin = async (token: string): Promise<Holder> => {

        const reply = await ask({ method: 'GET', path: '/rest/V1/modules', token });
        const status = reply.kind === 'away' ? 0 : reply.status;
        return { kind: status === 200 ? 'admin' : status === 401 ? 'nobody' : 'away' };
    };

    return async function askHolder(token, { type, store } = {}) {

        for (const one of type === 'admin' ? [] : new Set([store, undefined, ...stores])) {
            const holder = await askCustomer(token, one);
            if (holder.kind !== 'nobody') {
                return holder;
            }
        }

        return type === 'customer' ? { kind: 'nobody' } : askAdmin(token);
    };
}

function placeOf(me: ReadonlyMap<string, unknown>): { readonly website?: number; readonly group?: number; readonly store?: number } {

    const [website, group, store] = ['website_id', 'group_id', 'store_id'].map((name) => me.get(name));
    return {
        ...typeof website === 'number' && { website },
        ...typeof group === 'number' && { group },
        ...typeof store === 'number' && { store }
    };
}
