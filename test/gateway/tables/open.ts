import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { originOf } from '../../../gateway/role-origin.js';
import { readSettings } from '../../../gateway/settings.js';
import { DatabaseError } from '../../../gateway/tables/database.js';
import type { Row } from '../../../gateway/tables/database.js';
import { openMagentoTables } from '../../../gateway/tables/open.js';
import { runPostern } from '../../../gateway/commands/postern.js';
import { runWords } from '../../support/command.js';
import { fakeDatabase } from '../../support/fake-database.js';
import { boss, clerk, roni, startMagentoGateway } from '../../support/magento-gateway.js';
import type { MagentoGateway } from '../../support/magento-gateway.js';
import { createShopTables } from '../../support/magento-tables.js';
import { magentoPolicy } from '../../support/magento.js';
import { hasMariadb, startMariadb } from '../../support/mariadb.js';
import type { TestMariadb } from '../../support/mariadb.js';
import { startRedis } from '../../support/redis.js';
import type { TestRedis } from '../../support/redis.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { after, before, beforeEach, describe, it } = lab;

type Content = Record<string, readonly Row[] | Error>;

const away = new DatabaseError('no answer', 'ECONNRESET', undefined);

/** Two admins, of whom one may do everything; `content` may be changed while they are open. */
function shop(): Content {

    return {
        admin_user: [{ user_id: 1, username: 'Boss' }, { user_id: 2, username: 'clerk' }, { user_id: 4, username: 'roleless' }],
        authorization_role: [
            { role_id: 1, parent_id: 0, role_type: 'G', user_id: 0, user_type: '2' }, { role_id: 2, parent_id: 1, role_type: 'U', user_id: 1, user_type: '2' },
            { role_id: 3, parent_id: 0, role_type: 'G', user_id: 0, user_type: '2' }, { role_id: 4, parent_id: 3, role_type: 'U', user_id: 2, user_type: '2' }, { role_id: 5, parent_id: 1, role_type: 'U', user_id: 3, user_type: '2' }
        ],
        authorization_rule: [{ role_id: 1, resource_id: 'Magento_Backend::all', permission: 'allow' }, { role_id: 3, resource_id: 'Magento_Sales::sales', permission: 'allow' }]
    };
}

