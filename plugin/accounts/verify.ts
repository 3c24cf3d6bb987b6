import type { AccountType, Caller } from '../caller.js';
import type { Refusal } from '../refusals/refusal.js';
import type { SessionStore } from '../sessions/store.js';
import type { Account, AccountSource, SignInPlace } from './account.js';
import type { Busy, HashingQueue, InTurn } from './hashing-queue.js';
import type { Name } from './name.js';
import type { PasswordCheck } from './password.js';
import type { CountedAttempt, LoginShield } from './shield.js';
import { readName } from './name.js';


/** Credentials to try. */
export interface Credentials extends SignInPlace {
    readonly type: AccountType;
    /** As they came. Neither is empty: what is missing is refused before (SPEC 4.4). */
    readonly username: string;
    readonly password: string;
    /** The address they came from, '' where unknown. */
    readonly source: string;
    /** What Magento is to be shown beside the password, and where it takes that (SPEC 4.7). Only accounts of Magento's own know one. */
    readonly secondFactor?: { readonly path: string; readonly fields: Readonly<Record<string, unknown>> };
}

/** A token of the service that holds the accounts. */
export interface UpstreamToken {
    readonly token: string;
    /** Absent where it does not say. */
    readonly expiresAtSeconds?: number;
}

export type Verification =
    /** `stillHolds` tells, once a session was issued, whether the account is still what was verified: it may have been disabled meanwhile. */
    | { readonly kind: 'verified'; readonly caller: Caller; readonly stillHolds?: () => Promise<boolean>; readonly upstreamToken?: UpstreamToken }
    | { readonly kind: 'refused'; readonly why: 'credentials' | 'disabled' | 'locked' | 'no-role' | 'unconfirmed' }
    /** Refused by the service that holds the accounts, in its own words. */
    | { readonly kind: 'passed-on'; readonly refusal: Refusal }
    | Busy;

/** Finds out whose credentials these are. Rejects with `StoreUnavailableError` when accounts, roles or locks cannot be reached. */
export interface Verifier {
    verify(credentials: Credentials): Promise<Verification>;
    /** Whether somebody has a name, in its canonical form. Absent where that cannot be told. */
    isAccount?(type: AccountType, name: string): Promise<boolean>;
}

export interface LocalVerifierParts {
    readonly accounts: AccountSource;
    /** The resources of an admin's role; empty where there is none. */
    readonly roleOf: SessionStore['role'];
    readonly shield: LoginShield;
    readonly queue: HashingQueue;
    readonly checkPassword: (password: string, stored: string | undefined) => Promise<PasswordCheck>;
}

/**
 * Makes the verifier of accounts that the gate keeps itself. Names that nobody has take the same way as names that somebody has. As in Magento
 * everything counts as a failed login but an admin's right password whose account is disabled or has no role (SPEC 5.4).
 */
export function createLocalVerifier({ accounts, roleOf, shield, queue, checkPassword }: LocalVerifierParts): Verifier {

    const lacksRole = async ({ type, id }: Account): Promise<boolean> => {

        return type === 'admin' && (await roleOf(id)).size === 0;
    };

    const check = async (credentials: Credentials, name: Name, attempt: CountedAttempt, inTurn: InTurn): Promise<Verification> => {

        const { type, password, website } = credentials;

        // The account is read when its turn comes: what an operator changed while it waited holds

        const { account, ...checked } = await inTurn(async () => {

            const account = name.possible ? await accounts.find(type, name.canonical, credentials) : undefined;
            const found = account !== undefined && isOfWebsite(account, website) ? account : undefined;
            return { account: found, ...await checkPassword(password, found?.hash) };
        });

        if (account === undefined || checked.kind === 'wrong') {
            return { kind: 'refused', why: 'credentials' };
        }

        const fault = account.status !== 'active' ? account.status : await lacksRole(account) ? 'no-role' : undefined;
        if (fault !== undefined) {
            await (type === 'admin' ? attempt.takeBack() : undefined);
            return { kind: 'refused', why: fault };
        }

        if (checked.replacement !== undefined) {
            await accounts.replaceHash(account, checked.replacement);
        }

        await attempt.succeed();
        const hash = checked.replacement ?? account.hash;
        const stillHolds = async () => {

            const now = await accounts.find(type, name.canonical, credentials);
            return now?.id === account.id && now.status === 'active' && (now.hash === hash || now.hash === account.hash);
        };

        return { kind: 'verified', caller: callerOf(account), stillHolds };
    };

    return {
        async verify(credentials) {

            return await queue.admit<Verification>(async (inTurn) => {

                const { type, username, source } = credentials;
                const name = readName(username);
                const attempt = await shield.begin({ type, name: name.canonical, source });
                return attempt.kind === 'locked' ? { kind: 'refused', why: 'locked' } : await attempt.pursue(() => check(credentials, name, attempt, inTurn));
            });
        },

        async isAccount(type, name) {

            return await accounts.find(type, name) !== undefined;
        }
    };
}

function isOfWebsite(account: Account, website: number | undefined): boolean {

    return account.website === undefined || website === undefined || account.website === website;
}

function callerOf({ type, id, website, group, store }: Account): Caller {

    return {
        type, id,
        ...(website === undefined ? {} : { website }),
        ...(group === undefined ? {} : { group }),
        ...(store === undefined ? {} : { store })
    };
}
