import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';

import { startGateway } from '../../gateway/server.js';
import { readSettings } from '../../gateway/settings.js';
import { startTestGateway } from '../support/gateway.js';
import { startRedis } from '../support/redis.js';
import { sendRaw } from '../support/send.js';
import { until } from '../support/until.js';
import type { TestUpstream } from '../support/upstream.js';
import { startUpstream } from '../support/upstream.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('startGateway()', () => {

    it('forwards what a caller may do with its identity, and refuses the rest at the edge', async () => {

        const gate = await startTestGateway();
        const token = await gate.logIn('customer');

        const answer = await gate.fetch('/rest/V1/customers/me?a=%41', { token, headers: { 'x-caller-id': '1', cookie: 'a=b' } });
        expect(answer.status).to.equal(200);
        expect(answer.headers.get('x-upstream')).to.equal('yes');
        expect(answer.headers.get('cache-control')).to.equal('private, no-store');

        const [reached] = gate.upstream.reached;
        expect(reached?.target).to.equal('/rest/V1/customers/me?a=%41');
        expect(reached?.headers).to.include({ 'x-caller-type': 'customer', 'x-caller-id': '7', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' });
        expect(reached?.headers['x-session-id']).to.equal(token.split('.')[1]);
        expect(reached?.headers['x-request-id']).to.match(/^[0-9a-f-]{36}$/);
        expect(Object.keys(reached?.headers ?? {})).to.not.include(['authorization', 'cookie', 'x-caller-assertion']);

        const refused = await gate.fetch('/rest/V1/customers/8', { token });
        expect(refused.status).to.equal(401);
        expect(refused.headers.get('www-authenticate')).to.equal('Bearer error="insufficient_scope"');
        expect(await refused.text()).to.equal('{"message":"The consumer isn\'t authorized to access %resources.","parameters":{"resources":"Shop_Test::customers"}}');
        expect((await gate.fetch('/rest/V1/customers/me', { token: 'nonsense' })).headers.get('www-authenticate')).to.equal('Bearer error="invalid_token"');
        expect((await gate.fetch('/rest/V1/customers/me')).headers.get('www-authenticate')).to.equal('Bearer');
        expect(gate.upstream.reached).to.have.length(1);
        await gate.stop();
    });

    it('signs the identity where there is a key, and shows the key', async () => {

        const path = join(tmpdir(), `postern-key-${process.pid}.pem`);
        await writeFile(path, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
        const gate = await startTestGateway({ POSTERN_ASSERTION_KEY: path });
        await gate.fetch('/rest/V1/customers/me', { token: await gate.logIn('customer') });

        const keys = await gate.fetch('/.well-known/jwks.json');
        expect(keys.headers.get('content-type')).to.match(/^application\/jwk-set\+json/);
        const assertion = String(gate.upstream.reached[0]?.headers['x-caller-assertion']);
        const { payload } = await jwtVerify(assertion, createLocalJWKSet(await keys.json() as JSONWebKeySet), { issuer: 'postern', audience: 'upstream' });
        expect(payload).to.include({ sub: 'customer:7', typ: 'customer' });
        expect((await gate.fetch('/.well-known/jwks.json', { method: 'POST' })).status).to.equal(404);
        await gate.stop();
    });

    it('shows no key where there is none', async () => {

        const gate = await startTestGateway();
        expect((await gate.fetch('/.well-known/jwks.json')).status).to.equal(404);
        await gate.stop();
    });

    it('decides on the bytes that it forwards, also where the client waits for a 100', async () => {

        const gate = await startTestGateway();
        const head = 'POST //index.php/rest/V1/files/%41%zz HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 2\r\nConnection: close\r\n';

        expect((await sendRaw(gate.url, `${head}\r\nhi`)).status).to.equal(200);
        expect((await sendRaw(gate.url, `${head}Expect: 100-continue\r\n\r\nhi`)).status).to.equal(100);
        expect(gate.upstream.reached.map(({ target, body }) => `${target} ${body}`)).to.equal(['//index.php/rest/V1/files/%41%zz hi', '//index.php/rest/V1/files/%41%zz hi']);
        await gate.stop();
    });

    it('refuses a second Host, and hosts that are not on the list', async () => {

        const gate = await startTestGateway({ POSTERN_HOSTS: 'shop.example' });
        const get = (...hosts: string[]) => sendRaw(gate.url, `GET /rest/V1/currency HTTP/1.1\r\n${hosts.map((host) => `Host: ${host}\r\n`).join('')}Connection: close\r\n\r\n`);

        expect((await get('SHOP.example')).status).to.equal(200);
        expect((await get('evil.example')).status).to.equal(400);
        expect((await get('shop.example', 'shop.example')).body).to.equal('{"message":"The Host header must name one host that is served here."}');
        await gate.stop();
    });

    it('takes the first of two Content-Types where it answers itself, and refuses them where it forwards', async () => {

        const gate = await startTestGateway();
        const send = (path: string) => {

            return sendRaw(gate.url, `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Type: text/xml\r\nContent-Length: 37\r\nConnection: close\r\n\r\n{"username":"jo","password":"right" }`);
        };

        expect((await send('/rest/V1/integration/customer/token')).status).to.equal(200);
        expect((await send('/rest/V1/files/a')).body).to.equal('{"message":"Only one Content-Type header may be sent."}');
        await gate.stop();
    });

    it('refuses framings that somebody else could read otherwise', async () => {

        const gate = await startTestGateway();
        const answer = await sendRaw(gate.url, 'POST /rest/V1/files/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n0\r\n\r\n');
        expect(answer.status).to.equal(400);
        expect(gate.upstream.reached).to.equal([]);
        await gate.stop();
    });

    it('passes the client\'s Host on where it is told to', async () => {

        const gate = await startTestGateway({ POSTERN_PRESERVE_HOST: 'on' });
        await sendRaw(gate.url, 'GET /rest/V1/currency HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n');
        expect(gate.upstream.reached[0]?.headers.host).to.equal('shop.example');
        await gate.stop();
    });

    it('serves HTTP/1.0 without Host', async () => {

        const gate = await startTestGateway();
        expect((await sendRaw(gate.url, 'GET /rest/V1/currency HTTP/1.0\r\n\r\n')).status).to.equal(200);
        expect((await sendRaw(gate.url, 'GET /soap?wsdl&services=integrationCustomerTokenServiceV1 HTTP/1.0\r\n\r\n')).status).to.equal(200);
        await gate.stop();
    });

    it('answers 404 where nothing is served, or passes it on as a guest\'s where it is told to', async () => {

        const deny = await startTestGateway();
        expect((await deny.fetch('/customer/account')).status).to.equal(404);
        expect((await deny.fetch('/rest/V1/nosuch', { headers: { accept: 'application/xml' } })).headers.get('content-type')).to.equal('application/xml; charset=utf-8');
        await deny.stop();

        const pass = await startTestGateway({ POSTERN_UNKNOWN_ROUTES: 'pass' });
        expect((await pass.fetch('/customer/account', { token: await pass.logIn('customer') })).status).to.equal(200);
        expect(pass.upstream.reached[0]?.headers['x-caller-type']).to.equal('guest');
        expect(Object.keys(pass.upstream.reached[0]?.headers ?? {})).to.not.include(['x-caller-id', 'x-session-id']);
        expect((await sendRaw(pass.url, 'GET /media/%2e%2e/rest/V1/customers/8?a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).status).to.equal(404);
        expect(pass.upstream.reached).to.have.length(1);
        await pass.stop();
    });

    it('forwards the schema to anybody', async () => {

        const gate = await startTestGateway();
        expect((await gate.fetch('/rest/schema?services=all')).status).to.equal(200);
        expect((await gate.fetch('/rest/schema', { method: 'PATCH' })).status).to.equal(405);
        await gate.stop();
    });

    it('answers 502 and 504 with a clear body where the upstream fails', async () => {

        const gone = await startTestGateway({ POSTERN_UPSTREAM: 'http://127.0.0.1:1' });
        const failed = await gone.fetch('/rest/V1/currency');
        expect(failed.status).to.equal(502);
        expect(await failed.text()).to.equal('{"message":"The service behind the gate cannot be reached or broke off its answer."}');
        await gone.stop();

        const slow = await startTestGateway({ POSTERN_HEADERS_TIMEOUT: '50ms' }, await silentUpstream());
        expect((await slow.fetch('/rest/V1/currency')).status).to.equal(504);
        await slow.stop();
    });

    it('keeps customers to the stores of their website, and takes no other store code', async () => {

        const gate = await startTestGateway({ POSTERN_STORES: 'default:1,fr:2' });
        const token = await gate.logIn('customer');
        const statusOf = async (store: string) => (await gate.fetch(`/rest/${store}V1/customers/me`, { token })).status;
        expect([await statusOf(''), await statusOf('default/'), await statusOf('fr/'), await statusOf('all/'), await statusOf('de/')]).to.equal([200, 200, 401, 401, 400]);
        await gate.stop();
    });

    it('lets anonymous calls go on while the store is away, and says 503 to the rest', async () => {

        const redis = await startRedis();
        const gate = await startTestGateway({ POSTERN_REDIS: redis.socket, POSTERN_STORE_TIMEOUT: '200ms', POSTERN_CUSTOMER_LIFETIME: '1h', POSTERN_CUSTOMER_IDLE: '1h', POSTERN_ADMIN_LIFETIME: '1h', POSTERN_ADMIN_IDLE: '1h' });
        const token = await gate.logIn('customer');
        expect((await gate.fetch('/rest/V1/customers/me', { token })).status).to.equal(200);
        expect((await fetch(`${gate.opsUrl}/readyz`)).status).to.equal(200);
        await redis.stop();
        await until(async () => (await fetch(`${gate.opsUrl}/readyz`)).status === 503);

        const away = await gate.fetch('/rest/V1/customers/me', { token });
        expect(away.status).to.equal(503);
        expect(away.headers.get('retry-after')).to.equal('1');
        expect((await gate.fetch('/rest/V1/customers/me')).status).to.equal(401);
        expect((await gate.fetch('/rest/V1/currency', { token })).status).to.equal(200);
        expect((await gate.fetch('/rest/V1/integration/customer/token', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"username":"x","password":"right"}' })).status).to.equal(503);
        expect(await (await fetch(`${gate.opsUrl}/healthz`)).json()).to.equal({ status: 'ok' });
        await until(() => gate.notices.some((notice) => notice.startsWith('Redis is away: ')));
        await gate.stop();
    });

    it('writes down who signs in and what ends sessions, and says so where it cannot', async () => {

        const redis = await startRedis();
        const gate = await startTestGateway({ POSTERN_REDIS: redis.socket });
        const entries = async () => (await redis.cli('XRANGE', 'postern:audit', '-', '+')).split(/\n?\d+-\d+\n/).slice(1).map((text) => text.replaceAll('\n', ' '));
        const end = (method: string, path: string, token: string) => gate.fetch(`/rest/V1/integration/${path}`, { method, token });

        const [one, two] = [await gate.logIn('customer'), await gate.logIn('customer')];
        await end('DELETE', 'session', one);
        await end('POST', 'customer/revoke-customer-token', two);
        await gate.fetch('/rest/V1/integration/admin/token', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"username":"hunter2","password":"wrong"}' });
        await until(async () => (await entries()).length === 5);
        const [idOne, idTwo] = [one, two].map((token) => token.split('.')[1]);
        expect((await entries()).sort()).to.equal([
            `event login caller customer:7 session ${idOne} name x source 127.0.0.1`, `event login caller customer:7 session ${idTwo} name x source 127.0.0.1`,
            'event login-refused type admin why credentials source 127.0.0.1', `event sessions-ended caller customer:7 session ${idOne} by caller source 127.0.0.1`,
            'event sessions-ended caller customer:7 sessions 1 by caller source 127.0.0.1'
        ].sort());

        await redis.cli('SET', 'postern:audit', 'not a stream');
        expect(await gate.logIn('customer')).to.startWith('ptn_');
        await until(() => gate.notices.length === 1);
        expect(String(gate.notices[0])).to.startWith('The audit cannot be written (WRONGTYPE');
        await redis.cli('DEL', 'postern:audit');
        await gate.logIn('customer');
        await until(() => gate.notices.length === 2);
        expect(gate.notices[1]).to.equal('The audit is written again; entries lost: 1');
        await gate.stop();
        await redis.stop();
    });

    it('opens the reads of "Allow Anonymous Guest Access" where it is told to', async () => {

        const gate = await startTestGateway({ POSTERN_GUEST_ACCESS: 'on', POSTERN_POLICY: 'config/policy' });
        expect((await gate.fetch('/rest/V1/products/a')).status).to.equal(200);
        await gate.stop();
    });

    it('takes a new policy while it runs, and keeps the old one where the new one is bad', async () => {

        const folder = await mkdtemp(join(tmpdir(), 'postern-policy-'));
        const file = join(folder, 'etc/webapi.xml');
        await cp('test/support/policy/Shop/Test', folder, { recursive: true });
        const gate = await startTestGateway({ POSTERN_POLICY: folder, POSTERN_GUEST_ACCESS: 'on' });
        const statuses = async () => [(await gate.fetch('/rest/V1/currency')).status, (await gate.fetch('/rest/V1/products')).status];
        expect(await statuses()).to.equal([200, 404]);

        const route = (url: string, resource: string) => `<route url="${url}" method="GET"><service class="A\\B\\Api\\CInterface" method="d"/><resources><resource ref="${resource}"/></resources></route>`;
        await writeFile(file, `<routes>${route('/V1/currency', 'self')}${route('/V1/products', 'Shop_Test::products')}</routes>`);
        await gate.reload();
        expect(await statuses()).to.equal([401, 200]);

        await writeFile(file, '<routes>');
        await gate.reload();
        expect(await statuses()).to.equal([401, 200]);
        expect(gate.notices).to.have.length(2);
        expect(String(gate.notices[1])).to.startWith('The policy stays as it was: etc/webapi.xml:1: ');
        await gate.stop();
        await rm(folder, { recursive: true });
    });

    it('masks what goes wrong within', async () => {

        const gate = await startTestGateway();
        const answer = await gate.fetch('/rest/V1/integration/customer/token', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"username":"x","password":"bug"}' });
        expect(answer.status).to.equal(500);
        const [, reportId] = /^\{"message":"Internal Error\. Details are available in Magento log file\. Report ID: (webapi-[0-9a-f]{13})"\}$/.exec(await answer.text()) ?? [];
        expect(gate.notices.join()).to.match(new RegExp(`^Report ${reportId}: TypeError: a mistake of ours`));
        await gate.stop();
    });

    it('says nothing of clients that leave while their body is read', async () => {

        const gate = await startTestGateway();
        const { hostname, port } = new URL(gate.url);
        const socket = connect(Number(port), hostname, () => socket.write('POST /rest/V1/integration/customer/token HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{'));
        await wait(50);
        socket.destroy();
        await wait(50);
        expect((await gate.fetch('/rest/V1/currency')).status).to.equal(200);
        expect(gate.notices).to.equal([]);
        await gate.stop();
    });

    it('listens to nobody where the ops port is taken', async () => {

        const gate = await startTestGateway();
        const { port } = new URL(gate.opsUrl);
        const settings = readSettings({ POSTERN_PORT: '0', POSTERN_OPS_PORT: port, POSTERN_STOP_GRACE: '1ms', POSTERN_POLICY: 'test/support/policy' });
        await expect(startGateway(settings, { upstream: gate.upstream.url, redis: undefined, accounts: { verify: () => Promise.reject(new Error('nobody signs in')) } }, () => undefined)).to.reject(/EADDRINUSE/);
        await gate.stop();
    });

    it('keeps no audit where none is wished', async () => {

        const redis = await startRedis();
        const gate = await startTestGateway({ POSTERN_REDIS: redis.socket, POSTERN_AUDIT: '0' });
        await gate.logIn('customer');
        expect(await redis.cli('EXISTS', 'postern:audit')).to.equal('0');
        await gate.stop();
        await redis.stop();
    });

    it('asks the upstream how it is, where that is wished', async () => {

        const gate = await startTestGateway({ POSTERN_UPSTREAM_HEALTH: '/alive' });
        await until(() => gate.upstream.reached.some(({ target }) => target === '/alive'));
        expect(await (await fetch(`${gate.opsUrl}/readyz`)).json()).to.include({ status: 'ok', tracking: 'off' });
        await gate.stop();
    });
});


function silentUpstream(): Promise<TestUpstream> {

    return startUpstream(() => undefined);
}
