import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { RunningGate } from '../support/gate.js';
import type { Secrets } from '../support/faults/secrets.js';
import type { TestMagento } from '../support/magento.js';
import type { TestRedis } from '../support/redis.js';
import type { TestUpstream } from '../support/upstream.js';
import { runPostern } from '../../gateway/commands/postern.js';
import { runWords } from '../support/command.js';
import { createSecrets } from '../support/faults/secrets.js';
import { startGate } from '../support/gate.js';
import { magentoPolicy, startMagento } from '../support/magento.js';
import { findFreePort, startRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { startUpstream } from '../support/upstream.js';


export const lab = Lab.script();
const { afterEach, beforeEach, describe, it } = lab;

const redisPassword = 'redis-Passw0rd-of-this-test';
const json = { 'content-type': 'application/json' };
const nodeOptions = ['--import', './test/support/faults/print-spans.js', '--import', 'data:text/javascript,process.once("SIGUSR2",()=>{throw new Error("a mistake")})'];

describe('what is secret', { timeout: 120_000 }, () => {

    let secrets: Secrets;
    let folder: string;
    let redis: TestRedis;
    let login: readonly string[];
    let env: Readonly<Record<string, string>>;
    let gate: RunningGate;

    /** Everything that anybody can read, by where it stands. */
    let sinks: Map<string, string>;
    const write = (sink: string, text: string) => sinks.set(sink, `${sinks.get(sink) ?? ''}${text}\n`);

    /** Sends a request. An answer of the gate's is a sink of its own; `isOwn` tells that it holds the client's own new token. What the upstream answers is the upstream's. */
    const send = async (url: string, init: RequestInit = {}, isOwn = false): Promise<string> => {

        const answer = await fetch(url, { redirect: 'manual', ...init }).catch((error: unknown) => String(error));
        if (typeof answer === 'string') {
            return answer;
        }

        const body = await answer.text().catch(() => 'broken off');
        if (answer.headers.has('x-request-id')) {
            write('answers', `${answer.status} ${JSON.stringify([...answer.headers])} ${isOwn ? '' : body}`);
        }

        return body;
    };

    const call = (path: string, token: string, init: RequestInit = {}) => send(`${gate.url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers as Record<string, string> } });
    const post = (path: string, body: string, headers: Record<string, string> = json, isOwn = false) => send(`${gate.url}${path}`, { method: 'POST', headers, body }, isOwn);

    const logIn = async (name: string, type: 'admin' | 'customer', username: string, password: string) => {

        const token = JSON.parse(await post(`/rest/V1/integration/${type}/token`, JSON.stringify({ username, password }), json, true)) as unknown;
        return secrets.keepToken(name, String(token));
    };

    const soap = (operation: string, content: string) => {

        const service = 'integrationCustomerTokenServiceV1';
        const body = `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:n="${gate.url}/soap/default?services=${service}"><e:Body><n:${service}${operation}Request>${content}</n:${service}${operation}Request></e:Body></e:Envelope>`;
        return { path: `/soap/default?services=${service}`, body, headers: { 'content-type': 'application/soap+xml' } };
    };

    const command = async (words: readonly string[], input = '') => {

        const { stdout, stderr } = await runWords(runPostern, words, { env, input });
        write('commands', `${stdout}${stderr}`);
        return stdout;
    };

    const cli = (...words: readonly string[]) => redis.cli(...login, ...words);

    /** Whatever can be asked of the ops port, by somebody with the key and by others. */
    const askOps = async (key: string, token: string) => {

        const keyed = { authorization: `Bearer ${key}` };
        for (const path of ['/healthz', '/readyz', '/metrics', '/refusals', '/shadow', '/openapi.yaml', '/', `/?caller=customer:7&q=${token}`, '/explain?target=/rest/V1/customers/me&as=customer:7', `/explain?target=/rest/V1/customers/me?access_token=${token}`, `/explain?target=/rest/V1/customers/${token}`, '/explain?target=x&as=nobody']) {
            write('ops', await send(`${gate.opsUrl}${path}`, { headers: { ...keyed, 'x-postern-token': token } }));
            await send(`${gate.opsUrl}${path}`, { headers: { authorization: `Basic ${Buffer.from(`x:${secrets.keep('a wrong key for the ops port', 'wrong-ops-key-0123456789')}`).toString('base64')}` } });
        }
    };

    /** Has the gate say all that it can of a process that ends by a mistake, and looks through everything. */
    const judge = async (pid: number) => {

        write('process', await readFile(`/proc/${pid}/cmdline`, 'utf8') + await readFile(`/proc/${pid}/comm`, 'utf8'));
        write('audit', await cli('XRANGE', 'postern:audit', '-', '+'));
        process.kill(pid, 'SIGUSR2');
        expect(await gate.exit).to.equal(1);
        write('log', gate.output());
        return [...sinks].flatMap(([sink, text]) => secrets.findIn(text).map((name) => `${sink}: ${name}`));
    };

    beforeEach(async () => {

        secrets = createSecrets();
        sinks = new Map();
        folder = await mkdtemp(join(tmpdir(), 'postern-secrets-'));
        const key = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
        secrets.keep('the key of assertions', String(key.split('\n')[1]));
        await writeFile(join(folder, 'key.pem'), key);
        const password = secrets.keep('the password of Redis', redisPassword);
        const port = await findFreePort();
        login = ['--no-auth-warning', '-a', password];
        redis = await startRedis({ args: ['--port', String(port), '--bind', '127.0.0.1', '--requirepass', password, '--rdbcompression', 'no'] });
        env = {
            POSTERN_REDIS: `redis://:${password}@127.0.0.1:${port}`, POSTERN_OPS_KEY: secrets.keep('the key of the ops port', 'ops-Key-0123456789abcdef'), POSTERN_ASSERTION_KEY: join(folder, 'key.pem'), POSTERN_BCRYPT_COST: '4',
            POSTERN_LOG: 'json', POSTERN_LOG_LEVEL: 'info', POSTERN_HEADERS_TIMEOUT: '1s', POSTERN_IDLE_TIMEOUT: '1s', POSTERN_STORE_TIMEOUT: '500ms'
        };
    });

    afterEach(async () => {

        await redis.stop();
        await rm(folder, { recursive: true });
    });

    /** What a store that fails has clients and logs hear. */
    const failStore = async (token: string, logInAgain: () => Promise<unknown>) => {

        await cli('CLIENT', 'PAUSE', '1500', 'ALL');
        await Promise.all([call('/rest/V1/customers/me', token), call('/rest/V1/customers/me', `${token}x`), logInAgain()]);
        const other = secrets.keep('another password of Redis', 'redis-another-Passw0rd');
        await until(async () => await cli('PING').catch(() => '') === 'PONG');
        await cli('CONFIG', 'SET', 'requirepass', other);
        login = ['--no-auth-warning', '-a', other];
        await cli('CLIENT', 'KILL', 'TYPE', 'normal');
        await cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
        await Promise.all([call('/rest/V1/customers/me', token), call('/rest/V1/customers/me', `${token}x`), logInAgain()]);
        await command(['account', 'list']);
        await cli('CONFIG', 'SET', 'requirepass', redisPassword);
        login = ['--no-auth-warning', '-a', redisPassword];
        await until(async () => (await fetch(`${gate.opsUrl}/readyz`)).status === 200, 30_000);
    };

    it('stands in nothing that the gate writes, shows or stores', async () => {

        const passwords = { jo: secrets.keep('the password of a customer', 'Jo-Passw0rd+/ä=1'), clerk: secrets.keep('the password of an admin', 'Clerk-Passw0rd-2'), wrong: secrets.keep('a wrong password', 'Wrong-Passw0rd-3') };
        const upstream: TestUpstream = await startUpstream(({ target }, response) => {

            if (target.includes('reset')) {
                response.destroy();
            }
            else if (target.includes('cut')) {
                response.writeHead(200, { 'Content-Length': '100' }).write('a', () => response.destroy());
            }
            else if (!target.includes('silence')) {
                response.writeHead(target.includes('broken') ? 500 : 200, { 'Content-Type': 'application/json' }).end('{}');
            }
        });
        env = { ...env, POSTERN_UPSTREAM: upstream.url, POSTERN_POLICY: 'test/support/policy' };
        await command(['account', 'add', 'customer', 'jo@example.com', '--id', '7'], `${passwords.jo}\n`);
        await command(['account', 'add', 'admin', 'clerk', '--id', '2', '--resource', 'Shop_Test::customers'], `${passwords.clerk}\n`);
        for (const key of (await cli('KEYS', 'postern:account:*')).split('\n')) {
            secrets.keep(`the hash in ${key}`, String(/\$2b\$\S+/.exec(await cli('HGETALL', key))?.[0]));
        }

        gate = await startGate(env, { nodeOptions });
        const token = await logIn('a token', 'customer', 'jo@example.com', passwords.jo);
        const second = await logIn('another token', 'customer', 'jo@example.com', passwords.jo);
        const admin = await logIn('an admin\'s token', 'admin', 'clerk', passwords.clerk);

        // Sign-ins at every door, good ones and bad ones

        const { path: soapPath, body: soapBody, headers: soapHeaders } = soap('CreateCustomerAccessToken', `<username>jo@example.com</username><password>${passwords.jo}</password>`);
        secrets.keepToken('a token from SOAP', String(/<result>(.*?)<\/result>/.exec(await post(soapPath, soapBody, soapHeaders, true))?.[1]));
        const mutation = (password: string) => JSON.stringify({ query: `mutation{generateCustomerToken(email:"jo@example.com",password:${JSON.stringify(password)}){token}}` });
        secrets.keepToken('a token from GraphQL', String(/"token":"(.*?)"/.exec(await post('/graphql', mutation(passwords.jo), json, true))?.[1]));
        for (const password of [passwords.wrong, passwords.jo]) {
            const broken = { username: 'jo@example.com', password };
            await post('/rest/V1/integration/customer/token', JSON.stringify({ ...broken, username: 'nobody@example.com' }));
            await post('/rest/V1/integration/customer/token', JSON.stringify(broken).slice(0, -1));
            await post('/rest/V1/integration/customer/token', JSON.stringify({ username: [password], password: [password] }));
            await post('/rest/V1/integration/customer/token', `<a><username>${password}</username><password>${password}</a>`, { 'content-type': 'application/xml' });
            await post('/rest/V1/integration/customer/token', JSON.stringify(broken), { 'content-type': 'text/plain' });
            await post(`/rest/V1/integration/customer/token?username=jo&password=${encodeURIComponent(password)}`, '');
            await post('/rest/async/V1/integration/customer/token', JSON.stringify(broken));
            await post(soapPath, soapBody.replace(/jo@/, 'nobody@'), soapHeaders);
            await post(soapPath, soapBody.slice(0, -9), soapHeaders);
            await post('/graphql', mutation(password).replace('jo@', 'nobody@'));
            await post('/graphql', mutation(password).replace('mutation{', 'mutation{a '));
            await send(`${gate.url}/graphql?query=${encodeURIComponent(`mutation{generateCustomerToken(email:"a",password:${JSON.stringify(password)}){token}}`)}`);
        }

        // Calls with tokens wherever a client might put one

        for (const one of [token, admin, second.slice(0, -1)]) {
            await call('/rest/V1/customers/me', one);
            await call('/rest/V1/customers/7', one);
            await call(`/rest/V1/customers/${one}`, one);
            await call(`/rest/V1/${one}/nothing`, one);
            await call(`/${one}`, one);
            await call(`/rest/V1/customers/me?access_token=${one}`, one);
            await call('/rest/V1/customers/me', one, { method: 'PUT', headers: json, body: JSON.stringify({ customer: { id: 8, password: passwords.jo } }) });
            await call('/rest/V1/customers/me', one, { method: 'PUT', headers: json, body: `{"password":"${passwords.jo}` });
            await send(`${gate.url}/rest/V1/customers/me`, { headers: { authorization: `Bearer  ${one}`, cookie: `token=${one}`, 'x-authorization': one } });
            await send(`${gate.url}/rest/V1/customers/me`, { headers: { authorization: `Basic ${Buffer.from(`jo:${passwords.jo}`).toString('base64')}` } });
            await send(`${gate.url}/rest/V1/customers/me`, { headers: { authorization: `OAuth oauth_signature="${secrets.keep('a signature', 'c2lnbmF0dXJlLW9mLWEtY2FsbA')}",oauth_token="${one}"` } });
        }

        for (const what of ['reset', 'cut', 'silence', 'broken']) {
            await call(`/rest/V1/files/${what}`, token, { method: 'POST', body: passwords.jo });
        }

        await failStore(token, () => post('/rest/V1/integration/customer/token', JSON.stringify({ username: 'jo@example.com', password: passwords.wrong })));
        await call('/rest/V1/integration/session', second, { method: 'DELETE' });
        await call('/rest/V1/customers/me', second);
        await askOps(env['POSTERN_OPS_KEY'] ?? '', token);
        await command(['check']);
        await command(['account', 'list']);
        await command(['session', 'list', 'customer', 'jo@example.com']);
        await command(['explain', 'GET', `/rest/V1/customers/me?access_token=${token}`, '--as', 'customer:7']);
        const assertions = new Set(upstream.reached.flatMap(({ headers }) => headers['x-caller-assertion'] ?? []).flat());
        [...assertions].forEach((assertion, i) => secrets.keep(`assertion ${i}`, assertion));

        await call('/rest/V1/integration/customer/revoke-customer-token', token, { method: 'POST' });
        await call('/rest/V1/customers/me', token);

        // What reaches the upstream is what the client sent, and no token of the gate's in Authorization

        expect(upstream.reached.filter(({ headers }) => headers.authorization !== undefined || headers.cookie !== undefined)).to.equal([]);
        expect(assertions.size).to.be.above(1);

        // A dump of Redis opens nothing: of passwords and tokens it holds hashes alone

        await cli('SAVE');
        const dump = await readFile(join(redis.socket, '../dump.rdb'), 'latin1');
        expect(secrets.findIn(dump).filter((name) => !name.includes('hash'))).to.equal([]);

        expect(await judge(gate.pid)).to.equal([]);
        await upstream.stop();

        // There is something to look through, and a secret in it would be found

        expect(sinks.get('log')).to.contain(String(token.split('.')[1])).and.contain('"kind":"login"').and.contain('Error: a mistake').and.contain('authenticate');
        expect(sinks.get('audit')).to.contain('jo@example.com');
        expect(sinks.get('ops')).to.contain('postern_refusals_total');
        expect(secrets.count).to.be.above(30);
        for (const leak of [`a ${token} b`, `"password":${JSON.stringify(passwords.jo)}`, `Basic ${Buffer.from(`jo:${passwords.jo}`, 'latin1').toString('base64')}`, `?t=${encodeURIComponent(passwords.jo)}`]) {
            expect(secrets.findIn(leak), leak).to.not.equal([]);
        }
    });

    it('stands in nothing where Magento keeps accounts and tokens', async () => {

        const magento: TestMagento = await startMagento();
        env = { ...env, POSTERN_UPSTREAM: magento.url, POSTERN_POLICY: magentoPolicy, POSTERN_ACCOUNTS: 'upstream', POSTERN_ADOPT: 'on', POSTERN_STORES: 'default:1,fr:2' };
        const password = secrets.keep('the password of a customer', 'roni_cost3@example.com');
        const wrong = secrets.keep('a wrong password', 'Wrong-Passw0rd-3');
        gate = await startGate(env, { nodeOptions });
        const token = await logIn('a token', 'customer', 'roni_cost@example.com', password);
        const direct = await fetch(`${magento.url}/rest/default/V1/integration/customer/token`, { method: 'POST', headers: json, body: JSON.stringify({ username: 'roni_cost@example.com', password }) });
        const adopted = String(await direct.json());
        expect((await fetch(`${gate.url}/rest/V1/customers/me`, { headers: { authorization: `Bearer ${adopted}` } })).status).to.equal(200);

        for (const one of [token, adopted, `${adopted}x`, `${token}x`]) {
            await call('/rest/V1/customers/me', one);
            await call('/rest/V1/customers/7', one);
            await call(`/rest/V1/customers/${one}`, one);
            await call(`/rest/V1/carts/mine?token=${one}`, one);
            await call(`/rest/V1/customers/me/${one}`, one);
        }

        const logInWrongly = () => post('/rest/V1/integration/customer/token', JSON.stringify({ username: 'roni_cost@example.com', password: wrong }));
        await logInWrongly();
        magento.behaviour.downStatus = 503;
        await Promise.all([logInWrongly(), call('/rest/V1/customers/me', token), call('/rest/V1/customers/me', `${adopted}y`)]);
        magento.behaviour.downStatus = undefined;
        await failStore(token, logInWrongly);
        magento.revoke('customer', 5);
        await Promise.all([call('/rest/V1/customers/me', token), call('/rest/V1/customers/me', adopted)]);
        await askOps(env['POSTERN_OPS_KEY'] ?? '', adopted);
        magento.issued.forEach((one, i) => secrets.keep(`token ${i} of Magento's`, one));

        await cli('SAVE');
        const dump = await readFile(join(redis.socket, '../dump.rdb'), 'latin1');
        expect(secrets.findIn(dump).filter((name) => !name.includes('hash'))).to.equal([]);
        expect(await judge(gate.pid)).to.equal([]);
        await magento.stop();
        expect(magento.issued.length).to.be.above(1);
        expect(sinks.get('log')).to.contain('"kind":"login"').and.contain('"caller"');
    });
});
