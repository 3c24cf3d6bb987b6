import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import type { Account, AccountSource } from './account.js';
import type { GivenAccount } from './import.js';
import { readAccountLines } from './import.js';
import { readName } from './name.js';


/** Accounts from a file of the import format. The file is the operator's: `replaceHash()` leaves it and the accounts as they are. */
export interface FileAccounts extends AccountSource {
    /** The ACL resources of an admin's role; empty where there is none. */
    role(adminId: string): Promise<ReadonlySet<string>>;
    /** Reads the file again. Where that fails, the accounts stay as they were. */
    reload(): Promise<void>;
}

/** What a reading of the file yields. */
interface Content {
    readonly accounts: ReadonlyMap<string, Account>;
    readonly roles: ReadonlyMap<string, ReadonlySet<string>>;
}

const nobody: ReadonlySet<string> = new Set();

/**
 * Opens a file of accounts. Plain passwords in it are hashed as it is read, one after the other: at the default cost about four a second, so
 * a file of many should hold hashes. Throws an Error that lists every faulty line.
 */
export async function openFileAccounts(path: string, hashPassword: (password: string) => Promise<string>): Promise<FileAccounts> {

    const hashes = new Map<string, string>();

    const hashOf = async (secret: GivenAccount['secret'], owner: string): Promise<string> => {

        if (secret.kind === 'hash') {
            return secret.hash;
        }

        // A reload hashes what is new only

        const digest = createHash('sha256').update(JSON.stringify([owner, secret.password])).digest('hex');
        const hash = hashes.get(digest) ?? await hashPassword(secret.password);
        hashes.set(digest, hash);
        return hash;
    };

    const read = async (): Promise<Content> => {

        const { accounts: given, faults } = readAccountLines(await readText(path));
        if (faults.length > 0) {
            throw new Error(`The accounts file "${path}" is faulty:\n${faults.map(({ line, message }) => `  line ${line}: ${message}`).join('\n')}`);
        }

        const accounts = new Map<string, Account>();
        const roles = new Map<string, ReadonlySet<string>>();
        for (const { account: { secret, resources, ...account } } of given) {
            accounts.set(`${account.type}:${readName(account.username).canonical}`, { ...account, hash: await hashOf(secret, `${account.type}:${account.id}`) });
            if (account.type === 'admin') {
                roles.set(account.id, new Set(resources));
            }
        }

        return { accounts, roles };
    };

    let content = await read();

    return {
        find: (type, name) => Promise.resolve(content.accounts.get(`${type}:${name}`)),
        replaceHash: () => Promise.resolve(),
        role: (adminId) => Promise.resolve(content.roles.get(adminId) ?? nobody),
        async reload() {

            content = await read();
        }
    };
}

async function readText(path: string): Promise<string> {

    try {
        return await readFile(path, 'utf8');
    }
    catch (error) {
        throw new Error(`The accounts file "${path}" cannot be read: ${(error as Error).message}`, { cause: error });
    }
}
