import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { TestGateway } from '../support/gateway.js';
import type { EchoUpstream } from '../support/websockets.js';
import { certificate, certificateKey } from '../support/certificate.js';
import { closeAll, startScriptedUpstream, startUpstream as startBackend } from '../support/front.js';
import { startTestGateway } from '../support/gateway.js';
import { sendRaw } from '../support/send.js';
import { until } from '../support/until.js';
import { startUpstream } from '../support/upstream.js';
import { openSocket, startEcho } from '../support/websockets.js';


export const lab = Lab.script();
const { after, afterEach, before, describe, it } = lab;

const handshake = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
const ask = (target: string, lines: readonly string[], body = '', method = 'GET') => `${[`${method} ${target} HTTP/1.1`, 'Host: shop.example', ...lines].join('\r\n')}\r\n\r\n${body}`;

describe('takeHandshakes()', () => {

    let gate: TestGateway;
    let upstream: EchoUpstream;
    let token: string;

    before(async () => {

        upstream = await startEcho();
        gate = await startTestGateway({ POSTERN_UPGRADE: 'websocket', POSTERN_UPGRADE_LIMIT: '3', POSTERN_UNKNOWN_ROUTES: 'pass', POSTERN_IDLE_TIMEOUT: '5s' }, upstream);
        token = await gate.logIn('customer');
    });

    afterEach(async () => {

        upstream.reached.length = 0;
        for (const socket of upstream.sockets) {
            socket.terminate();
        }

        await until(() => upstream.sockets.size === 0);
    });

    after(() => gate.stop());

    it('joins client and upstream, with the caller\'s identity and what the route forces', async () => {

        const headers = { authorization: `Bearer ${token}`, 'x-caller-id': '8', x_caller_id: '8', 'x-warpgate-username': 'admin', cookie: 'a=b', 'x-own': 'kept' };
        const { socket, echo, closed } = await openSocket(`${gate.url}/rest/V1/customers/me?a=%2F&customerId=8`, headers, ['chat', 'other']);
        expect([socket.protocol, await echo('one'), await echo('x'.repeat(300_000))]).to.equal(['chat', 'one', 'x'.repeat(300_000)]);
        const [{ target, headers: heard } = { target: '', headers: {} }] = upstream.reached;
        expect(target).to.equal('/rest/V1/customers/me?a=%2F&customerId=7');
        expect(heard).to.include({ 'x-caller-type': 'customer', 'x-caller-id': '7', 'x-own': 'kept', connection: 'upgrade', upgrade: 'websocket', 'x-forwarded-host': new URL(gate.url).host });
        expect(Object.keys(heard).filter((name) => /cookie|authorization|warpgate|x_/.test(name))).to.equal([]);

        socket.close(4_321, 'bye');
        expect((await closed).code).to.equal(4_321);
        await until(() => gate.entries.at(-1)?.status === 101);
        const entry = gate.entries.at(-1);
        expect(entry).to.include({ fate: 'forwarded', route: 'GET /V1/customers/me', caller: { type: 'customer', id: '7' } });
        expect(entry!.bytes).to.be.above(300_003);
    });

    it('passes pings and pongs', async () => {

        const { socket } = await openSocket(`${gate.url}/rest/V1/currency`);
        socket.ping('are you there');
        expect(String((await once(socket, 'pong') as [Buffer])[0])).to.equal('are you there');
        for (const one of upstream.sockets) {
            one.ping('and you');
        }

        expect(String((await once(socket, 'ping') as [Buffer])[0])).to.equal('and you');
        socket.terminate();
    });

    it('closes both ends together, whichever is closed', async () => {

        const first = await openSocket(`${gate.url}/rest/V1/currency`);
        first.socket.terminate();
        await until(() => upstream.sockets.size === 0);

        const second = await openSocket(`${gate.url}/rest/V1/currency`);
        for (const socket of upstream.sockets) {
            socket.close(1_012);
        }

        expect((await second.closed).code).to.equal(1_012);

        const third = await openSocket(`${gate.url}/rest/V1/currency`);
        for (const socket of upstream.sockets) {
            socket.terminate();
        }

        expect((await third.closed).code).to.equal(1_006);
    });

    it('judges a handshake as any other request', async () => {

        const refused = async (path: string, headers = {}) => openSocket(`${gate.url}${path}`, headers).then(() => 'opened', (error: unknown) => (error as Error).message);
        expect(await refused('/rest/V1/customers/me')).to.equal('Unexpected server response: 401');
        expect(await refused('/rest/V1/customers/8', { authorization: `Bearer ${token}` })).to.equal('Unexpected server response: 401');
        expect(await refused('/rest/V1/vault')).to.equal('Unexpected server response: 400');
        expect((await sendRaw(gate.url, ask('/rest/V1/files/../currency', handshake))).status).to.equal(404);
        expect(upstream.reached).to.equal([]);
    });

    it('passes one on as a guest\'s where no route matches and such calls are passed', async () => {

        const { socket, echo } = await openSocket(`${gate.url}/socket?x`, { authorization: `Bearer ${token}` });
        expect(await echo('hello')).to.equal('hello');
        expect(upstream.reached[0]).to.include({ target: '/socket?x' });
        expect(upstream.reached[0]!.headers).to.include({ 'x-caller-type': 'guest' });
        expect(upstream.reached[0]!.headers['x-caller-id']).to.be.undefined();
        socket.terminate();
    });

    it('opens none where the gate decides by the body, or answers itself', async () => {

        for (const target of ['/graphql?query={a}', '/soap/default?services=shopTestCurrencyV1', '/rest/schema', '/.well-known/jwks.json']) {
            const { status, body } = await sendRaw(gate.url, ask(target, handshake));
            expect([status, body], target).to.equal([403, '{"message":"No WebSocket connection can be opened at this address."}']);
        }

        expect(upstream.reached).to.equal([]);
    });

    it('refuses a handshake that servers read in several ways', async () => {

        const [connection = '', upgrade = '', version = '', key = ''] = handshake;
        for (const [lines, body] of [
            [[...handshake, 'Content-Length: 5'], 'hello'], [[...handshake, 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
            [[connection, upgrade, version], ''], [[connection, upgrade, version, 'Sec-WebSocket-Key: short'], ''], [[...handshake, key], '']
        ] as const) {
            const { status, headers } = await sendRaw(gate.url, ask('/rest/V1/currency', lines, body));
            expect([status, headers['connection']], lines.join()).to.equal([400, 'close']);
        }

        expect(upstream.reached).to.equal([]);
    });

    it('passes on what the upstream answers instead of switching protocols', async () => {

        const { status, headers, body } = await sendRaw(gate.url, ask('/rest/V1/currency', [...handshake.slice(0, 2), 'Sec-WebSocket-Version: 7', handshake[3]!]));
        expect([status, body, headers['connection']]).to.equal([400, 'Missing or invalid Sec-WebSocket-Version header', 'close']);
    });

    it('joins nobody to an upstream that has not read the handshake', async () => {

        for (const lines of ['Upgrade: websocket', 'Upgrade: websocket\r\nSec-WebSocket-Accept: x', 'Upgrade: h2c\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=']) {
            const { origin } = await startScriptedUpstream((_request, socket) => socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n${lines}\r\n\r\n`));
            const front = await startTestGateway({ POSTERN_UPGRADE: 'websocket', POSTERN_UPSTREAM: origin });
            const { status, headers } = await sendRaw(front.url, ask('/rest/V1/currency', handshake, ask('/rest/V1/customers/8', [])));
            expect([status, headers['connection']], lines).to.equal([502, 'close']);
            await front.stop();
        }

        await closeAll();
    });

    it('passes on a long answer instead of switching protocols, at the pace of the client', async () => {

        const { origin } = await startBackend((_req, res) => res.end(Buffer.alloc(8 * 1024 * 1024, 'x')));
        const front = await startTestGateway({ POSTERN_UPGRADE: 'websocket', POSTERN_UPSTREAM: origin });
        const { status, body } = await sendRaw(front.url, ask('/rest/V1/currency', handshake));
        expect([status, body.length]).to.equal([200, 8 * 1024 * 1024]);
        await front.stop();
        await closeAll();
    });

    it('serves other wishes to upgrade as if there were none, body and all', async () => {

        const plain = await startUpstream();
        const front = await startTestGateway({ POSTERN_UPGRADE: 'websocket' }, plain);
        for (const [lines, body, method] of [
            [['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMA'], '', 'GET'],
            [['Connection: upgrade', 'Upgrade: websocket, h2c', 'X-A: 1'], '', 'GET'],
            [['Connection: Upgrade', 'Upgrade: websocket', 'Content-Length: 5'], 'hello', 'POST'],
            [['Connection: Upgrade, X-Named', 'Upgrade: TLS/1.0', 'X-Named: 1', 'Transfer-Encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n', 'POST']
        ] as const) {
            const { status, headers } = await sendRaw(front.url, ask(method === 'GET' ? '/rest/V1/currency?%2F' : '/rest/V1/files/a', lines, body, method));
            expect([status, headers['connection']], lines.join()).to.equal([200, 'close']);
            const one = plain.reached.pop();
            expect([one!.target, one!.body]).to.equal(method === 'GET' ? ['/rest/V1/currency?%2F', ''] : ['/rest/V1/files/a', 'hello']);
            expect(Object.keys(one!.headers).filter((name) => /upgrade|http2|named/.test(name))).to.equal([]);
        }

        await front.stop();
    });

    it('does the same over TLS', async () => {

        const folder = await mkdtemp(join(tmpdir(), 'postern-upgrade-'));
        const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
        await writeFile(cert, certificate);
        await writeFile(key, certificateKey);
        const echo = await startEcho();
        const front = await startTestGateway({ POSTERN_UPGRADE: 'websocket', POSTERN_TLS_CERT: cert, POSTERN_TLS_KEY: key }, echo);
        const { socket, echo: say } = await openSocket(`${front.url}/rest/V1/currency`);
        expect(await say('x'.repeat(300_000))).to.have.length(300_000);
        socket.terminate();

        const plain = connectTls({ port: Number(new URL(front.url).port), host: '127.0.0.1', rejectUnauthorized: false });
        plain.write(ask('/rest/V1/files/a', ['Connection: Upgrade', 'Upgrade: h2c', 'Content-Length: 5'], 'he', 'POST'));
        setTimeout(() => plain.write('llo'), 20);
        expect(await text(plain)).to.match(/^HTTP\/1.1 426 .*WebSocket only/s);
        await front.stop();
        await rm(folder, { recursive: true });
    });

    it('takes no handshake behind a request that is not answered yet', async () => {

        const slow = await startUpstream(() => undefined);
        const front = await startTestGateway({ POSTERN_UPGRADE: 'websocket' }, slow);
        for (const [i, lines] of [handshake, ['Connection: Upgrade', 'Upgrade: h2c']].entries()) {
            const socket: Socket = connect(Number(new URL(front.url).port), '127.0.0.1');
            let heard = '';
            socket.on('data', (chunk) => {

                heard += chunk.toString();
            });
            socket.write(ask('/rest/V1/currency', []));
            await until(() => slow.reached.length === i + 1);
            socket.write(ask('/rest/V1/currency', lines));
            await once(socket, 'close');
            expect(heard).to.equal('');
        }

        expect(slow.reached).to.have.length(2);
        await front.stop();
    });

    it('opens no more than are allowed', async () => {

        const open = [await openSocket(`${gate.url}/rest/V1/currency`), await openSocket(`${gate.url}/rest/V1/currency`), await openSocket(`${gate.url}/rest/V1/currency`)];
        const { status, headers, body } = await sendRaw(gate.url, ask('/rest/V1/currency', handshake));
        expect([status, headers['retry-after'], body]).to.equal([503, '5', '{"message":"Too many WebSocket connections are open now. Try again shortly."}']);
        open[0]!.socket.terminate();
        await open[0]!.closed;
        await until(() => upstream.sockets.size === 2);
        expect(await (await openSocket(`${gate.url}/rest/V1/currency`)).echo('room again')).to.equal('room again');
    });

    it('survives clients that leave at any time', async () => {

        for (let i = 0; i < 10; ++i) {
            const socket = connect(Number(new URL(gate.url).port), '127.0.0.1');
            socket.on('error', () => undefined);
            socket.write(ask('/rest/V1/currency', handshake));
            setTimeout(() => (i % 2 === 0 ? socket.resetAndDestroy() : socket.destroy()), i);
            await once(socket, 'close');
        }

        await until(() => upstream.sockets.size === 0);
        expect((await gate.fetch('/rest/V1/currency')).status).to.equal(426);
    });

    it('closes what is open when the gate stops', async () => {

        const own = await startEcho();
        const front = await startTestGateway({ POSTERN_UPGRADE: 'websocket', POSTERN_STOP_TIMEOUT: '1m' }, own);
        const { closed, echo } = await openSocket(`${front.url}/rest/V1/currency`);
        await echo('hello');
        await front.stop();
        expect((await closed).code).to.equal(1_006);
    });
});

describe('judgeUpgrade()', () => {

    it('refuses WebSocket connections where none are allowed, and ignores other wishes', async () => {

        const gate = await startTestGateway();
        const { status, body, headers } = await sendRaw(gate.url, ask('/rest/V1/currency', ['Connection: close, Upgrade', ...handshake.slice(1)]));
        expect([status, body]).to.equal([403, '{"message":"No WebSocket connection can be opened at this address."}']);
        expect(headers['upgrade']).to.be.undefined();
        expect(gate.upstream.reached).to.equal([]);
        expect(gate.entries[0]).to.include({ fate: 'refused', reason: 'upgrade-refused' });

        for (const lines of [['Upgrade: websocket', 'Connection: close'], ['Upgrade: h2c', 'Connection: close, Upgrade']]) {
            expect((await sendRaw(gate.url, ask('/rest/V1/currency', lines))).status).to.equal(200);
        }

        await gate.stop();
    });
});

describe('refuseConnects()', () => {

    it('answers CONNECT with 405, whatever it asks for, and nothing else on its connection', async () => {

        const gate = await startTestGateway();
        const hidden = ask('/rest/V1/currency', []);
        for (const target of ['/rest/V1/customers/me', 'shop.example:443', '127.0.0.1:6379']) {
            const { status, headers, body } = await sendRaw(gate.url, ask(target, [], hidden, 'CONNECT'));
            expect([status, headers['connection'], body], target).to.equal([405, 'close', '']);
        }

        expect(gate.upstream.reached).to.equal([]);
        await gate.stop();
    });

    it('says nothing in the middle of another answer', async () => {

        const { origin } = await startScriptedUpstream(() => undefined);
        const gate = await startTestGateway({ POSTERN_UPSTREAM: origin });
        expect((await sendRaw(gate.url, ask('/rest/V1/currency', [], ask('/', [], '', 'CONNECT')))).status).to.be.NaN();
        await gate.stop();
        await closeAll();
    });
});
