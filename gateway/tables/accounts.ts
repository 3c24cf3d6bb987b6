import type { Account, AccountSource, SignInPlace } from '../../plugin/accounts/account.js';
import type { Database, Row } from './database.js';
import type { NameTable } from './read.js';
import type { Shop } from './shop.js';
import { readName } from '../../plugin/accounts/name.js';
import { StoreUnavailableError } from '../../plugin/sessions/store.js';
import { DatabaseError } from './database.js';
import { textOf } from './read.js';


interface TableAccountsParts {
    readonly database: Pick<Database, 'select'>;
    readonly table: NameTable;
    readonly shop: () => Shop;
    /** Whether Magento keeps locks of its own in the customers' rows, as it does since 2.1. */
    readonly hasLocks: boolean;
    /** Hears of a read that failed. */
    readonly onFailed: (error: DatabaseError) => void;
}

/**
 * Makes the accounts that Magento's tables hold (SPEC 13.3, 13.4). They are read when somebody signs in, and never written: a hash stays as it is.
 * The name is compared as the database does, and then as we do, so that no account can be reached under the name of another.
 */
export function createTableAccounts({ database, table, shop, hasLocks, onFailed }: TableAccountsParts): AccountSource {

    const locked = hasLocks ? 'COALESCE(lock_expires > UTC_TIMESTAMP(), 0)' : '0';
    const statements = {
        admin: `SELECT user_id, username, password, is_active FROM ${table('admin_user')} WHERE username = ?`,
        customer: `SELECT entity_id, email, website_id, store_id, group_id, password_hash, confirmation, ${locked} AS locked FROM ${table('customer_entity')} WHERE email = ?`
    };

    const select = async (statement: string, name: string): Promise<readonly Row[]> => {

        try {
            return await database.select(statement, [name]);
        }
        catch (error) {
            if (error instanceof DatabaseError) {
                onFailed(error);
                throw new StoreUnavailableError(error.message, { cause: error });
            }

            throw error;
        }
    };

    const findCustomer = async (name: string, { store }: SignInPlace): Promise<readonly Account[]> => {

        const { websiteOf, mustConfirm } = shop();
        const website = websiteOf(store);
        const rows = (await select(statements.customer, name)).map((row) => readCustomer(row, mustConfirm));
        return rows.filter((account) => website === 'any' || account.website === website);
    };

    return {
        async find(type, name, place = {}) {

            const accounts = type === 'customer' ? await findCustomer(name, place) : (await select(statements.admin, name)).map(readAdmin);
            const [account, ...others] = accounts.filter(({ username }) => readName(username).canonical === name);
            return others.length === 0 ? account : undefined;
        },
        replaceHash: () => Promise.resolve()
    };
}

function readAdmin(row: Row): Account {

    return { type: 'admin', id: textOf(row, 'user_id'), username: textOf(row, 'username'), hash: textOf(row, 'password'), status: Number(row['is_active']) === 1 ? 'active' : 'disabled' };
}

/** A customer's `is_active` says nothing here, as in Magento; its own lock does. */
function readCustomer(row: Row, mustConfirm: Shop['mustConfirm']): Account & { readonly website: number } {

    const website = Number(row['website_id']);
    const isConfirmed = textOf(row, 'confirmation') === '' || !mustConfirm(website);
    return {
        type: 'customer', id: textOf(row, 'entity_id'), username: textOf(row, 'email'), hash: textOf(row, 'password_hash'),
        status: Number(row['locked']) !== 0 ? 'disabled' : isConfirmed ? 'active' : 'unconfirmed',
        website, group: Number(row['group_id']), ...row['store_id'] !== null && { store: Number(row['store_id']) }
    };
}
