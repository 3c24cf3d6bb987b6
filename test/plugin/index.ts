import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Hapi from '@hapi/hapi';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import type { ServerInjectResponse } from '@hapi/hapi';

import type { AccountType } from '../../plugin/caller.js';
import type { PosternOptions, Verifier } from '../../plugin/index.js';
import type { TestRedis } from '../support/redis.js';
import { createRedisAccounts } from '../../plugin/accounts/redis.js';
import { hashPassword } from '../../plugin/accounts/password.js';
import { plugin, standingOf } from '../../plugin/index.js';
import { redisSessions } from '../../plugin/sessions/redis.js';
import { findFreePort, startRedis } from '../support/redis.js';
import { sendRaw } from '../support/send.js';
import { until } from '../support/until.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

const nowSeconds = () => Math.floor(Date.now() / 1000);

/** Lets in whoever says the password `right`: customers as 7, the admin `boss` as 1 and any other admin as 2. */
const verifier: Verifier = {
    verify({ type, username, password }) {

        return Promise.resolve(password === 'right' ?
            { kind: 'verified', caller: { type, id: type === 'customer' ? '7' : username === 'boss' ? '1' : '2' } } :
            { kind: 'refused', why: 'credentials' });
    }
};

/** A server as somebody else would write it, with guests let through by default. */
async function startServer(options: PosternOptions): Promise<Hapi.Server> {

    const server = Hapi.server({ debug: false });
    await server.register({ plugin, options });
    server.auth.default({ strategy: 'postern', mode: 'try' });
    server.route([
        { method: 'GET', path: '/anybody', handler: (request) => standingOf(request).caller },
        { method: 'GET', path: '/self', options: { auth: { access: { scope: ['+self'] } } }, handler: (request) => request.auth.credentials.user?.id ?? '' },
        { method: 'GET', path: '/orders', options: { auth: { strategy: 'postern', access: { scope: ['+Magento_Sales::sales'] } } }, handler: () => 'orders' },
        { method: 'GET', path: '/closed', options: { auth: { mode: 'required' } }, handler: () => 'closed' },
        { method: 'GET', path: '/open', options: { auth: false }, handler: () => 'open' }
    ]);
    return server;
}

function get(server: Hapi.Server, url: string, token?: string, headers: Record<string, string> = {}): Promise<ServerInjectResponse> {

    return server.inject({ url, headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) } });
}

function logIn(server: Hapi.Server, type: 'admin' | 'customer', username: string, password = 'right'): Promise<ServerInjectResponse> {

    return server.inject({ method: 'POST', url: `/rest/V1/integration/${type}/token`, headers: { 'content-type': 'application/json' }, payload: JSON.stringify({ username, password }) });
}

async function tokenOf(server: Hapi.Server, type: 'admin' | 'customer', username: string, password?: string): Promise<string> {

    return JSON.parse((await logIn(server, type, username, password)).payload) as string;
}

