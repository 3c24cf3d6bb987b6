import type { Settings } from './table.js';


/** Says which settings, each sound by itself, cannot be meant together; undefined where all can. */
export function findClash({ accounts: { kind }, adopt, magentoDb, upstream }: Pick<Settings, 'accounts' | 'adopt' | 'magentoDb' | 'upstream'>): string | undefined {

    if (kind === 'upstream' && upstream === undefined) {
        return 'POSTERN_ACCOUNTS was "upstream" and POSTERN_UPSTREAM is not set: name the service whose accounts they are';
    }

    if (kind === 'magento-db' && magentoDb === undefined) {
        return 'POSTERN_ACCOUNTS was "magento-db" and POSTERN_MAGENTO_DB is not set: name the database whose accounts they are';
    }

    if (adopt.kind === 'on' && kind !== 'upstream') {
        return 'POSTERN_ADOPT was set and POSTERN_ACCOUNTS is not "upstream": only the service that issued a token can tell whose it is';
    }

    return magentoDb !== undefined && (kind === 'redis' || kind === 'file') ?
        `POSTERN_MAGENTO_DB was set and POSTERN_ACCOUNTS is "${kind}", whose admins have roles of their own: it may be "upstream" or "magento-db"` :
        undefined;
}
