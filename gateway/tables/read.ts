import type { Database, Row, Select } from './database.js';
import type { RoleRow, RuleRow } from './role.js';
import type { ConfigRow, ShopTables } from './shop.js';
import { DatabaseError } from './database.js';
import { confirmPaths, sharingPath } from './shop.js';


/** Magento's tables as they were at one moment: all that is kept at hand (SPEC 13.2). Accounts are read when somebody signs in. */
export interface Tables {
    /** The admins who may sign in: id and user name. */
    readonly admins: readonly { readonly id: string; readonly username: string }[];
    readonly roles: readonly RoleRow[];
    readonly rules: readonly RuleRow[];
    /** Absent where the accounts are not read from the tables. */
    readonly shop?: ShopTables;
}

/** Gives the name of a table, as a statement takes it. */
export type NameTable = (name: string) => string;

/** Makes the names of tables that begin with `prefix`. */
export function tableNames(prefix: string): NameTable {

    return (name) => `\`${prefix}${name}\``;
}

const deniedCodes: readonly string[] = ['ER_TABLEACCESS_DENIED_ERROR', 'ER_COLUMNACCESS_DENIED_ERROR'];

/** Reads the tables. `withShop`: also what is needed to find accounts. */
export function readTables({ selectAtOnce }: Database, table: NameTable, withShop: boolean): Promise<Tables> {

    return selectAtOnce(async (select) => {

        const admins = await select(`SELECT user_id, username FROM ${table('admin_user')} WHERE is_active = 1`);
        const roles = await select(`SELECT role_id, parent_id, role_type, user_id, user_type FROM ${table('authorization_role')} ORDER BY role_id`);
        const rules = await select(`SELECT role_id, resource_id, permission FROM ${table('authorization_rule')}`);
        return {
            admins: admins.map((row) => ({ id: textOf(row, 'user_id'), username: textOf(row, 'username') })),
            roles: roles.map((row) => ({
                id: Number(row['role_id']), parent: Number(row['parent_id']), type: textOf(row, 'role_type'), user: Number(row['user_id']), userType: textOf(row, 'user_type')
            })),
            rules: rules.map((row) => ({ role: Number(row['role_id']), resource: textOf(row, 'resource_id'), permission: textOf(row, 'permission') })),
            ...withShop && { shop: await readShop(select, table) }
        };
    });
}

async function readShop(select: Select, table: NameTable): Promise<ShopTables> {

    const stores = await select(`SELECT code, website_id FROM ${table('store')} WHERE store_id <> 0`);
    const [website] = await select(`SELECT website_id FROM ${table('store_website')} WHERE is_default = 1`);
    return {
        config: await readConfig(select, table),
        stores: stores.map((row) => ({ code: textOf(row, 'code'), website: Number(row['website_id']) })),
        defaultWebsite: website && Number(website['website_id'])
    };
}

/** Reads the settings that are of use. The table holds secrets, too, so that it need not be granted. */
async function readConfig(select: Select, table: NameTable): Promise<readonly ConfigRow[] | undefined> {

    try {
        const rows = await select(`SELECT scope, scope_id, path, value FROM ${table('core_config_data')} WHERE path IN (?, ?, ?)`, [sharingPath, ...confirmPaths]);
        return rows.map((row) => ({ scope: textOf(row, 'scope'), scopeId: Number(row['scope_id']), path: textOf(row, 'path'), value: textOf(row, 'value') }));
    }
    catch (error) {
        if (error instanceof DatabaseError && deniedCodes.includes(error.code)) {
            return undefined;
        }

        throw error;
    }
}

/** A column's text; '' where it has none. */
export function textOf(row: Row, column: string): string {

    const value = row[column];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
