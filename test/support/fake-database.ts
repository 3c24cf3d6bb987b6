import type { Database, Row, Select } from '../../gateway/tables/database.js';
import type { MagentoTables } from '../../gateway/tables/open.js';


export interface FakeDatabase extends Database {
    /** What was asked, with the values. */
    readonly asked: readonly string[];
    readonly closed: () => boolean;
}

/** A database that answers by the first table that a statement names: with rows, or with what it throws. */
export function fakeDatabase(tables: Readonly<Record<string, readonly Row[] | Error>>): FakeDatabase {

    const asked: string[] = [];
    let isClosed = false;
    const select: Select = (sql, values = []) => {

        asked.push([sql, ...values].join(' | '));
        const rows = tables[/FROM `(\w+)`/.exec(sql)?.[1] ?? ''] ?? [];
        return rows instanceof Error ? Promise.reject(rows) : Promise.resolve(rows);
    };

    return {
        asked, select,
        closed: () => isClosed,
        selectAtOnce: (run) => run(select),
        close() {

            isClosed = true;
            return Promise.resolve();
        }
    };
}

/** Tables of which the roles of some admins are all that is known. */
export function fakeTables(roles: Readonly<Record<string, readonly string[]>>): MagentoTables {

    const roleOf = (adminId: string) => Promise.resolve(new Set(roles[adminId] ?? []));
    return {
        roleOf,
        accounts: { roleOf, source: { find: () => Promise.resolve(undefined), replaceHash: () => Promise.resolve() } },
        reload: () => Promise.resolve({ kind: 'swapped' }),
        watch: () => undefined,
        stop: () => Promise.resolve()
    };
}
