import type { Cluster, Redis } from 'ioredis';

import type { AccountType } from '../caller.js';
import { makeScript, runScript } from '../sessions/script.js';
import { answerOf } from '../sessions/unavailable.js';
import type { Account, AccountSource, AccountStatus } from './account.js';
import { accountFields, readAccountFields, writeAccountFields } from './account-record.js';
import { readName } from './name.js';


/** `by` is the name of the account that has the id. */
export type Added = { readonly kind: 'added' } | { readonly kind: 'name-taken' } | { readonly kind: 'id-taken'; readonly by: string };

/** `id` is the one that the name has: whoever means a new account removes the old one first, with its sessions. */
export type Put = Added | { readonly kind: 'replaced'; readonly previous: Account } | { readonly kind: 'id-differs'; readonly id: string };

/** Accounts that can be managed. User names may be given in any spelling. */
export interface AccountStore extends AccountSource {
    add(account: Account): Promise<Added>;
    /** Adds the account, or replaces the one with this name and id. */
    put(account: Account): Promise<Put>;
    /** Each resolves to the account as it is then, to undefined where there is none. */
    setPassword(type: AccountType, username: string, hash: string): Promise<Account | undefined>;
    setStatus(type: AccountType, username: string, status: AccountStatus): Promise<Account | undefined>;
    /** Resolves to what was removed. */
    remove(type: AccountType, username: string): Promise<Account | undefined>;
    list(type: AccountType): AsyncIterable<Account>;
}

const accountKey = (type: AccountType, name: string) => `postern:account:${type}:${name}`;
const idKey = (type: AccountType, id: string) => `postern:account-id:${type}:${id}`;

const createAccount = makeScript(`
-- KEYS[1]: an account. ARGV: field, value, …
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV))
return 1
`);

const replaceAccount = makeScript(`
-- KEYS[1]: an account. ARGV: field, value, …
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV))
`);

const changeAccount = makeScript(`
-- KEYS[1]: an account. ARGV: field, value.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
`);

const replaceHash = makeScript(`
-- KEYS[1]: an account. ARGV: the hash that was checked, the one to put in its place.
if redis.call('HGET', KEYS[1], 'hash') == ARGV[1] then redis.call('HSET', KEYS[1], 'hash', ARGV[2]) end
`);

const claimId = makeScript(`
-- KEYS[1]: the name that holds an id. ARGV: our name, and the name that holds it without right or nothing. Returns who holds it now.
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] and owner ~= ARGV[2] then return owner end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]
`);

const releaseId = makeScript(`
-- KEYS[1]: the name that holds an id. ARGV: our name.
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
`);

/**
 * Keeps accounts in Redis, as plain fields that an operator can read and set: `postern:account:<type>:<name>` is a hash, and
 * `postern:account-id:<type>:<id>` the name that holds an id. The second only points: an id is taken while the account that it points to has
 * it. So accounts are written first (disabled, until the id is theirs) and removed first, and what a crash leaves between two keys does no
 * harm. No command touches two keys, as Redis Cluster wants it.
 */
export function createRedisAccounts(redis: Cluster | Redis): AccountStore {

    const find: AccountStore['find'] = async (type, name) => {

        const key = accountKey(type, name);
        const values = await answerOf(redis.hmget(key, ...accountFields));
        return values.every((value) => value === null) ? undefined : readAccountFields(type, name, values);
    };

    const change = async (type: AccountType, username: string, field: 'hash' | 'status', value: string): Promise<Account | undefined> => {

        const { canonical } = readName(username);
        const isChanged = await answerOf(runScript(redis, changeAccount, accountKey(type, canonical), [field, value]));
        return isChanged === 1 ? find(type, canonical) : undefined;
    };

    /** Resolves to the name that holds the id then: `name`, unless another account has it. */
    const claim = async (type: AccountType, id: string, name: string): Promise<string> => {

        let without = '';
        for (;;) {
            const owner = String(await answerOf(runScript(redis, claimId, idKey(type, id), [name, without])));
            if (owner === name || (await find(type, owner))?.id === id) {
                return owner;
            }

            without = owner;
        }
    };

    const add: AccountStore['add'] = async (account) => {

        const { type, username, id, status } = account;
        const { canonical, possible } = readName(username);
        if (!possible) {
            throw new Error(`No account can have the user name "${username}"`);
        }

        const key = accountKey(type, canonical);
        const isCreated = await answerOf(runScript(redis, createAccount, key, [...writeAccountFields({ ...account, status: 'disabled' })]));
        if (isCreated !== 1) {
            return { kind: 'name-taken' };
        }

        const owner = await claim(type, id, canonical);
        if (owner !== canonical) {
            await answerOf(redis.del(key));
            return { kind: 'id-taken', by: owner };
        }

        await change(type, username, 'status', status);
        return { kind: 'added' };
    };

    return {
        find,
        add,

        async put(account) {

            const { type, username, id } = account;
            const { canonical } = readName(username);
            const previous = await find(type, canonical);
            if (previous === undefined) {
                return add(account);
            }

            if (previous.id !== id) {
                return { kind: 'id-differs', id: previous.id };
            }

            const owner = await claim(type, id, canonical);
            if (owner !== canonical) {
                return { kind: 'id-taken', by: owner };
            }

            await answerOf(runScript(redis, replaceAccount, accountKey(type, canonical), [...writeAccountFields(account)]));
            return { kind: 'replaced', previous };
        },

        async replaceHash({ type, username, hash: checked }, hash) {

            await answerOf(runScript(redis, replaceHash, accountKey(type, readName(username).canonical), [checked, hash]));
        },

        setPassword: (type, username, hash) => change(type, username, 'hash', hash),
        setStatus: (type, username, status) => change(type, username, 'status', status),

        async remove(type, username) {

            const { canonical } = readName(username);
            const account = await find(type, canonical);
            if (account !== undefined) {
                await answerOf(redis.del(accountKey(type, canonical)));
                await answerOf(runScript(redis, releaseId, idKey(type, account.id), [canonical]));
            }

            return account;
        },

        async *list(type) {

            const seen = new Set<string>();         // SCAN may return a key twice
            for (const node of 'nodes' in redis ? redis.nodes('master') : [redis]) {
                let cursor = '0';
                do {
                    const [next, keys] = await answerOf(node.scan(cursor, 'MATCH', accountKey(type, '*'), 'COUNT', 500));
                    const fresh = keys.filter((key) => !seen.has(key));
                    const accounts = await Promise.all(fresh.map((key) => find(type, key.slice(accountKey(type, '').length))));
                    yield* accounts.filter((account) => account !== undefined);
                    fresh.forEach((key) => seen.add(key));
                    cursor = next;
                }
                while (cursor !== '0');
            }
        }
    };
}
