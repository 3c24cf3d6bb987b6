import type { PosternOptions } from '../plugin/options.js';
import type { Magento } from './magento/open.js';
import type { Surroundings } from './surroundings.js';
import type { MagentoTables } from './tables/open.js';


/** Where accounts and roles of Magento's own are found: by asking it, and in its tables. */
export interface Sources {
    readonly magento: Magento;
    readonly tables: MagentoTables | undefined;
}

/** The accounts as the plugin takes them, and where their roles are. */
export function accountsFrom(accounts: Surroundings['accounts'], { magento, tables }: Sources): NonNullable<PosternOptions['accounts']> {

    switch (accounts) {
        case 'upstream':
            return { ...magento.accounts, ...tables !== undefined && { roleOf: tables.roleOf } };
        case 'magento-db':
            if (tables === undefined) {
                throw new Error('The accounts are those of Magento\'s database, and POSTERN_MAGENTO_DB does not say where that is');
            }

            return tables.accounts;
        default:
            return accounts;
    }
}
