import { Agent } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { expect } from '@hapi/code';
import * as Hapi from '@hapi/hapi';
import * as Lab from '@hapi/lab';

import type { Failure } from '../../../gateway/forward/failure.js';
import { createUpstream, openOrigins } from '../../../gateway/forward/upstream.js';
import type { Call } from '../../support/client.js';
import { call, closing, exchangeBytes, leave, open } from '../../support/client.js';
import { closeAfterwards, closeAll, ok, startFront, startRawUpstream, startScriptedUpstream, startUpstream } from '../../support/front.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { afterEach, describe, it } = lab;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

afterEach(closeAll);

describe('exchange()', () => {

    it('forwards every method with target, headers and body, and the answer back', async () => {

        const seen: unknown[] = [];
        const upstream = await startUpstream(async (req, res) => {

            seen.push([req.method, req.url, req.headers['x-own'], await text(req)]);
            res.writeHead(207, 'Multi Status', ['X-One', '1', 'Set-Cookie', 'a=1', 'x-one', '2', 'Set-Cookie', 'b=2', 'Content-Type', 'text/plain']);
            res.end(req.method === 'HEAD' ? undefined : 'done');
        });
        const front = await startFront(upstream.origin);

        for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE', 'PURGE']) {
            const body = ['POST', 'PUT', 'DELETE', 'PATCH'].includes(method) ? 'payload' : undefined;
            const answer = await call(front, { method, path: `/rest/V1/${method}?a=%2F`, headers: { 'X-Own': 'y', ...(body !== undefined && { 'Content-Length': '7' }) }, ...(body !== undefined && { body }) });
            expect([answer.status, answer.reason, answer.body]).to.equal([207, 'Multi Status', method === 'HEAD' ? '' : 'done']);
            expect(answer.rawHeaders.slice(0, 10)).to.equal(['X-One', '1', 'Set-Cookie', 'a=1', 'x-one', '2', 'Set-Cookie', 'b=2', 'Content-Type', 'text/plain']);
            expect(seen.pop()).to.equal([method, `/rest/V1/${method}?a=%2F`, 'y', body ?? '']);
        }

        expect((await front.outcomesOf(9)).every((outcome) => outcome.kind === 'answered' && outcome.status === 207)).to.be.true();
    });

    it('shows the answer to an onlooker as it passes', async () => {

        const seen: unknown[] = [];
        const upstream = await startUpstream((_req, res) => {

            res.writeHead(404, ['X-One', '1', 'Connection', 'close']).end('not here');
        });
        const front = await startFront(upstream.origin, { onlooker: { seeHead: (status, [name, value]) => seen.push([status, name, value]), seeData: (chunk) => seen.push(chunk.toString()) } });
        expect((await call(front)).body).to.equal('not here');
        expect(seen).to.equal([[404, 'X-One', '1'], 'not here']);
    });

    it('leaves the target as it is, byte for byte', async () => {

        const upstream = await startUpstream((req, res) => res.end(req.url));
        const front = await startFront(upstream.origin);
        for (const target of ['//rest//V1/%2e%2E/a;b', '/rest/V1/customers/me?', '/a?b?c=/../d&e', '/%ZZ%', '/{a}|^`"<>']) {
            const { text } = await exchangeBytes(front, `GET ${target} HTTP/1.1\r\nHost: a\r\n${closing}`);
            expect(text.slice(text.indexOf('\r\n\r\n') + 4)).to.contain(target);
        }
    });

    it('forwards a GET with a body as it came', async () => {

        const upstream = await startUpstream(async (req, res) => res.end(`${req.headers['content-length'] ?? req.headers['transfer-encoding'] ?? ''} ${await text(req)}`));
        const front = await startFront(upstream.origin);
        expect((await call(front, { headers: { 'Content-Length': '4' }, body: 'body' })).body).to.equal('4 body');
        expect((await call(front, { headers: { 'Transfer-Encoding': 'chunked' }, body: 'body' })).body).to.match(/^(?:4|chunked) body$/);
        expect((await call(front, { method: 'POST', headers: { 'Content-Length': '0' } })).body).to.equal('0 ');
        expect((await call(front, { headers: { 'Content-Length': '0' } })).body).to.equal(' ');
    });

    it('lets no header through that reads like ours, and no hop-by-hop header', async () => {

        const seen: string[] = [];
        const upstream = await startUpstream((req, res) => {

            seen.push(...req.rawHeaders.map((name) => name.toLowerCase()).filter((_, i) => i % 2 === 0));
            res.writeHead(200, { 'X-Hop': '1', 'X-End': '2', Connection: 'X-Hop', 'Keep-Alive': 'timeout=9' }).end();
        });
        const front = await startFront(upstream.origin, { isAuthenticated: true });
        const { text } = await exchangeBytes(front, [
            'GET / HTTP/1.1', 'Host: evil.example', 'X_Caller_Type: admin', 'X-Caller-Type: admin', 'X-Forwarded-For: 1.1.1.1', 'Authorization: Bearer x', 'Cookie: a=b', 'TE: trailers', 'X-Kept: 1', 'X-Named: 1',
            'Upgrade: h2c', 'HTTP2-Settings: AAMA', 'Keep-Alive: 5', 'Proxy-Connection: close', 'Expect: 100-continue', 'Trailer: X-Sum', 'Connection: close, Upgrade, HTTP2-Settings, TE, X-Named, X-Caller-Type, Host', '', ''
        ].join('\r\n'));
        expect(seen).to.equal(['host', 'connection', 'x-kept', 'te', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-caller-type']);
        expect(text).to.match(/X-End: 2\r\nDate: .*\r\nCache-Control: private, no-store\r\nVary: Authorization\r\nConnection: close\r\n/);
        expect(text).to.not.match(/x-hop|timeout=9/i);
    });

    it('passes each part of the client\'s body on when it comes', async () => {

        const body = new Readable({ read: () => undefined });
        let seen = '';
        const upstream = await startUpstream((req, res) => {

            req.on('data', (chunk: Buffer) => {

                seen += chunk.toString();
                body.push(seen === 'one' ? 'two' : null);
            });
            req.on('end', () => res.end(seen));
        });
        const front = await startFront(upstream.origin);
        body.push('one');
        expect((await call(front, { method: 'POST', body })).body).to.equal('onetwo');
    });

    it('answers while the client is still sending', async () => {

        const upstream = await startUpstream((req, res) => req.pipe(res));
        const front = await startFront(upstream.origin);
        const body = new Readable({ read: () => undefined });
        body.push('one');
        const res = await open(front, { method: 'POST', body });
        const parts = res.iterator();
        expect(String((await parts.next()).value)).to.equal('one');
        body.push('two');
        expect(String((await parts.next()).value)).to.equal('two');
        body.push(null);
        expect((await parts.next()).done).to.be.true();
    });

    describe('with a reader that stops', () => {

        const size = 40 * 1024 * 1024;
        const part = Buffer.alloc(64 * 1024, 'x');

        /** Gives `size` bytes to whoever takes them, and waits until nobody takes more. */
        class Producer {

            given = 0;

            readonly stream = Readable.from((function* (producer: Producer): Generator<Buffer> {

                while (producer.given < size) {
                    producer.given += part.length;
                    yield part;
                }
            })(this));

            async stop(): Promise<void> {

                let before: number;
                do {
                    before = this.given;
                    await sleep(200);
                }
                while (before < this.given);
            }
        }

        const heldBytes = async (): Promise<number> => {

            // What is collected is given back a little later.
            for (let i = 0; i < 3; ++i) {
                collectGarbage();
                await sleep(20);
            }

            return process.memoryUsage().arrayBuffers;
        };

        const count = async (stream: AsyncIterable<Buffer>): Promise<number> => {

            let bytes = 0;
            for await (const chunk of stream) {
                bytes += chunk.length;
            }

            return bytes;
        };

        it('stops the upstream, and loses nothing', { timeout: 20_000 }, async () => {

            const producer = new Producer();
            const upstream = await startUpstream((_req, res) => producer.stream.pipe(res));
            const front = await startFront(upstream.origin, { idleTimeoutMs: 10_000 });
            const before = await heldBytes();
            const res = await open(front);
            await producer.stop();
            expect(producer.given).to.be.below(size);
            expect((await heldBytes()) - before).to.be.below(4 * 1024 * 1024);
            expect(await count(res)).to.equal(size);
            expect(await front.outcomesOf(1)).to.part.include([{ kind: 'answered', bytes: size }]);
        });

        it('stops the client, and loses nothing', { timeout: 20_000 }, async () => {

            const producer = new Producer();
            let proceed: () => void = () => undefined;
            const upstream = await startUpstream(async (req, res) => {

                await new Promise<void>((resolve) => (proceed = resolve));
                res.end(String(await count(req)));
            });
            const front = await startFront(upstream.origin, { headersTimeoutMs: 10_000 });
            const before = await heldBytes();
            const answer = call(front, { method: 'PUT', headers: { 'Content-Length': String(size) }, body: producer.stream });
            await producer.stop();
            expect(producer.given).to.be.below(size);
            expect((await heldBytes()) - before).to.be.below(4 * 1024 * 1024);
            proceed();
            expect((await answer).body).to.equal(String(size));
        });
    });

    it('passes redirects on and follows none', async () => {

        let count = 0;
        const upstream = await startUpstream((_req, res) => {

            ++count;
            res.writeHead(302, { Location: '/elsewhere' }).end('moved');
        });
        const front = await startFront(upstream.origin);
        const answer = await call(front);
        expect([answer.status, answer.headers.location, answer.body, count]).to.equal([302, '/elsewhere', 'moved', 1]);
    });

    it('passes over interim answers, whether anybody asked for them or not', async () => {

        const bodies: string[] = [];
        const upstream = await startRawUpstream((socket) => {

            socket.on('data', (chunk) => {

                bodies.push(chunk.toString().split('\r\n\r\n')[1] ?? '');
                socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n');
                setTimeout(() => socket.write(`HTTP/1.1 100 Continue\r\nX-A: 1\r\n\r\n${ok}`), 5);
            });
        });
        const front = await startFront(upstream.origin, { connections: 1 });
        for (let i = 0; i < 3; ++i) {
            const answer = await call(front, { method: 'POST', body: `a${i}` });
            expect([answer.status, answer.body, answer.headers['x-a'], answer.headers['link']]).to.equal([200, 'ok', undefined, undefined]);
        }

        expect(bodies.filter((body) => body.includes('a'))).to.have.length(3);
    });

    it('measures', async () => {

        const upstream = await startUpstream(async (_req, res) => {

            await sleep(30);
            res.write('12');
            await sleep(30);
            res.end('345');
        });
        const front = await startFront(upstream.origin);
        const startedMs = performance.now();
        await call(front);
        const totalMs = performance.now() - startedMs;
        const [outcome] = await front.outcomesOf(1);
        expect(outcome!.bytes).to.equal(5);
        expect(outcome!.headersMs!).to.be.above(25).and.below(totalMs - 20);
    });

    describe('when the upstream fails before its answer', () => {

        const failing = async (serve: (socket: Socket) => void, options: Call = {}): Promise<readonly [number, string]> => {

            const upstream = await startRawUpstream(serve);
            const front = await startFront(upstream.origin, { headersTimeoutMs: 100 });
            const answer = await call(front, options);
            expect(front.outcomes.map(({ kind, bytes, headersMs }) => [kind, bytes, headersMs])).to.equal([['failed', 0, undefined]]);
            return [answer.status, answer.body];
        };

        const afterRequest = (answer: (socket: Socket) => unknown): ((socket: Socket) => void) => {

            return (socket) => {

                socket.once('data', () => {

                    answer(socket);
                });
            };
        };

        it('tells that nobody listens', async () => {

            const front = await startFront('http://127.0.0.1:1', { connections: 1 });
            const answers = await Promise.all([call(front), call(front, { method: 'POST', body: 'x' }), call(front)]);
            expect(answers.map(({ body }) => body)).to.equal(['refused', 'refused', 'refused']);
        });

        it('tells that there is no such host', async () => {

            const front = await startFront('http://no-such-host.invalid');
            expect((await call(front)).body).to.equal('refused');
        });

        it('tells that it never answers', async () => {

            expect(await failing(() => undefined)).to.equal([504, 'timeout']);
            expect(await failing(() => undefined, { method: 'POST', body: 'x' })).to.equal([504, 'timeout']);
        });

        it('tells that it never ends its headers', async () => {

            expect(await failing(afterRequest((socket) => socket.write('HTTP/1.1 200 OK\r\nX-A: ')))).to.equal([504, 'timeout']);
        });

        it('tells that it closes or resets the connection', async () => {

            expect(await failing(afterRequest((socket) => socket.end()))).to.equal([502, 'closed']);
            expect(await failing(afterRequest((socket) => socket.resetAndDestroy()))).to.equal([502, 'closed']);
            expect(await failing(afterRequest((socket) => socket.end('HTTP/1.1 200 OK\r\nX-A: ')))).to.equal([502, 'closed']);
            expect(await failing(afterRequest((socket) => socket.resetAndDestroy()), { method: 'POST', body: 'x' })).to.equal([502, 'closed']);
        });

        it('tells that it does not speak HTTP', async () => {

            const garbage = [
                'SSH-2.0-OpenSSH\r\n', '<html>', 'HTTP/1.1 abc\r\n\r\n', 'HTTP/1.1 099 What\r\nContent-Length: 0\r\n\r\n', 'HTTP/1.1 101 What\r\n\r\n', 'HTTP/1.1 101 What\r\nUpgrade: h2c\r\n\r\n', 'HTTP/1.1 200 OK\r\nBad Name: 1\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n',
                'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
                `HTTP/1.1 200 OK\r\nX-Long: ${'a'.repeat(70_000)}\r\n\r\n`
            ];
            for (const bytes of garbage) {
                expect(await failing(afterRequest((socket) => socket.write(bytes))), bytes.slice(0, 60)).to.equal([502, 'garbled']);
            }
        });

        it('tells that it upgrades a connection that nobody asked it to', async () => {

            expect(await failing(afterRequest((socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n')))).to.equal([502, 'closed']);
        });

        it('leaves the client\'s connection usable, though its body was not wanted', async () => {

            const front = await startFront('http://127.0.0.1:1');
            const agent = new Agent({ keepAlive: true, maxSockets: 1 });
            closeAfterwards(async () => {

                agent.destroy();
            });
            const body = 'x'.repeat(500_000);
            const ports = new Set<number | undefined>();
            for (let i = 0; i < 3; ++i) {
                const res = await open(front, { method: 'POST', body, headers: { 'Content-Length': String(body.length) }, agent });
                ports.add(res.socket.localPort);
                expect(await text(res)).to.equal('refused');
                await sleep(50);
            }

            expect(ports.size).to.equal(1);
        });
    });

    describe('when the upstream fails within its answer', () => {

        const cutting = async (answer: (socket: Socket) => unknown, why: Failure): Promise<string> => {

            const upstream = await startScriptedUpstream((_request, socket) => answer(socket));
            const front = await startFront(upstream.origin, { idleTimeoutMs: 100 });
            const { text, wasCut } = await exchangeBytes(front, `GET / HTTP/1.1\r\nHost: a\r\n${closing}`);
            expect(await front.outcomesOf(1)).to.part.include([{ kind: 'cut', status: 200, why }]);
            expect(text).to.startWith('HTTP/1.1 200 OK\r\n');
            expect(wasCut || !text.endsWith('0\r\n\r\n')).to.be.true();
            return text;
        };

        it('cuts the client\'s connection too', async () => {

            const begin = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n';
            expect(await cutting((socket) => socket.write(begin, () => setTimeout(() => socket.resetAndDestroy(), 20)), 'closed')).to.contain('abc');
            await cutting((socket) => socket.end(begin), 'closed');
            await cutting((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'), 'closed');
            await cutting((socket) => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\nabc'), 'garbled');
            await cutting((socket) => socket.write(`${begin}zz\r\n`), 'garbled');
        });

        it('takes a reset for no end, even of a body without length', async () => {

            expect(await cutting((socket) => socket.write('HTTP/1.0 200 OK\r\n\r\nabc', () => setTimeout(() => socket.resetAndDestroy(), 50)), 'closed')).to.contain('abc');
        });

        it('cuts it where nothing comes for too long', async () => {

            expect(await cutting((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'), 'timeout')).to.endWith('abc');
        });

        it('takes no more than the length that was told', async () => {

            const upstream = await startScriptedUpstream((_request, socket) => socket.write(`${ok}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`));
            const front = await startFront(upstream.origin);
            for (let i = 0; i < 3; ++i) {
                expect((await call(front)).body).to.equal('ok');
                await sleep(10);
            }
        });

        it('takes the end of the connection for the end of a body without length', async () => {

            const upstream = await startScriptedUpstream((_request, socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nabc'));
            const front = await startFront(upstream.origin);
            expect((await call(front)).body).to.equal('abc');
        });
    });

    describe('when a kept connection is closed just as it is used', () => {

        /** Answers the first request of each connection, and closes it at the second. */
        const forgetful = async (requests: string[]): Promise<string> => {

            const upstream = await startRawUpstream((socket) => {

                let isUsed = false;
                socket.on('data', (chunk) => {

                    requests.push(String(chunk.toString().split(' ')[0]));
                    if (isUsed) {
                        socket.destroy();
                    }
                    else {
                        isUsed = true;
                        socket.write(ok);
                    }
                });
            });
            return upstream.origin;
        };

        it('asks again, once, for what may be asked twice', async () => {

            const requests: string[] = [];
            const front = await startFront(await forgetful(requests), { connections: 1 });
            for (const method of ['GET', 'GET', 'GET', 'DELETE', 'OPTIONS', 'PUT']) {
                expect((await call(front, { method, headers: method === 'PUT' ? { 'Content-Length': '0' } : {} })).body).to.equal('ok');
                await sleep(20);
            }

            expect(requests).to.equal(['GET', 'GET', 'GET', 'GET', 'GET', 'DELETE', 'DELETE', 'OPTIONS', 'OPTIONS', 'PUT', 'PUT']);
        });

        it('asks nothing again that may be done twice, or that has a body', async () => {

            for (const options of [{ method: 'POST' }, { method: 'PUT', body: 'x' }, { method: 'GET', body: 'x', headers: { 'Content-Length': '1' } }]) {
                const requests: string[] = [];
                const front = await startFront(await forgetful(requests), { connections: 1 });
                expect((await call(front)).body).to.equal('ok');
                await sleep(20);
                expect((await call(front, options)).body).to.equal('closed');
                expect(requests.slice(0, 2)).to.equal(['GET', options.method]);
                expect(requests.slice(2).filter((method) => method === options.method)).to.equal([]);
            }
        });

        it('asks no third time', async () => {

            let count = 0;
            const upstream = await startScriptedUpstream((_request, socket) => {

                ++count;
                socket.destroy();
            });
            const front = await startFront(upstream.origin);
            expect((await call(front)).body).to.equal('closed');
            expect(count).to.equal(2);
        });

        it('asks nothing again once a byte of an answer was there', async () => {

            let count = 0;
            const upstream = await startScriptedUpstream((_request, socket) => {

                ++count;
                socket.end('H');
            });
            const front = await startFront(upstream.origin);
            expect((await call(front)).body).to.equal('closed');
            expect(count).to.equal(1);
        });
    });

    describe('when the client leaves', () => {

        it('ends the upstream\'s request before there is an answer', async () => {

            let close: (value: unknown) => void = () => undefined;
            const isClosed = new Promise((resolve) => (close = resolve));
            let begin: (value: unknown) => void = () => undefined;
            const isBegun = new Promise((resolve) => (begin = resolve));
            const upstream = await startUpstream((req) => {

                begin(undefined);
                req.once('close', close);
            });
            const front = await startFront(upstream.origin);
            await leave(front, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', () => isBegun);
            await isClosed;
            expect(await front.outcomesOf(1)).to.part.include([{ kind: 'left', bytes: 0, headersMs: undefined }]);
        });

        it('ends the upstream\'s request within the answer', async () => {

            let close: (value: unknown) => void = () => undefined;
            const isClosed = new Promise((resolve) => (close = resolve));
            const upstream = await startUpstream((_req, res) => {

                res.once('close', close);
                res.write('abc');
            });
            const front = await startFront(upstream.origin);
            await leave(front, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', (socket) => new Promise((resolve) => socket.once('data', resolve)));
            await isClosed;
            expect(await front.outcomesOf(1)).to.part.include([{ kind: 'left', bytes: 3 }]);
        });

        it('ends the upstream\'s request within the body', async () => {

            let close: (value: unknown) => void = () => undefined;
            const isClosed = new Promise((resolve) => (close = resolve));
            let begin: (value: unknown) => void = () => undefined;
            const isBegun = new Promise((resolve) => (begin = resolve));
            const upstream = await startUpstream((req) => {

                req.once('data', begin);
                req.once('close', close);
            });
            const front = await startFront(upstream.origin);
            await leave(front, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc', () => isBegun);
            await isClosed;
            expect(await front.outcomesOf(1)).to.part.include([{ kind: 'left' }]);
        });

        it('harms nobody who waits behind it for a connection', async () => {

            let connections = 0;
            let release: (() => void) | undefined;
            const upstream = await startRawUpstream((socket) => {

                ++connections;
                socket.on('data', (chunk) => {

                    const [, path] = chunk.toString().split(' ');
                    if (path === '/slow') {
                        release = () => socket.write(ok);
                    }
                    else {
                        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${String(path).length}\r\n\r\n${String(path)}`);
                    }
                });
            });
            const front = await startFront(upstream.origin, { connections: 1 });
            const slow = call(front, { path: '/slow' });
            await until(() => release !== undefined);
            await leave(front, 'GET /left HTTP/1.1\r\nHost: a\r\n\r\n', () => until(() => front.arrived === 2));
            const patient = call(front, { path: '/patient' });
            await front.outcomesOf(1);
            release?.();
            expect([(await slow).body, (await patient).body, connections]).to.equal(['ok', '/patient', 1]);
            expect(front.outcomes.map(({ kind }) => kind)).to.equal(['left', 'answered', 'answered']);
        });

        it('sends nothing where it left before its request was judged', async () => {

            let count = 0;
            const upstream = await startUpstream((_req, res) => {

                ++count;
                res.end();
            });
            const front = await startFront(upstream.origin, { before: ({ socket }) => until(() => socket.destroyed) });
            await leave(front, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab', () => until(() => front.arrived === 1));
            expect(await front.outcomesOf(1)).to.part.include([{ kind: 'left', bytes: 0 }]);
            expect(count).to.equal(0);
        });

        it('does not ask again for it', async () => {

            let count = 0;
            const upstream = await startScriptedUpstream(() => ++count);
            const front = await startFront(upstream.origin);
            await leave(front, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', () => until(() => count === 1));
            await front.outcomesOf(1);
            await sleep(50);
            expect(count).to.equal(1);
        });
    });

    it('gives up waiting for a free connection', async () => {

        let release: (() => void) | undefined;
        const upstream = await startRawUpstream((socket) => {

            socket.on('data', (chunk) => {

                if (!chunk.includes('/slow')) {
                    socket.write(ok);
                    return;
                }

                // Interim answers keep the slow one from timing out too.
                const timer = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 20);
                release = () => {

                    clearInterval(timer);
                    socket.write(ok);
                };
            });
        });
        const front = await startFront(upstream.origin, { connections: 1, headersTimeoutMs: 200 });
        const slow = call(front, { path: '/slow' });
        await until(() => release !== undefined);
        const [impatient, uploading] = await Promise.all([call(front), call(front, { method: 'POST', body: 'x' })]);
        expect([impatient.status, impatient.body, uploading.body]).to.equal([504, 'timeout', 'timeout']);
        release?.();
        expect((await slow).body).to.equal('ok');
        expect((await call(front)).body).to.equal('ok');
    });

    it('passes an early answer on, and reads the rest of the body away', async () => {

        const upstream = await startUpstream((_req, res) => res.writeHead(413).end('too large'));
        const front = await startFront(upstream.origin);
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        closeAfterwards(async () => {

            agent.destroy();
        });
        const body = Buffer.alloc(3_000_000, 'x').toString();
        const ports = new Set<number | undefined>();
        for (let i = 0; i < 3; ++i) {
            const res = await open(front, { method: 'POST', body, headers: { 'Content-Length': String(body.length) }, agent });
            ports.add(res.socket.localPort);
            expect([res.statusCode, await text(res)]).to.equal([413, 'too large']);
            await sleep(100);
        }

        expect(ports.size).to.equal(1);
    });

    it('rejects what is our own mistake', async () => {

        const upstream = await startUpstream((_req, res) => res.end('ok'));
        const mistakes: unknown[] = [];
        const before = async (): Promise<void> => undefined;
        const front = await startFront(upstream.origin, {
            before,
            change: (headers) => {

                headers.push('Connection', 'not a token');
            },
            onMistake: (error) => mistakes.push(error)
        });
        expect(await call(front)).to.include({ status: 500, body: 'mistake' });
        expect(mistakes).to.have.length(1);
    });

    describe('in a hapi handler', () => {

        const startHapi = async (origin: string): Promise<{ readonly server: Hapi.Server; readonly outcomes: string[] }> => {

            const outcomes: string[] = [];
            const { origins, close } = openOrigins({ urls: [origin], connectTimeoutMs: 2_000, headersTimeoutMs: 2_000, idleTimeoutMs: 2_000, connections: 5 });
            const upstream = createUpstream(origins);
            const server = Hapi.server({ host: '127.0.0.1', port: 0 });
            server.route({
                method: '*', path: '/{any*}', options: { payload: { parse: false, output: 'stream' } },
                async handler({ payload, raw: { req, res } }, h) {

                    const body = payload instanceof Readable ? payload : undefined;
                    const outcome = await upstream.forward({ method: String(req.method), target: String(req.url), headers: [], body, isAuthenticated: false }, res);
                    outcomes.push(outcome.kind);
                    return outcome.kind === 'failed' ? h.response(outcome.why).code(502) : h.abandon;
                }
            });
            await server.start();
            closeAfterwards(async () => {

                await Promise.all([server.stop({ timeout: 100 }), close()]);
            });
            return { server, outcomes };
        };

        it('answers requests that are injected', async () => {

            const upstream = await startUpstream(async (req, res) => res.end(`${String(req.method)} ${await text(req)}`));
            const { server } = await startHapi(upstream.origin);
            expect((await server.inject('/')).payload).to.equal('GET ');
            expect((await server.inject({ method: 'POST', url: '/', payload: 'body' })).payload).to.equal('POST body');

            const { server: dead } = await startHapi('http://127.0.0.1:1');
            expect((await dead.inject({ method: 'POST', url: '/', payload: 'body' }))).to.include({ statusCode: 502, payload: 'refused' });
        });

        it('survives clients that leave at any time', async () => {

            const upstream = await startUpstream((req, res) => {

                req.on('data', () => undefined);
                setTimeout(() => res.write('abc'), 10);
                setTimeout(() => res.end('def'), 20);
            });
            const { server, outcomes } = await startHapi(upstream.origin);
            for (let i = 0; i < 40; ++i) {
                const socket = connect(Number(server.info.port), '127.0.0.1', () => {

                    socket.write(i % 2 === 0 ? 'GET / HTTP/1.1\r\nHost: a\r\n\r\n' : 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc');
                    setTimeout(() => socket.destroy(), i);
                });
                socket.on('error', () => undefined);
                await new Promise((resolve) => socket.once('close', resolve));
            }

            await until(() => outcomes.length >= 5);
            expect(outcomes).to.include('left');
            expect((await server.inject('/')).payload).to.equal('abcdef');
        });
    });
});
