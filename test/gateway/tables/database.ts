import { readFileSync } from 'node:fs';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import type { PoolOptions } from 'mysql2/promise';

import type { DatabaseAddress } from '../../../gateway/tables/address.js';
import type { Pool } from '../../../gateway/tables/database.js';
import { DatabaseError, openDatabase } from '../../../gateway/tables/database.js';
import type { TestMariadb } from '../../support/mariadb.js';
import { hasMariadb, startMariadb } from '../../support/mariadb.js';
import { findFreePort } from '../../support/redis.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

const address: DatabaseAddress = { host: '127.0.0.1', port: 3306, user: 'u', password: 'hunter2', database: 'magento', prefix: '' };

/** A pool that notes what is asked of it; whatever `faults` names rejects. */
function notePool(faults: Readonly<Record<string, Error>> = {}): { readonly notes: string[]; readonly options: PoolOptions[]; readonly make: (options: PoolOptions) => Pool } {

    const notes: string[] = [];
    const options: PoolOptions[] = [];
    const note = <Value>(name: string, value: Value): Promise<Value> => {

        notes.push(name);
        return faults[name] === undefined ? Promise.resolve(value) : Promise.reject(faults[name]);
    };

    const connection: Awaited<ReturnType<Pool['getConnection']>> = {
        query: (sql) => note(sql, undefined),
        execute: ({ sql, values }) => note([sql, ...values].join(' '), [[{ sql }], []]),
        release: () => notes.push('release'),
        destroy: () => notes.push('destroy')
    };

    const make = (given: PoolOptions): Pool => {

        options.push(given);
        return { getConnection: () => note('connect', connection), end: () => note('end', undefined) };
    };

    return { notes, options, make };
}

const readOnly = 'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY';

describe('openDatabase()', () => {

    const named = (message: string, code: unknown) => Object.assign(new Error(message), { code });

    it('reads, and says first that nothing is to be written', async () => {

        const { notes, options, make } = notePool();
        const database = await openDatabase({ ...address, socket: '/run/db.sock' }, make);
        expect(await database.select('SELECT 1', ['a'])).to.equal([{ sql: 'SELECT 1' }]);
        await database.close();
        expect(notes).to.equal(['connect', readOnly, 'SELECT 1 a', 'release', 'end']);
        expect(options[0]).to.include({ host: '127.0.0.1', port: 3306, user: 'u', password: 'hunter2', database: 'magento', socketPath: '/run/db.sock' });
        expect(options[0]?.ssl).to.be.undefined();
    });

    it('reads several things as they are at one moment', async () => {

        const { notes, make } = notePool();
        const { selectAtOnce } = await openDatabase(address, make);
        expect(await selectAtOnce(async (select) => [await select('A'), await select('B')])).to.equal([[{ sql: 'A' }], [{ sql: 'B' }]]);
        expect(notes).to.equal(['connect', readOnly, 'START TRANSACTION WITH CONSISTENT SNAPSHOT', 'A', 'B', 'COMMIT', 'release']);
    });

    it('encrypts where it is told to, and wants to see whom it talks to', async () => {

        const { options, make } = notePool();
        await openDatabase({ ...address, tls: {} }, make);
        await openDatabase({ ...address, tls: { ca: 'LICENSE' } }, make);
        expect(options.map(({ ssl }) => ssl)).to.equal([{ verifyIdentity: true }, { verifyIdentity: true, ca: readFileSync('LICENSE', 'utf8') }]);
        await expect(openDatabase({ ...address, tls: { ca: '/nonexistent/ca.pem' } }, make)).to.reject(/ENOENT.*\/nonexistent\/ca\.pem/);
    });

    it('takes a connection no more on which something failed, and says what, without password', async () => {

        for (const place of ['connect', readOnly, 'SELECT 1']) {
            const { notes, make } = notePool({ [place]: named('no', 'ER_NO') });
            const { select } = await openDatabase(address, make);
            const error = await expect(select('SELECT 1')).to.reject(DatabaseError, 'The database "magento" at 127.0.0.1:3306 cannot be read: no');
            expect(error.code).to.equal('ER_NO');
            expect(notes.at(-1)).to.equal(place === 'connect' ? 'connect' : 'destroy');
        }
    });

    it('says the code where there is no more to say', async () => {

        const { select } = await openDatabase(address, notePool({ connect: named('', 'ECONNREFUSED') }).make);
        await expect(select('SELECT 1')).to.reject(DatabaseError, 'The database "magento" at 127.0.0.1:3306 cannot be read: ECONNREFUSED');
    });

    it('lets a mistake of its own be seen', async () => {

        for (const fault of [new TypeError('no such thing'), named('no such thing', 5)]) {
            const { select } = await openDatabase(address, notePool({ 'SELECT 1': fault }).make);
            expect(await expect(select('SELECT 1')).to.reject('no such thing')).to.shallow.equal(fault);
        }
    });

    it('says that nobody listens', async () => {

        const port = await findFreePort();
        const database = await openDatabase({ ...address, port });
        await expect(database.select('SELECT 1')).to.reject(DatabaseError, new RegExp(`^The database "magento" at 127\\.0\\.0\\.1:${port} cannot be read: .*ECONNREFUSED`));
        await database.close();
    });
});

