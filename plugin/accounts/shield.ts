import type { AccountType } from '../caller.js';
import type { LockStore, Part } from './lock-store.js';
import { StoreUnavailableError } from '../sessions/store.js';
import { createDebts } from './debts.js';
import { sourceNetwork } from './source.js';


/** How many failed logins are allowed before more are refused for `lockSeconds`. 0: no limit. */
export interface ShieldLimits {
    /** Of an account, from one address; ten times as many from all of them together. */
    readonly accountFailures: number;
    /** From an address, whatever the account. */
    readonly sourceFailures: number;
    readonly lockSeconds: number;
}

/** Magento's own limits (SPEC 5.4); the one of an address is ours. */
export const defaultShieldLimits: ShieldLimits = { accountFailures: 6, sourceFailures: 60, lockSeconds: 1800 };

/** A login that may be tried. It counts as failed until one of the methods is called. */
export interface CountedAttempt {
    readonly kind: 'counted';
    /** Runs what the attempt is for. Where the store goes away meanwhile, it is taken back as soon as the store answers. */
    pursue<T>(check: () => Promise<T>): Promise<T>;
    /** It succeeded: the address's failures at the account are forgotten, and it is known there from now on. */
    succeed(): Promise<void>;
    /** It neither failed nor succeeded. */
    takeBack(): Promise<void>;
}

export type Attempt = CountedAttempt | { readonly kind: 'locked'; readonly by: 'account' | 'source' };

/**
 * Stands before every password check. Attempts are counted before the password is looked at, so that parallel guesses cannot exceed a limit;
 * while an account or an address is locked nothing is counted and no lock is prolonged. An account is locked to the address that failed, and to everybody only when
 * ten have, so that a stranger does not lock the owner out (ATTACKS 45); then it stays open to the addresses that logged in to it lately, and so does a locked
 * address to the accounts that it logged in to.
 * A locked attempt is answered at once, without a hash: names are counted whether they exist or not, so that tells nothing of them.
 */
export interface LoginShield {
    /** `name` is the canonical one, `source` an address or ''. */
    begin(login: { readonly type: AccountType; readonly name: string; readonly source: string }): Promise<Attempt>;
}

const knownSeconds = 30 * 24 * 3600;
const maxKnown = 10;

/** Addresses that use up an account's failures before the account is locked to all. */
const maxStrangers = 10;

/** Where an attempt was counted. */
interface Tally {
    takeBack(): Promise<void>;
    clear(): Promise<void>;
}

const uncounted: Tally = { takeBack: () => Promise.resolve(), clear: () => Promise.resolve() };

/**
 * Keys: `postern:lock:<type>:<name>` and `postern:lock:source:<network>` are counters, `postern:lock:known:<type>:<name>` the
 * addresses that logged in. An account's counter holds those of each address, so that deleting the one key unlocks it for everybody.
 */
export function createShield(store: LockStore, limits: ShieldLimits, nowSeconds: () => number): LoginShield {

    // An attempt that the store has kept from an end is no failure of whoever made it (six of them would lock a right password out). Where it is in
    // doubt whether one was counted it is taken back nonetheless, for nobody was told whether its password was right.

    const debts = createDebts();
    const orTakeBack = async <T>(asked: Promise<T>, takeBack: () => Promise<void>, isOwed: (error: StoreUnavailableError) => boolean = () => true): Promise<T> => {

        try {
            return await asked;
        }
        catch (error) {
            if (error instanceof StoreUnavailableError && isOwed(error)) {
                debts.owe(takeBack);
            }

            throw error;
        }
    };

    const count = async (key: string, limit: number, part?: Part): Promise<Tally | 'locked'> => {

        const counting = () => store.count(key, { limit, ttlSeconds: limits.lockSeconds }, part);
        const counted = limit === 0 ? undefined : await orTakeBack(counting(), () => store.takeBack(key, 'whole', part?.name), ({ isInDoubt }) => isInDoubt);
        if (counted === undefined || counted === 'locked') {
            return counted ?? uncounted;
        }

        return { takeBack: () => store.takeBack(key, counted, part?.name), clear: () => store.clear(key, counted, part?.name) };
    };

    const countAccount = (key: string, network: string, isKnown: boolean): Promise<Tally | 'locked'> => {

        const { accountFailures: limit } = limits;
        return network === '' ? count(key, limit) : count(key, limit * maxStrangers, { name: network, limit, goesOn: isKnown });
    };

    return {
        async begin({ type, name, source }) {

            const network = sourceNetwork(source);
            const knownKey = `postern:lock:known:${type}:${name}`;
            const isKnown = network !== '' && await store.isKnown(knownKey, network, nowSeconds() - knownSeconds);
            await debts.settle();

            const ofSource = isKnown || network === '' ? uncounted : await count(`postern:lock:source:${network}`, limits.sourceFailures);
            if (ofSource === 'locked') {
                return { kind: 'locked', by: 'source' };
            }

            const ofAccount = await orTakeBack(countAccount(`postern:lock:${type}:${name}`, network, isKnown), () => ofSource.takeBack());
            if (ofAccount === 'locked') {
                await ofSource.takeBack();
                return { kind: 'locked', by: 'account' };
            }

            const remember = async () => {

                if (network !== '') {
                    await store.remember(knownKey, network, { nowSeconds: nowSeconds(), ttlSeconds: knownSeconds, max: maxKnown });
                }
            };

            const takeBack = async () => {

                await Promise.all([ofAccount.takeBack(), ofSource.takeBack()]);
            };

            return {
                kind: 'counted',
                takeBack,
                pursue: (check) => orTakeBack(check(), takeBack),
                async succeed() {

                    await Promise.all([ofAccount.clear(), ofSource.takeBack(), remember()]);
                }
            };
        }
    };
}