describe('openMagentoTables()', () => {

    const open = async (content: Content, settings: Readonly<Record<string, string>> = {}) => {

        const notices: string[] = [];
        const database = fakeDatabase(content);
        const tables = await openMagentoTables(readSettings({
            POSTERN_MAGENTO_DB: 'mysql://postern:hunter2@db/magento', POSTERN_ACCOUNTS: 'upstream', POSTERN_UPSTREAM: 'http://127.0.0.1:9', ...settings
        }), (sentence) => notices.push(sentence), () => Promise.resolve(database));
        return { tables: tables!, notices, database };
    };

    const list = async (role: Promise<ReadonlySet<string> | undefined>) => [...await role ?? ['unknown']];

    it('opens nothing where there is no address', async () => {

        expect(await openMagentoTables(readSettings({}), () => undefined)).to.be.undefined();
    });

    it('says why it cannot be opened, and closes what it opened', async () => {

        const settings = readSettings({ POSTERN_MAGENTO_DB: 'mysql://postern:hunter2@127.0.0.1:1/magento', POSTERN_ACCOUNTS: 'upstream' });
        const { message } = await expect(openMagentoTables(settings, () => undefined)).to.reject(DatabaseError, /^The database "magento" at 127\.0\.0\.1:1 cannot be read: /);
        expect(message).to.not.contain('hunter2');

        for (const [table, accounts] of [['admin_user', 'upstream'], ['customer_entity', 'magento-db']] as const) {
            const database = fakeDatabase({ ...shop(), [table]: away });
            await expect(openMagentoTables({ ...settings, accounts: { kind: accounts } }, () => undefined, () => Promise.resolve(database))).to.reject('no answer');
            expect(database.closed()).to.be.true();
        }
    });

    it('knows the roles of active admins, by number and by name, and says that it does', async () => {

        const { tables, notices, database } = await open(shop());
        expect(notices).to.equal(['Roles of admins come from Magento\'s tables (3 active admins), read every 60 s']);
        expect(await list(tables.roleOf('1'))).to.equal(['Magento_Backend::all']);
        expect(await list(tables.roleOf('boss'))).to.equal(['Magento_Backend::all']);
        expect(await list(tables.roleOf('2'))).to.equal(['Magento_Sales::sales']);
        expect(originOf(await tables.roleOf('2') ?? new Set())).to.equal('magento-tables');
        expect(database.asked).to.have.length(3);
        await tables.stop();
        expect(database.closed()).to.be.true();
    });

    it('gives no role to whom it does not know, and leaves to others who cannot be known', async () => {

        const { tables } = await open(shop());
        for (const stranger of ['3', '4', '9', 'nobody', 'BOSS', '']) {
            expect(await list(tables.roleOf(stranger)), stranger).to.equal([]);
        }

        expect(await tables.roleOf('token-q7m2k9ax')).to.be.undefined();
        expect(await list(tables.accounts.roleOf('token-q7m2k9ax'))).to.equal([]);
        expect(await list(tables.accounts.roleOf('2'))).to.equal(['Magento_Sales::sales']);
        await tables.stop();
    });

    it('takes two who are alike for nobody, by name', async () => {

        const content = shop();
        content['admin_user'] = [{ user_id: 1, username: 'boss' }, { user_id: 2, username: 'ＢＯＳＳ' }, { user_id: 5, username: '7' }, { user_id: 6, username: 'x'.repeat(200) }];
        const { tables } = await open(content);
        expect(await list(tables.roleOf('boss'))).to.equal([]);
        expect(await list(tables.roleOf('2'))).to.equal(['Magento_Sales::sales']);
        await tables.stop();
    });

    it('keeps what it read last while the database is away, and says so once', async () => {

        const content = shop();
        const { tables, notices } = await open(content);
        content['authorization_rule'] = away;
        await tables.reload();
        await tables.reload();
        expect(await list(tables.roleOf('2'))).to.equal(['Magento_Sales::sales']);
        content['authorization_rule'] = [];
        await tables.reload();
        expect(await list(tables.roleOf('2'))).to.equal([]);
        expect(notices.slice(1)).to.equal(['Magento\'s database is away: no answer', 'Magento\'s database is back', 'Magento\'s tables were read again: 3 active admins']);
        await tables.stop();
    });

    it('reads them for an admin who is new, and not again at once for one who is nobody', async () => {

        const content = shop();
        const { tables, database } = await open(content);
        content['authorization_role'] = [{ role_id: 7, parent_id: 1, role_type: 'U', user_id: 8, user_type: '2' }, ...shop()['authorization_role'] as Row[]];
        content['admin_user'] = [{ user_id: 8, username: 'new' }];
        expect(await list(tables.roleOf('8'))).to.equal([]);
        const now = performance.now.bind(performance);
        try {
            performance.now = () => now() + 5_000;
            expect(await list(tables.roleOf('8'))).to.equal(['Magento_Backend::all']);
            expect(await list(tables.roleOf('9'))).to.equal([]);
            expect(await list(tables.roleOf('9'))).to.equal([]);
        }
        finally {
            performance.now = now;
        }

        expect(database.asked).to.have.length(6);
        await tables.stop();
    });

    it('reads them from time to time', { timeout: 10_000 }, async () => {

        const content = shop();
        const { tables } = await open(content, { POSTERN_MAGENTO_DB_REFRESH: '1s' });
        tables.watch();
        content['authorization_rule'] = [];
        await until(async () => (await list(tables.roleOf('2'))).length === 0);
        await tables.stop();
    });

    it('finds accounts there, and hears of an outage when somebody signs in', async () => {

        const content = { ...shop(), store: [{ code: 'default', website_id: 1 }], store_website: [{ website_id: 1 }] } as Content;
        const { tables, notices } = await open(content, { POSTERN_ACCOUNTS: 'magento-db', POSTERN_PROFILE: '2.0' });
        content['customer_entity'] = [{ entity_id: 5, email: 'roni@example.com', website_id: 1, store_id: 1, group_id: 1, password_hash: 'h', confirmation: null, locked: 0 }];
        expect((await tables.accounts.source.find('customer', 'roni@example.com'))?.id).to.equal('5');
        content['customer_entity'] = away;
        await expect(tables.accounts.source.find('customer', 'roni@example.com')).to.reject('no answer');
        expect(notices.slice(1)).to.equal(['Magento\'s database is away: no answer']);
        await tables.stop();
    });
});