describe('plugin', () => {

    it('lets guests through where nothing is asked for, and names callers by their token', async () => {

        const server = await startServer({ accounts: verifier, tokenRoutes: '/rest' });
        const token = await tokenOf(server, 'customer', 'roni@example.com');

        expect((await get(server, '/anybody')).result).to.equal({ type: 'guest', id: '0' });
        expect((await get(server, '/anybody', token)).result).to.equal({ type: 'customer', id: '7' });
        expect((await get(server, '/anybody', 'nonsense')).result).to.equal({ type: 'guest', id: '0' });
        await server.stop();
    });

    it('keeps callers without a token from routes with an access rule, although the default mode is try', async () => {

        const server = await startServer({ accounts: verifier, tokenRoutes: '/rest' });

        const absent = await get(server, '/self');
        expect(absent.statusCode).to.equal(401);
        expect(absent.headers['www-authenticate']).to.equal('Bearer');
        expect(absent.payload).to.equal('{"message":"The consumer isn\'t authorized to access %resources.","parameters":{"resources":"self"}}');

        const bad = await get(server, '/self', 'nonsense');
        expect(bad.statusCode).to.equal(401);
        expect(bad.headers['www-authenticate']).to.equal('Bearer error="invalid_token"');

        const xml = await get(server, '/self', 'nonsense', { accept: 'application/xml' });
        expect(xml.headers['content-type']).to.equal('application/xml; charset=utf-8');
        expect(xml.payload).to.contain('<resources>self</resources>');
        await server.stop();
    });

    it('grants a customer self, an admin what the role lists, and the full admin whatever a route names', async () => {

        const redis = await startRedis();
        const client = new Redis(redis.socket);
        const server = await startServer({ accounts: verifier, redis: client, tokenRoutes: '/rest' });
        await redis.cli('SADD', 'postern:role:admin:1', 'Magento_Backend::all');
        await redis.cli('SADD', 'postern:role:admin:2', 'Magento_Catalog::products');
        const [customer, boss, clerk] = [await tokenOf(server, 'customer', 'x'), await tokenOf(server, 'admin', 'boss'), await tokenOf(server, 'admin', 'clerk')];

        const statuses = async (token: string) => (await Promise.all(['/self', '/orders', '/closed', '/open'].map((url) => get(server, url, token)))).map(({ statusCode }) => statusCode);
        expect(await statuses(customer)).to.equal([200, 403, 200, 200]);
        expect(await statuses(boss)).to.equal([200, 200, 200, 200]);
        expect(await statuses(clerk)).to.equal([403, 403, 200, 200]);

        await redis.cli('SADD', 'postern:role:admin:2', 'Magento_Sales::sales');
        expect(await statuses(clerk)).to.equal([403, 200, 200, 200]);
        await server.stop();
        client.disconnect();
        await redis.stop();
    });

    it('asks for a token where the mode is required', async () => {

        const server = await startServer({ accounts: verifier });

        expect((await get(server, '/orders')).payload).to.contain('"resources":"Magento_Sales::sales"');
        const absent = await get(server, '/closed');
        expect(absent.statusCode).to.equal(401);
        expect(absent.headers['www-authenticate']).to.equal('Bearer');
        expect((await get(server, '/closed', 'nonsense')).payload).to.equal('{"message":"The bearer token is unknown, expired or revoked. Sign in again for a new one."}');
        await server.stop();
    });

    it('refuses a bad token everywhere where the options say so', async () => {

        const server = await startServer({ accounts: verifier, badToken: 'refuse' });

        expect((await get(server, '/anybody')).statusCode).to.equal(200);
        const bad = await get(server, '/anybody', 'nonsense');
        expect(bad.statusCode).to.equal(401);
        expect(bad.headers['www-authenticate']).to.equal('Bearer error="invalid_token"');
        await server.stop();
    });

    it('refuses a request with two Authorization headers', async () => {

        const server = await startServer({ accounts: verifier });
        await server.start();
        const answer = await sendRaw(server.info.uri, 'GET /anybody HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nauthorization: Bearer b\r\nConnection: close\r\n\r\n');
        expect(answer.status).to.equal(400);
        expect(answer.body).to.equal('{"message":"Only one Authorization header may be sent."}');
        await server.stop();
    });

    it('serves no token routes unless told where', async () => {

        const server = await startServer({ accounts: verifier });
        expect((await logIn(server, 'customer', 'x')).statusCode).to.equal(404);
        await server.stop();
    });

    it('answers failed logins as Magento does', async () => {

        const server = await startServer({ accounts: verifier, tokenRoutes: '/rest' });
        const answer = await logIn(server, 'customer', 'x', 'wrong');
        expect(answer.statusCode).to.equal(401);
        expect(answer.payload).to.contain('The account sign-in was incorrect');
        await server.stop();
    });

    it('leaves mistakes of a verifier what they are', async () => {

        const server = await startServer({ accounts: { verify: () => Promise.reject(new TypeError('a mistake')) }, tokenRoutes: '/rest' });
        expect((await logIn(server, 'customer', 'x')).statusCode).to.equal(500);
        expect(await server.plugins.postern.isStoreReachable()).to.be.true();
        await server.stop();
    });

    it('refuses to start without a place for accounts', async () => {

        await expect(startServer({})).to.reject(/"accounts" is "redis", and there is no "redis"/);
    });

    describe('with accounts in a file', () => {

        const path = join(tmpdir(), `postern-accounts-${process.pid}.jsonl`);

        before(async () => {

            await writeFile(path, [
                { type: 'customer', username: 'roni@example.com', id: 7, hash: await hashPassword('Sample-1', 4) },
                { type: 'admin', username: 'clerk', id: 2, hash: await hashPassword('Sample-2', 4), resources: ['Magento_Sales::sales'] },
                { type: 'admin', username: 'idle', id: 3, hash: await hashPassword('Sample-3', 4) }
            ].map((account) => JSON.stringify(account)).join('\n'));
        });

        after(() => rm(path));

        it('takes roles from the file, too', async () => {

            const server = await startServer({ accounts: `file:${path}`, bcryptCost: 4, tokenRoutes: '/rest' });
            const token = await tokenOf(server, 'admin', 'clerk', 'Sample-2');
            expect((await get(server, '/orders', token)).statusCode).to.equal(200);
            expect((await get(server, '/self', await tokenOf(server, 'customer', 'RONI@example.com', 'Sample-1'))).payload).to.equal('7');

            const roleless = await logIn(server, 'admin', 'idle', 'Sample-3');
            expect(roleless.statusCode).to.equal(401);
            expect(roleless.payload).to.equal('{"message":"More permissions are needed to access this."}');
            await server.stop();
        });
    });

    it('checks passwords of accounts that are elsewhere, and takes roles from there', async () => {

        const hash = await hashPassword('Sample-2', 4);
        const find = (type: AccountType, name: string) => Promise.resolve(name === 'clerk' ? { type, id: '2', username: 'clerk', hash, status: 'active' } as const : undefined);
        const roleOf = (adminId: string) => Promise.resolve(new Set(adminId === '2' ? ['Magento_Sales::sales'] : []));
        const server = await startServer({ accounts: { source: { find, replaceHash: () => Promise.resolve() }, roleOf }, bcryptCost: 4, tokenRoutes: '/rest' });
        expect((await get(server, '/orders', await tokenOf(server, 'admin', 'clerk', 'Sample-2'))).statusCode).to.equal(200);
        expect((await logIn(server, 'admin', 'nobody', 'Sample-2')).statusCode).to.equal(401);
        await server.stop();
    });

    describe('with Redis', () => {

        let redis: TestRedis;

        before(async () => {

            redis = await startRedis();
            const client = new Redis(redis.socket);
            await createRedisAccounts(client).add({ type: 'customer', username: 'roni@example.com', id: '7', hash: await hashPassword('Sample-1', 4), status: 'active' });
            client.disconnect();
        });

        after(() => redis.stop());

        it('keeps accounts and sessions there, and hears of revocations at once', async () => {

            const server = await startServer({ redis: redis.socket, bcryptCost: 4, tokenRoutes: '/rest', limits: { customer: { lifetimeSeconds: 60, idleSeconds: 30, maxSessions: 2 }, admin: { idleSeconds: 30 } } });
            const token = await tokenOf(server, 'customer', 'roni@example.com', 'Sample-1');
            expect((await get(server, '/self', token)).payload).to.equal('7');
            expect(Number(await redis.cli('TTL', 'postern:customer:7'))).to.be.between(50, 61);

            await redis.cli('DEL', 'postern:customer:7');
            expect((await get(server, '/self', token)).statusCode).to.equal(401);
            await server.stop();
        });

        it('lets an admin in whose role is there, and leaves mistakes what they are', async () => {

            const client = new Redis(redis.socket);
            await createRedisAccounts(client).add({ type: 'admin', username: 'clerk', id: '2', hash: await hashPassword('Sample-2', 4), status: 'active' });
            const server = await startServer({ redis: client, bcryptCost: 4, tokenRoutes: '/rest' });
            expect((await logIn(server, 'admin', 'clerk', 'Sample-2')).payload).to.contain('More permissions are needed');
            await server.plugins.postern.sessions.setRole('2', ['Magento_Sales::sales']);
            const token = await tokenOf(server, 'admin', 'clerk', 'Sample-2');
            expect((await get(server, '/orders', token)).statusCode).to.equal(200);

            client.hgetBuffer = () => Promise.reject(new TypeError('a mistake'));
            await redis.cli('DEL', 'postern:admin:2');
            await until(async () => (await get(server, '/closed', token)).statusCode === 500);
            await server.stop();
            client.disconnect();
        });

        it('says that the store is away, and lets guests go on', async () => {

            const own = await startRedis();
            const notices: string[] = [];
            const server = await startServer({ redis: own.socket, accounts: verifier, tokenRoutes: '/rest', storeTimeoutMs: 200, notice: (sentence) => notices.push(sentence) });
            const token = await tokenOf(server, 'customer', 'x');
            expect(await server.plugins.postern.isStoreReachable()).to.be.true();
            await own.stop();

            const away = await get(server, '/self', token);
            expect(away.statusCode).to.equal(503);
            expect(away.headers['retry-after']).to.equal('1');
            expect((await get(server, '/anybody', token)).result).to.equal({ type: 'guest', id: '0' });
            expect((await logIn(server, 'customer', 'x')).statusCode).to.equal(503);
            expect(await server.plugins.postern.isStoreReachable()).to.be.false();
            await until(() => notices.some((notice) => notice.startsWith('Redis is away: ')));
            await server.stop();
        });

        it('says once that Redis is away, and once that it is back', async () => {

            const port = await findFreePort();
            const args = ['--port', String(port)];
            const first = await startRedis({ args });
            const notices: string[] = [];
            const server = await startServer({ redis: `redis://127.0.0.1:${port}`, accounts: verifier, notice: (sentence) => notices.push(sentence.split(':')[0] ?? '') });
            await first.stop();
            await until(() => notices.includes('Redis is away'));
            await wait(300);
            const second = await startRedis({ args });
            await until(() => notices.includes('Redis is back'));
            expect(notices.filter((notice) => notice.startsWith('Redis is'))).to.equal(['Redis is away', 'Redis is back']);
            expect(await server.plugins.postern.isStoreReachable()).to.be.true();
            await server.stop();
            await second.stop();
        });

        it('reads Redis for every request where it may not be tracked, and says so once', async () => {

            const own = await startRedis();
            await own.cli('ACL', 'SETUSER', 'gate', 'on', '>secret', '~postern:*', '+@all', '-client|tracking');
            const client = new Redis({ path: own.socket, username: 'gate', password: 'secret' });
            const notices: string[] = [];
            const server = await startServer({ redis: client, accounts: verifier, tokenRoutes: '/rest', notice: (sentence) => notices.push(sentence) });
            await until(() => notices.some((notice) => notice.startsWith('Redis does not tell of changes')));
            const token = await tokenOf(server, 'customer', 'x');
            expect((await get(server, '/self', token)).statusCode).to.equal(200);
            await own.cli('DEL', 'postern:customer:7');
            expect((await get(server, '/self', token)).statusCode).to.equal(401);
            await server.stop();
            client.disconnect();
            await own.stop();
        });

        it('leaves a client that it was given open', async () => {

            const client = new Redis(redis.socket);
            const server = await startServer({ redis: client, accounts: verifier });
            await server.stop();
            expect(await client.ping()).to.equal('PONG');
            expect(await redisSessions(client, nowSeconds).list('customer', '8')).to.equal([]);
            client.disconnect();
        });
    });
});