describe('openDatabase() and MariaDB', { skip: !hasMariadb }, () => {

    let server: TestMariadb;

    before(async () => {

        server = await startMariadb();
        await server.sql('CREATE DATABASE magento; CREATE TABLE magento.t (id int PRIMARY KEY, name varchar(20)); INSERT INTO magento.t VALUES (1, "a"), (2, NULL); '
            + 'CREATE USER postern IDENTIFIED BY "hunter2"; GRANT ALL ON magento.* TO postern; CREATE USER sealed IDENTIFIED BY "hunter2" REQUIRE SSL; GRANT SELECT ON magento.* TO sealed;');
    });

    after(() => server.stop());

    const at = (): DatabaseAddress => ({ ...address, user: 'postern', port: server.port });

    it('reads by port and by socket', async () => {

        for (const place of [at(), { ...at(), host: 'localhost', port: 1, socket: server.socket }]) {
            const database = await openDatabase(place);
            expect(await database.select('SELECT id, name FROM t WHERE id < ? ORDER BY id', ['3'])).to.equal([{ id: 1, name: 'a' }, { id: 2, name: null }]);
            await database.close();
        }
    });

    it('writes nothing, whatever its user may do', async () => {

        const database = await openDatabase(at());
        await expect(database.select('INSERT INTO t VALUES (3, "b")')).to.reject(DatabaseError, /READ ONLY transaction/);
        await expect(database.selectAtOnce((select) => select('DELETE FROM t'))).to.reject(DatabaseError, /READ ONLY transaction/);
        expect(await database.select('SELECT COUNT(*) AS n FROM t')).to.equal([{ n: 2 }]);
        await database.close();
    });

    it('sees nothing that changes meanwhile', async () => {

        const database = await openDatabase(at());
        const counts = await database.selectAtOnce(async (select) => {

            const before = await select('SELECT COUNT(*) AS n FROM t');
            await server.sql('INSERT INTO magento.t VALUES (9, "c")');
            return [before, await select('SELECT COUNT(*) AS n FROM t')];
        });
        expect(counts).to.equal([[{ n: 2 }], [{ n: 2 }]]);
        await server.sql('DELETE FROM magento.t WHERE id = 9');
        await database.close();
    });

    it('sends values as values', async () => {

        const database = await openDatabase(at());
        for (const value of ['\' OR 1=1 -- ', '\\\' OR 1=1 -- ', '1; DROP TABLE t', '%', 'a\0']) {
            expect(await database.select('SELECT id FROM t WHERE name = ?', [value]), value).to.equal([]);
        }

        await database.close();
    });

    it('says why it is not let in, without password', async () => {

        const database = await openDatabase({ ...at(), password: 'wrong-password' });
        const { message } = await expect(database.select('SELECT 1')).to.reject(DatabaseError, /cannot be read: Access denied for user 'postern'/);
        expect(message).to.not.contain('wrong-password');
        await database.close();
    });

    it('encrypts, and knows whom it talks to', async () => {

        const sealed = { ...at(), user: 'sealed' };
        const plain = await openDatabase(sealed);
        await expect(plain.select('SELECT 1')).to.reject(DatabaseError, /Access denied/);
        const strange = await openDatabase({ ...sealed, tls: {} });
        await expect(strange.select('SELECT 1')).to.reject(DatabaseError, /self-signed certificate/);
        const known = await openDatabase({ ...sealed, host: 'localhost', tls: { ca: server.ca } });
        expect(await known.select('SELECT id FROM t WHERE id = 1')).to.equal([{ id: 1 }]);
        await Promise.all([plain.close(), strange.close(), known.close()]);
    });
});
