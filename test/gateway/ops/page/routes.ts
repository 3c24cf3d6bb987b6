import { expect } from '@hapi/code';
import * as Hapi from '@hapi/hapi';
import * as Lab from '@hapi/lab';

import type { Entry } from '../../../../gateway/journal/entry.js';
import { pageRoutes } from '../../../../gateway/ops/page/routes.js';
import { guest } from '../../../../plugin/caller.js';
import type { TestGateway } from '../../../support/gateway.js';
import type { TestRedis } from '../../../support/redis.js';
import { startTestGateway } from '../../../support/gateway.js';
import { startRedis } from '../../../support/redis.js';
import { sendRaw } from '../../../support/send.js';
import { until } from '../../../support/until.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

describe('pageRoutes()', () => {

    let gate: TestGateway;
    let redis: TestRedis;

    before(async () => {

        redis = await startRedis();
        gate = await startTestGateway({ POSTERN_REDIS: redis.socket, POSTERN_CUSTOMER_LIFETIME: '1h' });
    });

    after(async () => {

        await gate.stop();
        await redis.stop();
    });

    const show = async (query = '', headers: Readonly<Record<string, string>> = {}) => {

        const answer = await fetch(`${gate.opsUrl}/${query}`, { headers });
        return { status: answer.status, headers: answer.headers, text: await answer.text(), cookie: String(answer.headers.get('set-cookie')).replace(/;.*/, '') };
    };

    const end = (form: Readonly<Record<string, string>>, cookie: string) => {

        return fetch(`${gate.opsUrl}/sessions/end`, { method: 'POST', redirect: 'manual', headers: { cookie }, body: new URLSearchParams(form) });
    };

    const tokenIn = (text: string) => /name="token" value="([^"]+)"/.exec(text)?.[1] ?? '';

    it('shows how the gate does, in a page that takes nothing from elsewhere', async () => {

        await until(async () => (await show()).text.includes('>armed<'));
        const { status, headers, text } = await show();
        expect(status).to.equal(200);
        expect(String(headers.get('content-security-policy'))).to.startWith('default-src \'none\'');
        expect(headers.get('set-cookie')).to.contain('HttpOnly; SameSite=Strict');
        expect(text).to.contain('<span class="good">answers</span>').and.contain('not asked yet').and.contain(gate.upstream.url).and.contain('Nothing yet.');
        for (const [asset, type] of [['page.css', 'text/css'], ['page.js', 'text/javascript']] as const) {
            const answer = await fetch(`${gate.opsUrl}/${asset}`);
            expect([answer.status, answer.headers.get('content-type')]).to.equal([200, `${type}; charset=utf-8`]);
        }
    });

    it('lists what a caller holds, and ends one session or all', async () => {

        const token = await gate.logIn('customer');
        await gate.logIn('customer');
        expect((await gate.fetch('/rest/V1/customers/me', { token })).status).to.equal(200);
        const { text, cookie } = await show('?caller=customer:7');
        const ids = Array.from(text.matchAll(/name="session" value="([a-z0-9]{8})"/g), ([, id]) => id);
        expect(ids).to.have.length(2);
        expect(text).to.contain('End all 2').and.contain('127.0.0.1').and.contain('% of ');

        const session = String(token.split('.')[1]);
        const ended = await end({ caller: 'customer:7', session, token: tokenIn(text) }, cookie);
        expect([ended.status, ended.headers.get('location')]).to.equal([303, '/?caller=customer%3A7&ended=1+of+customer%3A7']);
        expect((await gate.fetch('/rest/V1/customers/me', { token })).status).to.equal(401);
        expect((await show('?caller=customer%3A7&ended=1+of+customer%3A7')).text).to.contain('<p role="status">Ended: 1 of customer:7.</p>');

        expect((await end({ caller: 'customer:7', session: 'all', token: tokenIn(text) }, cookie)).status).to.equal(303);
        expect((await end({ caller: 'customer:7', session: 'all', token: tokenIn(text) }, cookie)).headers.get('location')).to.contain('ended=0+of');
        expect((await show('?caller=customer:7')).text).to.contain('customer:7 holds no session.');
        expect(gate.notices).to.equal([`An operator ended the session ${session} of customer:7`, 'An operator ended all sessions of customer:7']);
    });

    it('finds callers by name: of accounts in Redis, and admins of whom nothing else is known', async () => {

        await redis.cli('HSET', 'postern:account:customer:roni_cost@example.com', 'id', '7', 'username', 'roni_cost@example.com', 'hash', '', 'status', 'active');
        await gate.logIn('customer');
        await gate.sessions.add({ type: 'admin', callerId: 'boss', id: 'q7m2k9ax', secretHash: Buffer.alloc(32), issuedAtSeconds: 0, source: '' }, 0);
        expect((await show('?caller=customer:Roni_Cost@example.com')).text).to.contain('value="customer:7"').and.contain('End all');
        expect((await show('?caller=customer:nobody@example.com')).text).to.contain('A caller is written');
        const { text, cookie } = await show('?caller=admin:boss');
        expect(text).to.contain('<code>q7m2k9ax</code>');
        expect((await end({ caller: 'admin:boss', session: 'q7m2k9ax', token: tokenIn(text) }, cookie)).headers.get('location')).to.equal('/?caller=admin%3Aboss&ended=1+of+admin%3Aboss');
        expect(await gate.sessions.list('admin', 'boss')).to.equal([]);
        await gate.sessions.endAll('customer', '7');
    });

    it('takes no form that it did not give to this visitor', async () => {

        await gate.logIn('customer');
        const { text, cookie } = await show('?caller=customer:7');
        const { cookie: other } = await show();
        for (const [token, sent] of [['', cookie], ['x'.repeat(43), cookie], [tokenIn(text), other], [tokenIn(text), '']] as const) {
            expect((await end({ caller: 'customer:7', session: 'all', token }, sent)).status).to.equal(403);
        }

        expect((await end({ caller: 'customer:7', session: 'all' }, cookie)).status).to.equal(403);
        for (const form of [{ caller: 'guest', session: 'all' }, { caller: '7', session: 'all' }, { caller: 'customer:7' }, {}]) {
            expect((await end({ ...form, token: tokenIn(text) }, cookie)).status).to.equal(400);
        }

        expect(await gate.sessions.list('customer', '7')).to.have.length(1);
    });

    it('says what was refused and why, and shows no markup of a client\'s', async () => {

        const token = await gate.logIn('customer');
        await gate.fetch('/rest/V1/customers/7', { token });
        await gate.fetch('/<b>bold</b>');
        await until(() => gate.entries.some(({ path }) => path.includes('bold')));
        const { text } = await show();
        expect(text).to.contain('<code>not-authorized</code>').and.contain('Shop_Test::customers').and.contain('href="/?caller=customer%3A7"');
        expect(text).to.not.contain('<b>bold').and.not.contain(token);
    });

    it('explains a call', async () => {

        const { text } = await show('?method=GET&target=/rest/V1/customers/7&as=customer:7');
        expect(text).to.contain('Shop_Test::customers').and.contain('<option selected>GET</option>').and.contain('value="/rest/V1/customers/7"');
        expect((await show('?target=/rest/V1/currency')).text).to.contain('forwarded');
        expect((await show('?target=/rest/V1/currency&as=nobody')).text).to.contain('As whom?');
        expect((await show('?caller=nobody')).text).to.contain('A caller is written');
        expect((await show('?caller=guest')).text).to.contain('A caller is written');
    });

    it('is shown under a name of this machine only, unless a key is asked for', async () => {

        const { port } = new URL(gate.opsUrl);
        expect((await sendRaw(gate.opsUrl, `GET / HTTP/1.1\r\nHost: evil.example.com:${port}\r\nConnection: close\r\n\r\n`)).status).to.equal(403);
        expect((await sendRaw(gate.opsUrl, `POST /sessions/end HTTP/1.1\r\nHost: evil.example.com:${port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)).status).to.equal(403);

        const keyed = await startTestGateway({ POSTERN_OPS_KEY: 'a-key-of-some-length' });
        expect((await fetch(keyed.opsUrl)).status).to.equal(401);
        const authorization = `Basic ${Buffer.from('ops:a-key-of-some-length').toString('base64')}`;
        const shown = await sendRaw(keyed.opsUrl, `GET / HTTP/1.1\r\nHost: ops.example.com\r\nAuthorization: ${authorization}\r\nConnection: close\r\n\r\n`);
        expect(shown.status).to.equal(200);
        expect(shown.body).to.contain('in the memory of this process');
        await keyed.stop();
    });

    it('says what it cannot show while Redis or the upstream is away', async () => {

        const { text, cookie } = await show('?caller=customer:7');
        await gate.upstream.stop();
        await gate.fetch('/rest/V1/currency');
        await redis.stop();
        const away = await show('?caller=customer:7&target=/rest/V1/customers/me&as=customer:7');
        expect(away.text).to.contain('<span class="bad">away</span>').and.contain('Redis is away: nobody').and.contain('cannot be looked up now');
        await until(async () => (await show()).text.includes('upstream refused'));
        expect((await end({ caller: 'customer:7', session: 'all', token: tokenIn(text) }, cookie)).status).to.equal(503);
    });

    it('shows what was refused in all processes, where it is told', async () => {

        const entry: Entry = {
            requestId: 'of-another-process', source: '192.0.2.1', method: 'GET', path: '/', kind: 'unknown', resources: [], caller: guest, credential: 'absent', fate: 'refused', reason: 'not-found', status: 404, bytes: 0, totalMs: 1
        };
        const server = Hapi.server({ debug: false });
        const nobody = () => Promise.reject(new TypeError('nobody asks'));
        server.route([...pageRoutes({
            sessions: { list: nobody, role: nobody, end: nobody, endAll: nobody }, explain: () => ({}) as never, recent: () => [], state: () => Promise.resolve({ isStoreReachable: true, cache: undefined, origins: [], routes: 0 }),
            onEnded: () => undefined, policyFolder: ''
        })]);
        expect((await server.inject({ url: '/', plugins: { posternOps: { mishaps: [{ atMs: 0, entry }] } } })).payload).to.contain('<code>of-another-process</code>');
        expect((await server.inject('/')).payload).to.contain('Nothing yet.');
    });

    it('lets a mistake of ours be one', async () => {

        const fail = () => Promise.reject(new TypeError('a mistake'));
        const server = Hapi.server({ debug: false });
        server.route([...pageRoutes({
            sessions: { list: fail, role: fail, end: fail, endAll: fail }, explain: () => {

                throw new TypeError('a mistake');
            },
            recent: () => [], state: () => Promise.resolve({ isStoreReachable: true, cache: undefined, origins: [], routes: 0 }),
            onEnded: () => undefined, policyFolder: ''
        })]);
        expect((await server.inject('/')).statusCode).to.equal(200);
        expect((await server.inject('/?caller=customer:7')).statusCode).to.equal(500);
    });
});
