import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { attack, bytesOf, expectUnharmed, valuesOf } from '../support/attack.js';
import type { TestGateway } from '../support/gateway.js';
import { startTestGateway } from '../support/gateway.js';
import { sendRaw } from '../support/send.js';
import { until } from '../support/until.js';


export const lab = Lab.script();
const { after, afterEach, before, describe, it } = lab;

/** A connection that is written to step by step. */
async function dial(url: string): Promise<{ readonly socket: Socket; readonly text: () => string; readonly isClosed: () => boolean }> {

    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    let text = '';
    let isClosed = false;
    socket.on('data', (chunk) => {

        text += chunk.toString();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {

        isClosed = true;
    });
    await once(socket, 'connect');
    return { socket, text: () => text, isClosed: () => isClosed };
}

describe('attacks on framing, upgrades and the proxy client (C4)', () => {

    let gate: TestGateway;
    let token: string;

    before(async () => {

        gate = await startTestGateway();
        token = await gate.logIn('customer');
    });

    afterEach(() => expectUnharmed(gate, [token]));

    after(() => gate.stop());

    const head = 'POST /rest/V1/files/a HTTP/1.1\r\nHost: shop.example\r\n';
    const smuggled = 'GET /rest/V1/currency?smuggled HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n';

    /** Sends bytes as they stand; tells the first answer, and the targets that reached the upstream. */
    const sendBytes = async (bytes: string) => {

        const before = gate.upstream.reached.length;
        const answer = await sendRaw(gate.url, Buffer.from(bytes, 'latin1'));
        return { ...answer, reached: gate.upstream.reached.slice(before) };
    };

    const expectBroken = async (bytes: string, what: string) => {

        const { status, reached } = await sendBytes(bytes);
        expect([status, reached], what).to.equal([400, []]);
    };

    it('50: a header block that ends in no line end, and line ends that are none → 400', async () => {

        for (const end of ['\r\n\rX', '\r\n\rX-Caller-Id: 1\r\n\r\n', '\r\n\r\r\n\r\n', '\n\n', '\r\n\n', '\r\r\n\r\n', '\r\n \r\n\r\n', '\r\n\x00\r\n\r\n', '\r\n:\r\n\r\n', '\r\nX\r\n\r\n', '\r\nX-A: a\nX-B: b\r\n\r\n', '\r\nX-A: a\rX-B: b\r\n\r\n', '\r\nX-A: a\x00\r\n\r\n', '\r\nX\x0bA: a\r\n\r\n', '\r\nX(A): a\r\n\r\n']) {
            await expectBroken(`GET /rest/V1/currency HTTP/1.1\r\nHost: shop.example${end}`, JSON.stringify(end));
        }
    });

    it('50: request lines that are none → 400', async () => {

        for (const line of [
            'GET\t/rest/V1/currency HTTP/1.1', 'GET /rest/V1/currency', 'GET /rest/V1/currency HTTP/1.1 x', 'GET /rest/V1/currency HTTP/1.2', 'GET /rest/V1/currency HTTP/9.9', 'GET /rest/V1/currency http/1.1', 'GET /rest/V1/currency HTTP/0.9',
            'GET /rest/V1/currency HTTP/2.0', 'GET /rest/V1/cur rency HTTP/1.1', 'GET /rest/V1/currency\x00 HTTP/1.1', 'GET /rest/V1/currency\x7f HTTP/1.1', 'GET /rest/V1/\xe9 HTTP/1.1', ' GET /rest/V1/currency HTTP/1.1', 'HTTP/1.1 200 OK', '\x16\x03\x01\x02\x00\x01', '*1\r\n$4\r\nPING'
        ]) {
            await expectBroken(`${line}\r\nHost: shop.example\r\nConnection: close\r\n\r\n`, JSON.stringify(line));
        }
    });

    it('51, 53: lengths that contradict each other, or are none → 400', async () => {

        for (const lines of [
            ['Content-Length: 5', 'content-length: 5'], ['Content-Length: 5', 'Content-Length: 6'], ['Content-Length: 5, 5'], ['Content-Length: 5,6'], ['Content-Length: +5'], ['Content-Length: -5'], ['Content-Length: 0x5'], ['Content-Length: 5 5'], ['Content-Length: 5.0'], ['Content-Length: five'],
            ['Content-Length:'], ['Content-Length: 5\x0b'], ['Content-Length: 99999999999999999999999'], ['Content-Length : 5'], ['Content-Length: 5', 'Transfer-Encoding: chunked'], ['Transfer-Encoding: chunked', 'Content-Length: 5'], ['Content-Length: 0', 'Transfer-Encoding: chunked']
        ]) {
            await expectBroken(`${head}${lines.join('\r\n')}\r\n\r\nhello${smuggled}`, lines.join(' | '));
            await expectBroken(`${head}${lines.join('\r\n')}\r\n\r\n5\r\nhello\r\n0\r\n\r\n${smuggled}`, lines.join(' | '));
        }
    });

    it('53: transfer codings that only somebody takes for chunked → 400, and nothing is smuggled', async () => {

        for (const lines of [
            'Transfer-Encoding: xchunked', 'Transfer-Encoding: chunked, identity', 'Transfer-Encoding: identity', 'Transfer-Encoding: identity, chunked', 'Transfer-Encoding: gzip, chunked', 'Transfer-Encoding: chunked, chunked', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
            'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', 'Transfer-Encoding: identity\r\nTransfer-Encoding: chunked', 'Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked', 'Transfer-Encoding : chunked', 'Transfer-Encoding:\x0bchunked', 'Transfer-Encoding: \x00chunked', 'Transfer-Encoding: "chunked"',
            'Transfer-Encoding: chunked;a=b', 'Transfer-Encoding: chunked,', 'Transfer-Encoding: ,chunked', 'Transfer-Encoding:\r\n chunked', 'Transfer-Encoding:\r\n\tchunked', 'Transfer-Encoding:\n chunked', 'X: y\nTransfer-Encoding: chunked', 'X: y\rTransfer-Encoding: chunked', 'Transfer-Encoding', 'Transfer-Encoding: cow'
        ]) {
            await expectBroken(`${head}${lines}\r\n\r\n0\r\n\r\n${smuggled}`, JSON.stringify(lines));
        }

        await expectBroken(`POST /rest/V1/files/a HTTP/1.0\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`, 'HTTP/1.0');
        const { reached: [one] } = await sendBytes(`${head}Connection: close\r\nTransfer-Encoding: CHUNKED\r\nTransfer_Encoding: x\r\n\r\n5\r\nhello\r\n0\r\n\r\n`);
        expect([one?.body, one?.headers['transfer_encoding']]).to.equal(['hello', undefined]);
    });

    it('53: chunks whose size only somebody can read → broken off, and nothing is smuggled', async () => {

        for (const chunk of ['0x5\r\nhello\r\n', '5 \r\nhello\r\n', ' 5\r\nhello\r\n', '+5\r\nhello\r\n', '-5\r\nhello\r\n', '5\nhello\r\n', '5\r\nhello', '5\r\nhelloX', '6\r\nhello\r\n', 'G\r\nhello\r\n', '\r\nhello\r\n', 'ffffffffffffffff1\r\nhello\r\n', `5;${'a'.repeat(40_000)}\r\nhello\r\n`, '5;a\nb\r\nhello\r\n', '5\r\nhello\n']) {
            const { status, reached } = await sendBytes(`${head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n${smuggled}`);
            expect([400, 413].includes(status), `${JSON.stringify(chunk.slice(0, 30))}: ${status}`).to.be.true();
            expect(reached.filter(({ target, body }) => target.includes('smuggled') || body.includes('hello')), JSON.stringify(chunk.slice(0, 30))).to.equal([]);
        }
    });

    it('53: headers after the body → they say nothing', async () => {

        const { status, reached: [one] } = await sendBytes(`${head}Connection: close\r\nTransfer-Encoding: chunked\r\nTrailer: X-Caller-Id\r\n\r\n5\r\nhello\r\n0\r\nX-Caller-Id: 1\r\nAuthorization: Bearer ${token}\r\n\r\n`);
        expect([status, one?.body]).to.equal([200, 'hello']);
        expect([...valuesOf(one!, 'X-Caller-Type'), ...valuesOf(one!, 'X-Caller-Id'), ...valuesOf(one!, 'Trailer')]).to.equal(['guest']);
        const large = await sendBytes(`${head}Transfer-Encoding: chunked\r\n\r\n0\r\nX: ${'a'.repeat(40_000)}\r\n\r\n${smuggled}`);
        expect([large.status >= 400, large.reached]).to.equal([true, []]);
    });

    it('53: a request within a body, and two on one connection → each is what it is, and identities do not mix', async () => {

        const { reached: [one, ...others] } = await sendBytes(`GET /rest/V1/currency HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`);
        expect([one?.body, others]).to.equal([smuggled, []]);

        const { reached } = await sendBytes(`GET /rest/V1/currency?1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\nGET /rest/V1/currency?2 HTTP/1.1\r\nHost: a\r\n\r\nGET /rest/V1/customers/me HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
        expect(reached.map((request) => `${request.target} ${String(request.headers['x-caller-type'])}`).sort()).to.equal(['/rest/V1/currency?1 customer', '/rest/V1/currency?2 guest']);
    });

    it('54, 56: HTTP/2, by upgrade or right away, and other protocols → plain HTTP/1.1 or nothing', async () => {

        const { status, reached: [one] } = await sendBytes('GET /rest/V1/currency HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n');
        expect(status).to.equal(200);
        expect(Object.keys(one!.headers).filter((name) => /upgrade|http2|sec-/.test(name))).to.equal([]);
        expect(one!.headers.connection).to.equal('keep-alive');

        for (const bytes of ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00', 'GET /rest/V1/currency HTTP/2\r\nHost: a\r\n\r\n']) {
            await expectBroken(bytes, bytes.slice(0, 14));
        }

        const tunnel = await sendRaw(gate.url, 'CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: 169.254.169.254:80\r\n\r\nGET / HTTP/1.1\r\n\r\n');
        expect([200, 101].includes(tunnel.status)).to.be.false();
    });

    describe('57: large and slow requests', () => {

        it('headers, targets and lines beyond the bound → 400 or 431, nothing forwarded', async () => {

            for (const [what, request] of [
                ['a header of 17 KB', { lines: [`X-A: ${'a'.repeat(17_000)}`] }], ['many headers of 17 KB', { lines: Array.from({ length: 100 }, (_, i) => `X-${i}: ${'a'.repeat(170)}`) }], ['a target of 17 KB', { target: `/rest/V1/currency?${'a'.repeat(17_000)}` }],
                ['a name of 17 KB', { lines: [`${'a'.repeat(17_000)}: x`] }], ['a method of 17 KB', { method: 'A'.repeat(17_000) }], ['a Host of 17 KB', { lines: [`Host: ${'a'.repeat(17_000)}`] }], ['129 lines', { lines: Array<string>(127).fill('a:') }], ['1500 lines', { lines: Array<string>(1_500).fill('a:') }],
                ['2500 lines, the last with a token', { target: '/rest/V1/customers/me', lines: [...Array<string>(2_500).fill('a:'), `Authorization: Bearer ${token}`] }], ['1500 lines, the last with a length', { method: 'POST', target: '/rest/V1/files/a', lines: [...Array<string>(1_500).fill('a:'), 'Content-Length: 5'], body: 'hello' }]
            ] as const) {
                const { status, reached } = await attack(gate, request);
                expect([[400, 431].includes(status), reached], `${what}: ${status}`).to.equal([true, []]);
            }

            expect((await attack(gate, { lines: Array<string>(126).fill('a:') })).status).to.equal(200);
        });

        it('a megabyte of header without an end → cut off at the bound', async () => {

            const { socket, isClosed } = await dial(gate.url);
            socket.write('GET /rest/V1/currency HTTP/1.1\r\nHost: a\r\n');
            for (let i = 0; i < 100 && !isClosed(); ++i) {
                socket.write(`X-${i}: ${'a'.repeat(10_000)}\r\n`);
                await wait(1);
            }

            await until(isClosed);
        });

        it('a byte now and then, in headers and body, of every door, and no byte at all → 408 or closed in time', { timeout: 30_000 }, async () => {

            const strict = await startTestGateway({ POSTERN_REQUEST_TIMEOUT: '800ms' });
            const started = performance.now();
            const json = 'Content-Type: application/json\r\n';
            const lines = await Promise.all([
                '', 'G', 'GET /rest/V1/currency HTTP/1.1\r\n', 'GET /rest/V1/currency HTTP/1.1\r\nHost: a\r\nX-A', `${head}Content-Length: 1000\r\n\r\nx`, `${head}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n`, `${head}Transfer-Encoding: chunked\r\n\r\n0\r\nX: y`,
                `POST /rest/V1/integration/customer/token HTTP/1.1\r\nHost: a\r\n${json}Content-Length: 1000\r\n\r\n{`, `POST /graphql HTTP/1.1\r\nHost: a\r\n${json}Content-Length: 1000\r\n\r\n{`, 'POST /soap/default?services=x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n<',
                `PUT /rest/V1/customers/me HTTP/1.1\r\nHost: a\r\n${json}Authorization: Bearer ${await strict.logIn('customer')}\r\nContent-Length: 1000\r\n\r\n{`, 'POST /rest/V1/nosuch HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nx'
            ].map(async (start) => ({ start, ...await dial(strict.url) })));
            for (const { socket, start } of lines) {
                socket.write(start);
            }

            while (!lines.every(({ isClosed }) => isClosed()) && performance.now() - started < 8_000) {
                for (const { socket, start } of lines.filter(({ start, isClosed }) => start !== '' && !isClosed())) {
                    socket.write(start.endsWith('x\r\n') ? '1\r\nx\r\n' : 'x');
                }

                await wait(100);
            }

            expect(lines.filter(({ isClosed }) => !isClosed()).map(({ start }) => start)).to.equal([]);
            for (const { start, text } of lines) {
                expect(/^(?:HTTP\/1\.1 (?:408|40[04]) |$)/.test(text()), `${start}: ${text()}`).to.be.true();
            }

            expect(lines.filter(({ text }) => text().includes(' 408 ')).length).to.be.above(5);
            expect(strict.upstream.reached).to.equal([]);
            await expectUnharmed(strict);
            await strict.stop();
        });
    });

    describe('an upstream that answers while the request is still on its way', () => {

        /** An upstream that answers at once, and goes on as long as it is let. */
        const startEager = async () => {

            const sockets = new Set<Socket>();
            const server = createServer((socket) => {

                sockets.add(socket);
                socket.on('error', () => undefined);
                socket.once('data', (bytes) => {

                    socket.write(bytes.toString().startsWith('GET') ? 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok' : 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegun\r\n');
                });
            });
            server.listen(0, '127.0.0.1');
            await once(server, 'listening');
            const { port } = server.address() as { port: number };
            return {
                url: `http://127.0.0.1:${port}`,
                async stop() {

                    sockets.forEach((socket) => socket.destroy());
                    server.close();
                    await once(server, 'close');
                }
            };
        };

        for (const [what, rest, settings] of [
            ['53: and breaks off in a chunk that is none', 'no chunk\r\n', {}],
            ['57: and never ends', '', { POSTERN_REQUEST_TIMEOUT: '600ms' }]
        ] as const) {
            it(`${what} → the answer is cut, the process lives`, async () => {

                const eager = await startEager();
                const front = await startTestGateway({ POSTERN_UPSTREAM: eager.url, ...settings });
                const { socket, text, isClosed } = await dial(front.url);
                socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n`);
                await until(() => text().includes('begun'));
                socket.write(rest);
                await until(isClosed);
                expect(text().match(/HTTP\/1\.1/g)).to.have.length(1);
                expect(text()).to.not.contain('0\r\n\r\n');
                expect((await sendRaw(front.url, bytesOf({}))).status).to.equal(200);
                await front.stop();
                await eager.stop();
            });
        }
    });

    it('splitting: line ends in values that come from the client or the upstream → no header of anybody\'s choice', async () => {

        for (const target of ['/rest/V1/currency?x=%0d%0aSet-Cookie:%20a=b', '/rest/V1/nosuch%0d%0aSet-Cookie:%20a=b', '/soap/default?services=%0d%0aSet-Cookie:%20a=b', '/soap/default?wsdl&services=integrationCustomerTokenServiceV1&%0d%0aSet-Cookie=a', '/graphql?query=%0d%0aSet-Cookie:%20a']) {
            const { headers } = await attack(gate, { target, lines: ['Accept: application/json%0d%0aSet-Cookie: a'] });
            expect(headers['set-cookie'], target).to.be.undefined();
        }

        const wsdl = await attack(gate, { target: '/soap/default?wsdl&services=integrationCustomerTokenServiceV1', lines: ['Host: a"><script>alert(1)</script><x y="'] });
        expect(wsdl.body).to.not.contain('<script>');

        let answer = '';
        const server = createServer((socket) => {

            socket.on('error', () => undefined);
            socket.once('data', () => {

                socket.end(Buffer.from(answer, 'latin1'));
            });
        });
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const front = await startTestGateway({ POSTERN_UPSTREAM: `http://127.0.0.1:${(server.address() as { port: number }).port}` });
        for (const line of ['X-A: a\rSet-Cookie: b', 'X-A: a\nSet-Cookie: b', 'X-A: a\x00b', 'X-A: a\x01b', 'X\x01A: b', 'X A: b', 'Content-Length: 2\r\nContent-Length: 3', 'Content-Length: 2\r\nTransfer-Encoding: chunked', 'Transfer-Encoding: gzip', ': b']) {
            answer = `HTTP/1.1 200 OK\r\nConnection: close\r\n${line}\r\n\r\nok`;
            const { status, headers } = await sendRaw(front.url, bytesOf({}));
            expect([status, headers['set-cookie']], JSON.stringify(line)).to.equal([line.includes('gzip') ? 200 : 502, undefined]);
        }

        for (const start of ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade', 'HTTP/1.1 20 OK', 'HTTP/1.1 2000 OK', 'SMTP ready', 'HTTP/3.7 200 OK']) {
            answer = `${start}\r\n\r\nok`;
            expect((await sendRaw(front.url, bytesOf({}))).status, start).to.equal(502);
        }

        answer = 'HTTP/1.1 200 O\x01K\r\nContent-Length: 2\r\nConnection: X-Secret, close\r\nX-Secret: 1\r\nProxy-Authenticate: Basic\r\nKeep-Alive: timeout=1\r\n\r\nok';
        const { status, headers, body } = await sendRaw(front.url, bytesOf({}));
        expect([status, body, Object.keys(headers).sort()]).to.equal([200, 'ok', ['connection', 'content-length', 'date']]);
        await front.stop();
        server.close();
    });
});
