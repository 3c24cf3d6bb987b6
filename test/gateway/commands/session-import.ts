import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { runPostern } from '../../../gateway/commands/postern.js';
import { runWords } from '../../support/command.js';
import { blockOf } from '../../support/document.js';
import { roni, startMagentoGateway } from '../../support/magento-gateway.js';
import { createShopTables } from '../../support/magento-tables.js';
import { hasMariadb, startMariadb } from '../../support/mariadb.js';
import { startRedis } from '../../support/redis.js';
import type { TestRedis } from '../../support/redis.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { after, before, beforeEach, describe, it } = lab;

const token = (letter: string) => letter.repeat(32);
const header = 'token\tcustomer_id\tadmin_id\ttype\trevoked\tuser_type\tcreated_at';

/** A time as the database writes it. */
const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString().slice(0, 19).replace('T', ' ');

describe('session import', { timeout: 30_000 }, () => {

    let redis: TestRedis;
    let folder: string;
    let file: string;

    before(async () => {

        redis = await startRedis();
        folder = await mkdtemp(join(tmpdir(), 'postern-import-'));
        file = join(folder, 'tokens.tsv');
    });

    beforeEach(() => redis.cli('FLUSHALL'));

    after(async () => {

        await redis.stop();
        await rm(folder, { recursive: true });
    });

    const run = (words: readonly string[] = [], env: Readonly<Record<string, string>> = {}, isTTY = false) => {

        return runWords(runPostern, ['session', 'import', file, ...words], { env: { POSTERN_REDIS: redis.socket, ...env }, isTTY });
    };

    const write = (...rows: readonly string[]) => writeFile(file, [header, ...rows, ''].join('\n'));
    const rowOf = (letter: string, id: number, seconds = 10) => `${token(letter)}\t${id}\tNULL\taccess\t0\t3\t${ago(seconds)}`;

    it('makes sessions of what can be called with, counts the rest, and may be run again', async () => {

        await write(rowOf('a', 5), `${token('b')}\tNULL\t1\taccess\t0\t2\t${ago(7_200)}`, rowOf('c', 6, 7_200), `${token('d')}\t5\tNULL\taccess\t1\t3\t${ago(10)}`, `${token('e')}\tNULL\tNULL\taccess\t0\t1\t${ago(10)}`);
        expect(await run(['--dry-run'])).to.equal({
            code: 0, stderr: '',
            stdout: 'Nothing was written. Sessions to add: 2, there already: 0, ended here before: 0.\nRows left out: revoked: 1, expired: 1, of integrations: 1, not for access: 0.\n'
        });
        expect(await redis.cli('DBSIZE')).to.equal('0');

        expect((await run()).stdout).to.startWith('Sessions added: 2, there already: 0, ended here before: 0.\n');
        expect(Number(await redis.cli('TTL', 'postern:customer:5'))).to.be.within(3_580, 3_590);
        expect(Number(await redis.cli('TTL', 'postern:admin:1'))).to.be.within(7_190, 7_200);
        expect(await redis.cli('EXISTS', 'postern:customer:6')).to.equal('0');

        await redis.cli('DEL', 'postern:admin:1');
        const { stdout } = await run(['--json']);
        expect(JSON.parse(stdout)).to.equal({ added: 0, ended: 1, same: 1, expired: 1, integration: 1, 'not-access': 0, revoked: 1 });
        expect(await redis.cli('EXISTS', 'postern:admin:1')).to.equal('0');
    });

    it('keeps nothing of a token that anybody could use', async () => {

        await write(rowOf('a', 5));
        await run();
        const keys = (await redis.cli('KEYS', '*')).split('\n');
        expect(keys).to.have.length(3);
        const dump = [...keys, await redis.cli('HGETALL', 'postern:customer:5'), await redis.cli('GET', keys.find((key) => key.includes('adopted')) ?? ''), await redis.cli('XRANGE', 'postern:audit', '-', '+')].join();
        expect(dump).to.contain('sessions-imported').and.to.not.contain(token('a').slice(0, 8));
    });

    it('goes by the lifetimes of Magento\'s that it is told, and by the gate\'s own limits', async () => {

        await write(rowOf('a', 5, 90_000), rowOf('b', 5, 100_000), rowOf('c', 5, 80_000));
        expect((await run(['--customer-lifetime', '0'], { POSTERN_CUSTOMER_SESSIONS: '2', POSTERN_CUSTOMER_LIFETIME: '10m' })).stdout).to.startWith('Sessions added: 3,');
        expect(await redis.cli('HLEN', 'postern:customer:5')).to.equal('2');
        expect(Number(await redis.cli('TTL', 'postern:customer:5'))).to.be.within(590, 600);
        expect((await run(['--customer-lifetime', '0', '--json'])).stdout).to.contain('"ended":1,"same":2');
        expect(await run(['--customer-lifetime', 'soon'])).to.include({ code: 2 });
        expect(await run(['--admin-lifetime', 'soon'])).to.include({ code: 2 }).and.to.include({ stderr: 'A lifetime may be a span of at most 3650 days such as "90s", "15m", "4h" or "30d", or "0": never\n' });
    });

    it('counts on a terminal', async () => {

        await write(rowOf('a', 5), rowOf('b', 6));
        expect((await run([], {}, true)).stderr).to.equal('\r1 of 2\r2 of 2\n');
    });

    it('writes nothing while a line is wrong, or the file cannot be read', async () => {

        await write(rowOf('a', 5), rowOf('B', 5), rowOf('c', 0));
        expect(await run()).to.equal({
            code: 1, stdout: '',
            stderr: `${file}:3: "token" must be 32 characters of 0-9 and a-z\n${file}:4: "customer_id" must be a positive whole number\nNothing was written.\n`
        });
        expect(await redis.cli('DBSIZE')).to.equal('0');
        await rm(file);
        expect((await run()).stderr).to.startWith('The file cannot be read: ENOENT');
    });

    it('lets apps go on with the tokens that they have, and asks Magento about none', async () => {

        const gate = await startMagentoGateway({ POSTERN_REDIS: `redis+unix://${redis.socket}` }, { tokens: 'opaque' });
        const issue = async () => await (await fetch(`${gate.magento.url}/rest/V1/integration/customer/token`, { method: 'POST', body: JSON.stringify({ username: roni[0], password: roni[1] }) })).json() as string;
        const [known, unknown] = [await issue(), await issue()];
        await writeFile(file, `${header}\twebsite_id\n${known}\t5\tNULL\taccess\t0\t3\t${ago(1)}\t1\n`);
        expect((await run()).code).to.equal(0);
        gate.magento.reached.length = 0;

        for (let i = 0; i < 3; ++i) {
            expect(await (await gate.fetch('/rest/V1/customers/me', { token: known })).json()).to.include({ id: 5 });
        }

        expect(gate.magento.reached).to.have.length(3);
        expect(gate.magento.reached[0]?.headers).to.include({ authorization: `Bearer ${known}`, 'x-caller-type': 'customer', 'x-caller-id': '5' });
        expect((await gate.fetch('/rest/fr/V1/customers/me', { token: known })).status).to.equal(401);
        expect((await gate.fetch('/rest/V1/customers/me', { token: unknown })).status).to.equal(401);
        expect((await gate.fetch('/rest/V1/customers/me', { token: 'nonsense' })).status).to.equal(401);
        expect(gate.magento.reached).to.have.length(3);

        // Ended here, and ended there

        await redis.cli('DEL', 'postern:customer:5');
        await until(async () => (await gate.fetch('/rest/V1/customers/me', { token: known })).status === 401);
        await writeFile(file, `${header}\n${unknown}\t5\tNULL\taccess\t0\t3\t${ago(1)}\n`);
        await run();
        await until(async () => (await gate.sessions.list('customer', '5')).length === 1);
        gate.magento.revoke('customer', 5);
        await gate.fetch('/rest/V1/customers/me', { token: unknown });
        expect((await gate.fetch('/rest/V1/customers/me', { token: unknown })).status).to.equal(401);
        await gate.stop();
    });

    it('takes what the statement of API.md prints', { skip: !hasMariadb, timeout: 60_000 }, async () => {

        const server = await startMariadb();
        const shop = await createShopTables(server);
        await shop.sql(`
            CREATE TABLE oauth_token (entity_id int unsigned AUTO_INCREMENT PRIMARY KEY, consumer_id int unsigned, admin_id int unsigned, customer_id int unsigned, type varchar(16) NOT NULL, token varchar(32) NOT NULL UNIQUE,
                secret varchar(128) NOT NULL, verifier varchar(32), callback_url text NOT NULL, revoked smallint unsigned NOT NULL DEFAULT 0, authorized smallint unsigned NOT NULL DEFAULT 0, user_type int, created_at timestamp NOT NULL DEFAULT current_timestamp());
            CREATE TABLE jwt_auth_revoked (user_type_id int unsigned NOT NULL, user_id int unsigned NOT NULL, revoke_before bigint unsigned NOT NULL, PRIMARY KEY (user_type_id, user_id));
            INSERT INTO oauth_token (admin_id, customer_id, consumer_id, type, token, secret, callback_url, revoked, user_type) VALUES (NULL, 5, NULL, 'access', '${token('a')}', 's', '', 0, 3),
                (2, NULL, NULL, 'access', '${token('b')}', 's', '', 0, 2), (NULL, 6, NULL, 'access', '${token('c')}', 's', '', 0, 3), (NULL, NULL, 1, 'access', '${token('d')}', 's', '', 0, 1), (NULL, 5, NULL, 'access', '${token('e')}', 's', '', 1, 3);
            INSERT INTO jwt_auth_revoked VALUES (3, 6, UNIX_TIMESTAMP() + 1)`);
        const lines = blockOf(await readFile('API.md', 'utf8'), 'sh', 'oauth_token').replaceAll('mysql ', `mariadb --no-defaults -S ${server.socket} -u root `).replace('> tokens.tsv', `> ${file}`).split('\n').filter((line) => !line.startsWith('npx'));
        await promisify(execFile)('bash', ['-e', '-c', lines.join('\n')], { env: { ...process.env, TZ: 'America/New_York' } });
        await server.stop();

        expect((await run(['--json'])).stdout).to.equal('{"added":2,"ended":0,"same":0,"expired":0,"integration":1,"not-access":0,"revoked":1}\n');
        expect(await redis.cli('HVALS', 'postern:customer:5')).to.match(/^\d+\+(?:1h|60m|\d+s)@1\.1\.1 /);
    });
});
