/** A row of `core_config_data`. */
export interface ConfigRow {
    readonly scope: string;
    readonly scopeId: number;
    readonly path: string;
    readonly value: string;
}

export interface ShopTables {
    /** Undefined where they may not be read. */
    readonly config: readonly ConfigRow[] | undefined;
    /** Every store view but the admin's own: its code and its website. */
    readonly stores: readonly { readonly code: string; readonly website: number }[];
    /** The one that is asked for where nothing else is said. */
    readonly defaultWebsite: number | undefined;
}

/** What decides which customer somebody is who signs in. */
export interface Shop {
    /** The website whose customers sign in at a store view (SPEC 4.5); `any` where accounts are shared by all; undefined: nobody's. */
    readonly websiteOf: (store: string | undefined) => number | 'any' | undefined;
    /** Whether a website's customers must have confirmed their e-mail address (SPEC 13.3). */
    readonly mustConfirm: (website: number) => boolean;
}

/** The settings of Magento's that are read. */
export const sharingPath = 'customer/account_share/scope';
export const confirmPaths = ['customer/create_account/confirm', 'customer/account_information/confirm'] as const;

/** Makes the shop. Settings that may not be read count as the strictest: customers are those of one website, and confirmed. */
export function createShop({ config, stores, defaultWebsite }: ShopTables): Shop {

    const valueOf = (path: string, scope: string, scopeId: number) => config?.find((row) => row.path === path && row.scope === scope && row.scopeId === scopeId)?.value;
    const isShared = valueOf(sharingPath, 'default', 0) === '0';
    const websites = new Map(stores.map(({ code, website }) => [code, website]));

    return {
        websiteOf(store) {

            if (isShared) {
                return 'any';
            }

            return store === undefined || store === 'all' ? defaultWebsite : websites.get(store);
        },
        mustConfirm: (website) => config === undefined || confirmPaths.some((path) => (valueOf(path, 'websites', website) ?? valueOf(path, 'default', 0)) === '1')
    };
}
