import type { Account, AccountStatus } from '../plugin/accounts/account.js';
import type { GivenAccount } from '../plugin/accounts/import.js';
import type { AccountStore, Put } from '../plugin/accounts/redis.js';
import type { Actor, RecordEvent } from '../plugin/audit/event.js';
import type { AccountType } from '../plugin/caller.js';
import type { SessionStore } from '../plugin/sessions/store.js';
import { readName } from '../plugin/accounts/name.js';
import { createPasswordCheck, hashPassword } from '../plugin/accounts/password.js';


/** What a change of an account touches: the account itself, and the role and the sessions of whoever has it. */
export interface Books {
    readonly accounts: AccountStore;
    readonly sessions: SessionStore;
    readonly bcryptCost: number;
    /** Writes down what was changed. */
    readonly record: RecordEvent;
    /** Who changes it. */
    readonly actor: Actor;
}

export type Written = { readonly kind: 'added' | 'replaced' | 'same' } | { readonly kind: 'refused'; readonly message: string };

/** `ended` counts the sessions that the change ended. */
export type Changed = { readonly kind: 'changed'; readonly account: Account; readonly ended: number } | { readonly kind: 'unknown' };

/** Adds an account with its role. Sessions that its id was left with by somebody else end. */
export async function addAccount(books: Books, given: GivenAccount): Promise<Written> {

    const account = { ...given, hash: given.secret.kind === 'hash' ? given.secret.hash : await hashPassword(given.secret.password, books.bcryptCost) };
    const added = await books.accounts.add(account);
    if (added.kind === 'added') {
        await books.sessions.endAll(account.type, account.id);
        await writeRole(books, given);
        note(books, 'account-added', account);
    }

    return describeWritten(given, added);
}

/** Adds an account with its role, or makes the one with its name and id the same. Where that changes anything but the role, its sessions end. */
export async function putAccount(books: Books, given: GivenAccount): Promise<Written> {

    const account = { ...given, hash: await hashAnew(books, given) };
    const put = await books.accounts.put(account);
    const isSame = put.kind === 'replaced' && hasSameFields(put.previous, account);
    if (put.kind === 'added' || (put.kind === 'replaced' && !isSame)) {
        await books.sessions.endAll(account.type, account.id);
    }

    if (put.kind === 'added' || put.kind === 'replaced') {
        await writeRole(books, given);
    }

    return isSame ? { kind: 'same' } : describeWritten(given, put);
}

export async function changePassword(books: Books, type: AccountType, username: string, password: string): Promise<Changed> {

    const account = await books.accounts.setPassword(type, username, await hashPassword(password, books.bcryptCost));
    return settleSessions(books, account, 'account-password');
}

export async function changeStatus(books: Books, type: AccountType, username: string, status: AccountStatus): Promise<Changed> {

    return settleSessions(books, await books.accounts.setStatus(type, username, status), status === 'active' ? 'account-enabled' : 'account-disabled');
}

/** Removes an account, its role and its sessions. It is disabled first: what a crash leaves lets nobody in, and the same command finishes it. */
export async function removeAccount(books: Books, type: AccountType, username: string): Promise<Changed> {

    const disabled = await changeStatus(books, type, username, 'disabled');
    if (disabled.kind === 'changed') {
        await (type === 'admin' ? books.sessions.setRole(disabled.account.id, []) : undefined);
        await books.accounts.remove(type, username);
        note(books, 'account-removed', disabled.account);
    }

    return disabled;
}

type Change = 'account-added' | 'account-disabled' | 'account-enabled' | 'account-password' | 'account-removed';

function note({ record, actor }: Books, kind: Change, { type, id: callerId, username }: Pick<Account, 'id' | 'type' | 'username'>): void {

    record({ kind, type, callerId, name: readName(username).canonical, actor });
}

/** Ends the sessions of an account that was changed, unless it may log in as before. */
async function settleSessions(books: Books, account: Account | undefined, change: Change): Promise<Changed> {

    if (account === undefined) {
        return { kind: 'unknown' };
    }

    note(books, change, account);
    return { kind: 'changed', account, ended: change === 'account-enabled' ? 0 : await books.sessions.endAll(account.type, account.id) };
}

async function writeRole({ sessions }: Books, { type, id, resources }: GivenAccount): Promise<void> {

    await (type === 'admin' ? sessions.setRole(id, resources) : undefined);
}

/** A password that the account has already keeps its hash, so that the same file can be imported again and nobody is logged out. */
async function hashAnew({ accounts, bcryptCost }: Books, { type, username, secret }: GivenAccount): Promise<string> {

    if (secret.kind === 'hash') {
        return secret.hash;
    }

    const previous = await accounts.find(type, readName(username).canonical);
    if (previous === undefined) {
        return hashPassword(secret.password, bcryptCost);
    }

    const check = await createPasswordCheck(bcryptCost)(secret.password, previous.hash);
    return check.kind === 'wrong' ? hashPassword(secret.password, bcryptCost) : check.replacement ?? previous.hash;
}

const fields = ['hash', 'status', 'username', 'website', 'group', 'store'] as const;

function hasSameFields(one: Account, other: Account): boolean {

    return fields.every((field) => one[field] === other[field]);
}

function describeWritten({ type, username, id }: GivenAccount, put: Put): Written {

    switch (put.kind) {
        case 'added':
        case 'replaced':
            return { kind: put.kind };
        case 'name-taken':
            return { kind: 'refused', message: `the ${type} "${username}" exists already` };
        case 'id-taken':
            return { kind: 'refused', message: `the ${type} id ${id} is that of "${put.by}"` };
        case 'id-differs':
            return { kind: 'refused', message: `the ${type} "${username}" has the id ${put.id}, not ${id}: remove that account first` };
    }
}