describe('POSTERN_MAGENTO_DB', { skip: !hasMariadb, timeout: 60_000 }, () => {

    let server: TestMariadb;
    let redis: TestRedis;

    before(async () => {

        [server, redis] = await Promise.all([startMariadb(), startRedis()]);
    });

    beforeEach(() => redis.cli('FLUSHALL'));

    after(() => Promise.all([server.stop(), redis.stop()]));

    const start = (address: string, accounts: string) => startMagentoGateway({ POSTERN_MAGENTO_DB: address, POSTERN_ACCOUNTS: accounts, POSTERN_REDIS: `redis+unix://${redis.socket}`, POSTERN_BCRYPT_COST: '4' });
    const statusOf = async (gate: MagentoGateway, path: string, token: string) => (await gate.fetch(`/rest/V1/${path}`, { token })).status;

    it('has admins refused at the edge as Magento would refuse them, and Magento asked for the rest', async () => {

        const shop = await createShopTables(server);
        const gate = await start(shop.address, 'upstream');
        const [all, some] = [await gate.logIn(...boss), await gate.logIn(...clerk)];
        gate.magento.behaviour.tokens = 'opaque';
        const named = await gate.logIn('Clerk', clerk[1]);
        gate.magento.reached.length = 0;
        expect([await statusOf(gate, 'orders', all), await statusOf(gate, 'customers/5', some), await statusOf(gate, 'customers/5', named)]).to.equal([200, 200, 200]);
        expect(gate.magento.reached).to.have.length(3);
        expect([await statusOf(gate, 'orders', some), await statusOf(gate, 'orders', named)]).to.equal([401, 401]);
        expect(gate.magento.reached).to.have.length(3);

        // What is changed in Magento counts at the next reading; a role in Redis goes before it

        await shop.sql('UPDATE authorization_rule SET permission = "allow" WHERE role_id = 3 AND resource_id = "Magento_Sales::actions_view"; DELETE FROM authorization_rule WHERE role_id = 1');
        expect(await statusOf(gate, 'orders', all)).to.equal(200);
        await gate.reload();
        expect([await statusOf(gate, 'orders', all), gate.magento.reached.length]).to.equal([401, 4]);
        expect([await statusOf(gate, 'orders', some), gate.magento.reached.length]).to.equal([401, 5]);
        await redis.cli('SADD', 'postern:role:admin:2', 'Magento_Catalog::products');
        await until(async () => (await gate.fetch('/rest/V1/customers/5', { token: some })).status === 401);
        expect(gate.notices).to.include('Magento\'s tables were read again: 3 active admins');
        await gate.stop();
    });

    it('holds on to what it knows while the database is away', async () => {

        const shop = await createShopTables(server, 'm2_');
        const gate = await start(shop.address, 'upstream');
        const token = await gate.logIn(...clerk);
        await server.crash();
        await gate.reload();
        await gate.reload();
        expect([await statusOf(gate, 'customers/5', token), await statusOf(gate, 'products', token)]).to.equal([200, 401]);
        await expect(start(shop.address, 'upstream')).to.reject(/^The database "magento" at 127\.0\.0\.1:\d+ cannot be read: /);
        await server.restart();
        await gate.reload();
        expect(gate.notices.filter((notice) => notice.startsWith('Magento\'s database is')).map((notice) => notice.replace(/:.*/, ''))).to.equal(['Magento\'s database is away', 'Magento\'s database is back']);
        await gate.stop();
    });

    it('lets in whom Magento would let in, with the passwords of its tables', async () => {

        const shop = await createShopTables(server);
        const gate = await start(shop.address, 'magento-db');
        const logIn = async (username: string, password: string, store = 'default') => {

            const answer = await gate.post(`/rest/${store}/V1/integration/${username.includes('@') ? 'customer' : 'admin'}/token`, { username, password });
            const content = await answer.json() as string | { readonly message: string };
            return typeof content === 'string' ? /^ptn_(\w+)\./.exec(content)?.[1] : `${answer.status} ${content.message.slice(0, 8)}`;
        };

        expect(await logIn('RONI_cost@example.com', 'roni_cost3@example.com')).to.equal('c5');
        expect(await logIn('roni_cost@example.com', 'roni_cost3@example.com', 'all')).to.equal('c5');
        expect(await logIn('jean@example.com', 'jean_secret1', 'fr')).to.equal('c6');
        expect(await logIn('both@example.com', 'first_secret1')).to.equal('c7');
        expect(await logIn('both@example.com', 'second_secret1', 'fr')).to.equal('c8');
        expect(await logIn('free@example.com', 'Free12345')).to.equal('c12');
        expect(await logIn('new@example.com', 'New12345')).to.equal('c10');
        expect([await logIn('BOSS', 'Boss12345'), await logIn('clerk', 'Clerk12345')]).to.equal(['a1', 'a2']);

        const refused = '401 The acco';
        expect(await logIn('roni_cost@example.com', 'wrong')).to.equal(refused);
        expect(await logIn('roni_cost@example.com', 'roni_cost3@example.com', 'fr')).to.equal(refused);
        expect(await logIn('both@example.com', 'second_secret1')).to.equal(refused);
        expect(await logIn('locked@example.com', 'Locked12345')).to.equal(refused);
        expect(await logIn('passwordless@example.com', 'x')).to.equal(refused);
        expect(await logIn('gone', 'Gone12345')).to.equal(refused);
        expect(await logIn('roleless', 'Roleless12345')).to.equal('401 More per');
        expect(gate.magento.reached).to.equal([]);

        // Settings of Magento's own: one account for all websites, confirmed addresses only

        await shop.sql('INSERT INTO core_config_data (path, value) VALUES ("customer/account_share/scope", "0"), ("customer/create_account/confirm", "1")');
        await gate.reload();
        expect(await logIn('new@example.com', 'New12345')).to.equal(refused);
        expect(await logIn('both@example.com', 'first_secret1')).to.equal(refused);
        await gate.stop();

        const shared = await startMagentoGateway({ POSTERN_MAGENTO_DB: shop.address, POSTERN_ACCOUNTS: 'magento-db', POSTERN_STORES: 'default,fr', POSTERN_BCRYPT_COST: '4' });
        const token = await shared.logIn('roni_cost@example.com', 'roni_cost3@example.com', 'fr');
        expect((await shared.fetch('/rest/fr/V1/customers/me', { token })).status).to.equal(401);
        expect(shared.magento.reached.at(-1)?.headers).to.include({ 'x-caller-type': 'customer', 'x-caller-id': '5' });
        await shared.stop();
    });

    it('is content with less, and strict with it: no settings granted, and only what roles need', async () => {

        const shop = await createShopTables(server);
        await shop.sql('REVOKE SELECT (scope, scope_id, path, value) ON core_config_data FROM postern; INSERT INTO core_config_data (path, value) VALUES ("customer/account_share/scope", "0")');
        const gate = await start(shop.address, 'magento-db');
        const logIn = async (username: string, password: string, store: string) => (await gate.post(`/rest/${store}/V1/integration/customer/token`, { username, password })).status;
        expect([await logIn(...roni, 'default'), await logIn(...roni, 'fr'), await logIn('new@example.com', 'New12345', 'default')]).to.equal([200, 401, 401]);
        await gate.stop();

        await shop.sql('REVOKE SELECT (entity_id, email, website_id, store_id, group_id, password_hash, confirmation, lock_expires) ON customer_entity FROM postern; REVOKE SELECT (password) ON admin_user FROM postern');
        await expect(start(shop.address, 'magento-db')).to.reject(/denied to user 'postern'/);
        await (await start(shop.address, 'upstream')).stop();
    });

    it('answers 503 to those who sign in while the database is away, and ends what an admin may do who is not active any more', async () => {

        const shop = await createShopTables(server);
        const gate = await start(shop.address, 'magento-db');
        const token = await gate.logIn(...clerk);
        expect([await statusOf(gate, 'customers/5', token), gate.magento.reached.length]).to.equal([401, 1]);
        await shop.sql('UPDATE admin_user SET is_active = 0 WHERE user_id = 2');
        await gate.reload();
        expect([await statusOf(gate, 'customers/5', token), gate.magento.reached.length]).to.equal([401, 1]);
        await server.crash();
        const answer = await gate.post('/rest/V1/integration/admin/token', { username: boss[0], password: boss[1] });
        expect([answer.status, answer.headers.get('retry-after') !== null]).to.equal([503, true]);
        await server.restart();
        expect((await gate.post('/rest/V1/integration/admin/token', { username: boss[0], password: boss[1] })).status).to.equal(200);
        await gate.stop();
    });

    it('has postern explain say where a role comes from', async () => {

        const shop = await createShopTables(server);
        const explain = async (accounts: string, who: string, address = shop.address) => {

            const env = { POSTERN_POLICY: magentoPolicy, POSTERN_MAGENTO_DB: address, POSTERN_ACCOUNTS: accounts, POSTERN_UPSTREAM: 'http://127.0.0.1:9', POSTERN_REDIS: redis.socket };
            const { stdout, stderr } = await runWords(runPostern, ['explain', 'GET', '/rest/V1/orders', '--as', who], { env });
            return [/role +(.*)/.exec(stdout)?.[1], /outcome +(\w+)/.exec(stdout)?.[1] ?? stderr];
        };

        expect(await explain('magento-db', 'admin:2')).to.equal(['read from Magento\'s tables', 'refused']);
        expect(await explain('magento-db', 'admin:1')).to.equal(['read from Magento\'s tables', 'forwarded']);
        expect(await explain('upstream', 'admin:1')).to.equal(['read from Magento\'s tables', 'forwarded']);
        await redis.cli('SADD', 'postern:role:admin:1', 'x');
        expect(await explain('upstream', 'admin:1')).to.equal(['kept by the gate', 'refused']);
        expect(await explain('magento-db', 'admin:1')).to.equal(['read from Magento\'s tables', 'forwarded']);
        expect(await explain('upstream', 'customer:5')).to.equal([undefined, 'refused']);
        const [, failure] = await explain('upstream', 'admin:1', 'mysql://postern:hunter2@127.0.0.1:1/magento');
        expect(failure).to.match(/^POSTERN_MAGENTO_DB: The database "magento" at 127\.0\.0\.1:1 cannot be read/).and.to.not.contain('hunter2');

        const gate = await start(shop.address, 'magento-db');
        const told = await (await fetch(`${gate.opsUrl}/explain?target=/rest/V1/orders&as=admin:2`)).json() as { readonly caller: object };
        expect(told.caller).to.include({ roleFrom: 'magento-tables' });
        await gate.stop();
    });
});
