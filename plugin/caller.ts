/** Who calls. Magento's user types, SPEC 3.3; a guest is a caller too, with the id 0. */
export type CallerType = 'admin' | 'customer' | 'guest' | 'integration';

/** The caller types that sign in with a user name and a password. */
export type AccountType = 'admin' | 'customer';

export interface Caller {
    readonly type: CallerType;
    /** Decimal digits for every account with a number of its own. */
    readonly id: string;
    /** Where the account has them: the customer's website, group and store, all numbers of Magento's. */
    readonly website?: number;
    readonly group?: number;
    readonly store?: number;
}

export const guest: Caller = Object.freeze({ type: 'guest', id: '0' });
