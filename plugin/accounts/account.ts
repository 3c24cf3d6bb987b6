import type { AccountType } from '../caller.js';

/** `unconfirmed` is a customer whose e-mail address is not. */
export const accountStatuses = ['active', 'disabled', 'unconfirmed'] as const;
export type AccountStatus = (typeof accountStatuses)[number];

/** Somebody who may log in. An admin's role is no part of it: the session store holds that, for every request asks it. */
export interface Account {
    readonly type: AccountType;
    /** As the operator wrote it. */
    readonly username: string;
    /** Decimal digits. */
    readonly id: string;
    /** bcrypt or a form of Magento's (`stored-hash.ts`); '' matches no password. */
    readonly hash: string;
    readonly status: AccountStatus;
    readonly website?: number;
    readonly group?: number;
    readonly store?: number;
}

/** Where somebody signs in, as far as that is known: one name may be several customers', of a website each (SPEC 4.5). */
export interface SignInPlace {
    readonly website?: number;
    /** The code of the store view, where the client names one. */
    readonly store?: string;
}

/** Where the gate finds accounts. Both methods reject with `StoreUnavailableError` when the source is away. */
export interface AccountSource {
    /** `name` is canonical (`name.ts`). Customers and admins are name spaces of their own. */
    find(type: AccountType, name: string, place?: SignInPlace): Promise<Account | undefined>;
    /** Puts a newer hash of the same password in place of the account's, unless that was changed meanwhile. */
    replaceHash(account: Account, hash: string): Promise<void>;
}

/** Accounts that are kept elsewhere and whose passwords are checked here, with the roles of its admins: empty where one has none. */
export interface ForeignAccounts {
    readonly source: AccountSource;
    readonly roleOf: (adminId: string) => Promise<ReadonlySet<string>>;
}
