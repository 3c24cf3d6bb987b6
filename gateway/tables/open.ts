import type { ForeignAccounts } from '../../plugin/accounts/account.js';
import type { Reload } from '../live.js';
import type { Settings } from '../settings.js';
import type { DatabaseAddress } from './address.js';
import type { Database } from './database.js';
import type { Tables } from './read.js';
import type { Shop } from './shop.js';
import { oncePerOutage } from '../../plugin/outage.js';
import { callerIdOf, isNameless } from '../magento/admin-name.js';
import { noteOrigin } from '../role-origin.js';
import { createTableAccounts } from './accounts.js';
import { openDatabase } from './database.js';
import { readTables, tableNames } from './read.js';
import { openRefreshed } from './refresh.js';
import { createTableRoles } from './role.js';
import { createShop } from './shop.js';


/** What Magento's tables say, as far as the gate asks them. */
export interface MagentoTables {
    /** The role of an admin; empty where there is none, undefined where it cannot be told whose the caller id is. */
    readonly roleOf: (callerId: string) => Promise<ReadonlySet<string> | undefined>;
    /** The accounts that they hold, with the roles of those. */
    readonly accounts: ForeignAccounts;
    /** Reads the tables now, and says in a notice how that ended. */
    readonly reload: () => Promise<Reload>;
    /** Reads the tables from time to time from now on. */
    readonly watch: () => void;
    readonly stop: () => Promise<void>;
}

type TableSettings = Pick<Settings, 'accounts' | 'magentoDb' | 'magentoDbRefreshSeconds' | 'profile'>;

/** What is made of the tables each time that they are read. */
interface View {
    readonly roleOf: (adminId: string) => ReadonlySet<string>;
    /** The numbers of admins who may sign in. */
    readonly admins: ReadonlySet<string>;
    /** By caller id of those who are known by name; undefined where two are alike. */
    readonly numbers: ReadonlyMap<string, string | undefined>;
    readonly shop: Shop;
}

const strangerPauseMs = 5_000;
const noRole = noteOrigin(new Set(), 'magento-tables');

/** Opens Magento's tables where `POSTERN_MAGENTO_DB` says; undefined where it does not. Rejects with a sentence where they cannot be read. */
export async function openMagentoTables(
    settings: TableSettings, notice: (sentence: string) => void, openAt: (address: DatabaseAddress) => Promise<Database> = openDatabase
): Promise<MagentoTables | undefined> {

    const { magentoDb: address, accounts: { kind }, profile, magentoDbRefreshSeconds } = settings;
    if (address === undefined) {
        return undefined;
    }

    const withAccounts = kind === 'magento-db';
    const table = tableNames(address.prefix);
    const outage = oncePerOutage('Magento\'s database', notice);
    const database = await openAt(address);
    const read = async () => {

        const view = viewOf(await readTables(database, table, withAccounts));
        outage.end();
        return view;
    };

    const tables = await orClose(database, () => openRefreshed({ read, onFailed: outage.begin, pauseMs: magentoDbRefreshSeconds * 1_000 }));
    const { current, reloadOnceIn, watch } = tables;
    const source = createTableAccounts({ database, table, shop: () => current().shop, hasLocks: profile === '2.4', onFailed: outage.begin });

    const findRole = (callerId: string): ReadonlySet<string> | undefined => {

        const { admins, numbers, roleOf } = current();
        const number = admins.has(callerId) ? callerId : numbers.get(callerId);
        return number === undefined ? undefined : roleOf(number);
    };

    const roleOf: MagentoTables['roleOf'] = async (callerId) => {

        const role = findRole(callerId);
        if (role !== undefined || isNameless(callerId)) {
            return role;
        }

        // Perhaps one who is new

        await reloadOnceIn(strangerPauseMs);
        return findRole(callerId) ?? noRole;
    };

    if (withAccounts) {
        await orClose(database, () => Promise.all([source.find('admin', ''), source.find('customer', '')]));
    }

    const count = () => `${current().admins.size} active admins`;
    notice(`Roles of admins come from Magento's tables (${count()}), read every ${magentoDbRefreshSeconds} s`);

    return {
        roleOf,
        accounts: { source, roleOf: async (adminId) => await roleOf(adminId) ?? noRole },
        async reload() {

            const reload = await tables.reload();
            if (reload.kind === 'swapped') {
                notice(`Magento's tables were read again: ${count()}`);
            }

            return reload;
        },
        watch,
        async stop() {

            await tables.stop();
            await database.close();
        }
    };
}

function viewOf({ admins, shop, ...tables }: Tables): View {

    const roleOf = createTableRoles(tables);
    const numbers = new Map<string, string | undefined>();
    for (const { id, username } of admins) {
        const name = callerIdOf(username) ?? '';
        numbers.set(name, numbers.has(name) ? undefined : id);
    }

    return {
        roleOf: (adminId) => noteOrigin(roleOf(adminId), 'magento-tables'),
        admins: new Set(admins.map(({ id }) => id)),
        numbers,
        shop: createShop(shop ?? { config: undefined, stores: [], defaultWebsite: undefined })
    };
}

/** Closes the database where what follows its opening fails. */
async function orClose<Value>(database: Database, run: () => Promise<Value>): Promise<Value> {

    try {
        return await run();
    }
    catch (error) {
        await database.close();
        throw error;
    }
}
