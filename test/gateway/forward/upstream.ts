import { createServer, get } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { OpenOrigins, OriginsOptions } from '../../../gateway/forward/upstream.js';
import { openOrigins } from '../../../gateway/forward/upstream.js';
import { certificate, certificateKey } from '../../support/certificate.js';
import { call, exchangeBytes, leave } from '../../support/client.js';
import type { Backend, Front } from '../../support/front.js';
import { closeAfterwards, closeAll, ok, startFront, startRawUpstream, startScriptedUpstream, startUpstream } from '../../support/front.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { afterEach, describe, it } = lab;

const options: OriginsOptions = { urls: ['http://127.0.0.1:9'], connectTimeoutMs: 1_000, headersTimeoutMs: 1_000, idleTimeoutMs: 1_000, connections: 10 };

async function read(front: Front, path = '/', host = 'shop.example'): Promise<string> {

    return await new Promise((resolve, reject) => {

        get({ port: front.port, host: '127.0.0.1', path, headers: { Host: host }, agent: false }, (res) => {

            text(res).then(resolve, reject);
        }).once('error', reject);
    });
}

/** Tells the name in TLS, the Host, and how many connections there were so far. */
async function startTlsUpstream(): Promise<{ readonly port: number }> {

    let connections = 0;
    const server = createTlsServer({ key: certificateKey, cert: certificate }, (req, res) => {

        const { servername } = req.socket as unknown as { servername: string | false };
        res.end(`${String(servername)} ${String(req.headers.host)} ${connections}`);
    });
    server.on('secureConnection', () => {

        ++connections;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closeAfterwards(async () => {

        server.close();
        server.closeAllConnections();
    });
    return { port: (server.address() as AddressInfo).port };
}

afterEach(closeAll);

describe('openOrigins()', () => {

    it('gives the upstream its own name, or the client\'s Host', async () => {

        const upstream = await startUpstream((req, res) => res.end(`${String(req.headers.host)} ${String(req.headers['x-forwarded-host'])}`));
        expect(await read(await startFront(upstream.origin))).to.equal(`127.0.0.1:${upstream.port} shop.example`);
        expect(await read(await startFront(upstream.origin, { preserveHost: true }))).to.equal('shop.example shop.example');
    });

    it('speaks TLS under the upstream\'s own name, whatever Host the client sends', async () => {

        const { port } = await startTlsUpstream();
        const byName = await startFront(`https://localhost:${port}`, { ca: certificate, preserveHost: true });
        expect(await read(byName, '/', 'a.example')).to.equal('localhost a.example 1');
        expect(await read(byName, '/', 'b.example')).to.equal('localhost b.example 1');

        const byAddress = await startFront(`https://127.0.0.1:${port}`, { ca: certificate, preserveHost: true });
        expect(await read(byAddress, '/', 'a.example')).to.equal('false a.example 2');
        expect(await read(byAddress, '/', 'b.example')).to.equal('false b.example 2');
    });

    it('trusts no certificate that it was not told to', async () => {

        const { port } = await startTlsUpstream();
        expect(await read(await startFront(`https://localhost:${port}`))).to.equal('refused');
    });

    it('gives up a connection that is not made in time', async () => {

        const silent = await startRawUpstream(() => undefined);
        expect(await read(await startFront(`https://127.0.0.1:${silent.port}`, { connectTimeoutMs: 50 }))).to.equal('timeout');
    });

    it('sends each request to the origin with the least to do', async () => {

        const held: (() => void)[] = [];
        const start = async (name: string): Promise<Backend> => {

            return await startUpstream((req, res) => {

                if (req.url === '/hold') {
                    held.push(() => res.end(name));
                }
                else {
                    res.end(name);
                }
            });
        };

        const [a, b] = [await start('a'), await start('b')];
        const front = await startFront('', { urls: [a.origin, b.origin] });
        expect([await read(front), await read(front), await read(front), await read(front)]).to.equal(['a', 'b', 'a', 'b']);

        const slow = read(front, '/hold');
        expect([await read(front), await read(front), await read(front)]).to.equal(['b', 'b', 'b']);
        held[0]!();
        expect(await slow).to.equal('a');
        expect(await read(front)).to.equal('a');
    });

    describe('with several origins', () => {

        const notices: string[] = [];
        const startAt = async (port: number, name: string): Promise<Server> => {

            const server = createServer((req, res) => {

                text(req).then((body) => res.end(`${name}${body}`), () => undefined);
            });
            await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
            closeAfterwards(async () => {

                server.close();
                server.closeAllConnections();
            });
            return server;
        };

        const portOf = (server: Server) => (server.address() as AddressInfo).port;
        const originOf = (server: Server) => `http://127.0.0.1:${portOf(server)}`;
        const startTwo = async (first: string, second: string): Promise<{ readonly gate: OpenOrigins; readonly front: Front }> => {

            notices.length = 0;
            const gate = openOrigins({ ...options, urls: [first, second], notice: (sentence) => notices.push(sentence) });
            return { gate, front: await startFront('', { behind: gate }) };
        };

        const isUp = (gate: OpenOrigins) => gate.states().map((state) => state.isUp);

        it('asks the next one where no connection can be made, whatever the method, and leaves that one out', async () => {

            const b = await startAt(0, 'b');
            const { gate, front } = await startTwo('http://127.0.0.1:1', originOf(b));
            for (let i = 0; i < 10; ++i) {
                const body = `:${'x'.repeat(i * 20_000)}`;
                expect((await call(front, { method: 'POST', body, headers: { 'Content-Length': String(body.length) } })).body).to.equal(`b${body}`);
            }

            const [first, second] = gate.states();
            expect(first).to.include({ url: 'http://127.0.0.1:1', isUp: false, inFlight: 0, ejections: 1 });
            expect(first!.requests).to.be.within(3, 5);
            expect(first!.failures).to.equal(first!.requests);
            expect(Math.abs(Date.now() - first!.downSinceMs!)).to.be.below(60_000);
            expect(second).to.equal({ url: originOf(b), isUp: true, downSinceMs: undefined, inFlight: 0, requests: 10, failures: 0, ejections: 0 });
            expect(notices).to.equal(['The upstream http://127.0.0.1:1 is down']);
        });

        it('takes an origin in again once it answers', async () => {

            const a = await startAt(0, 'a');
            const port = portOf(a);
            const { gate, front } = await startTwo(originOf(a), originOf(await startAt(0, 'b')));
            expect([await read(front), await read(front)]).to.equal(['a', 'b']);
            a.close();
            a.closeAllConnections();
            await until(async () => {

                expect(await read(front)).to.equal('b');
                return !gate.states()[0]!.isUp;
            });

            await startAt(port, 'a');
            await until(async () => await read(front) === 'a');
            expect(isUp(gate)).to.equal([true, true]);
            expect(notices).to.equal([`The upstream http://127.0.0.1:${port} is down`, `The upstream http://127.0.0.1:${port} is up again`]);
        });

        it('gives one that was left out a single request at a time until it has answered', async () => {

            const waiting: Socket[] = [];
            let isWell = false;
            const a = await startScriptedUpstream((_request, socket) => {

                if (isWell) {
                    waiting.push(socket);
                }
                else {
                    socket.destroy();
                }
            });
            const { gate, front } = await startTwo(a.origin, originOf(await startAt(0, 'b')));
            await until(async () => {

                await call(front, { method: 'POST', headers: { 'Content-Length': '0' } });
                return !gate.states()[0]!.isUp;
            });

            isWell = true;
            let held: Promise<string> | undefined;
            await until(async () => {

                const answer = read(front);
                await Promise.race([answer, until(() => waiting.length > 0)]);
                held = answer;
                return waiting.length > 0;
            });
            expect(await Promise.all([read(front), read(front), read(front)])).to.equal(['b', 'b', 'b']);
            expect(gate.states()[0]).to.include({ isUp: false, inFlight: 1 });
            waiting[0]!.write(ok);
            expect(await held).to.equal('ok');
            expect(isUp(gate)).to.equal([true, true]);
        });

        it('asks all of them where none is up, and leaves the last one in', async () => {

            const b = await startAt(0, 'b');
            const { gate, front } = await startTwo('http://127.0.0.1:1', originOf(b));
            for (let i = 0; i < 10; ++i) {
                await read(front);
            }

            const port = portOf(b);
            b.close();
            b.closeAllConnections();
            for (let i = 0; i < 10; ++i) {
                expect(await read(front)).to.equal('refused');
            }

            expect(isUp(gate)).to.equal([false, true]);
            await startAt(port, 'b');
            expect(await read(front)).to.equal('b');
        });

        it('asks one that was left out where all others refuse', async () => {

            const a = await startAt(0, 'a');
            const port = portOf(a);
            a.close();
            const { gate, front } = await startTwo(originOf(await startAt(0, 'b')), `http://127.0.0.1:${port}`);
            await until(async () => {

                await read(front);
                return !gate.states()[1]!.isUp;
            });
            await startAt(port, 'a');
            const dead = await startTwo('http://127.0.0.1:1', `http://127.0.0.1:${port}`);
            expect(await read(dead.front)).to.equal('a');
        });

        it('asks another one again for what may be asked twice', async () => {

            let count = 0;
            const a = await startScriptedUpstream((_request, socket) => {

                ++count;
                socket.destroy();
            });
            const { gate, front } = await startTwo(a.origin, originOf(await startAt(0, 'b')));
            expect([await read(front), await read(front), await read(front)]).to.equal(['b', 'b', 'b']);
            expect(count).to.equal(3);
            expect(gate.states().map(({ requests, failures, isUp: isWell }) => [requests, failures, isWell])).to.equal([[3, 3, false], [3, 0, true]]);
        });

        it('sends nothing to another one that may have been done, or that has a body', async () => {

            const a = await startScriptedUpstream((_request, socket) => socket.destroy());
            let count = 0;
            const b = await startUpstream((_req, res) => {

                ++count;
                res.end('b');
            });
            const { front } = await startTwo(a.origin, b.origin);
            expect((await call(front, { method: 'POST', headers: { 'Content-Length': '0' } })).body).to.equal('closed');
            expect((await call(front, { method: 'PUT', body: 'x' })).body).to.equal('b');
            expect((await call(front, { method: 'PUT', body: 'x' })).body).to.equal('closed');
            expect(count).to.equal(1);
        });

        it('leaves out one that breaks its answers off', async () => {

            const a = await startScriptedUpstream((_request, socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'));
            const { gate, front } = await startTwo(a.origin, originOf(await startAt(0, 'b')));
            await until(async () => {

                await exchangeBytes(front, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
                return !gate.states()[0]!.isUp;
            });
            expect(gate.states()[0]).to.include({ failures: 3, ejections: 1 });
        });

        it('does not blame an origin for clients that leave', async () => {

            const { origin } = await startUpstream(() => undefined);
            const { gate, front } = await startTwo(origin, origin);
            const inFlight = () => gate.states().reduce((sum, state) => sum + state.inFlight, 0);
            for (let i = 0; i < 8; ++i) {
                await leave(front, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', () => until(() => inFlight() === 1));
                await until(() => inFlight() === 0);
            }

            expect(gate.states().map(({ requests, failures, isUp: isWell }) => [requests, failures, isWell])).to.equal([[4, 0, true], [4, 0, true]]);
        });
    });

    it('lets what is under way finish when it is closed, and takes nothing new', async () => {

        let begin: (value: unknown) => void = () => undefined;
        const isBegun = new Promise((resolve) => (begin = resolve));
        const upstream = await startUpstream((_req, res) => {

            begin(undefined);
            setTimeout(() => res.end('ok'), 50);
        });
        const gate = openOrigins({ ...options, urls: [upstream.origin] });
        const front = await startFront(upstream.origin, { behind: gate });
        const slow = read(front);
        await isBegun;
        await Promise.all([gate.close(), gate.close()]);
        expect(await slow).to.equal('ok');
        expect(await read(front)).to.equal('refused');
    });

    it('refuses to start with an origin that is none', () => {

        expect(() => openOrigins({ ...options, urls: [] })).to.throw(Error, 'There is no upstream: expected at least one');

        for (const origin of ['', 'localhost:80', 'ftp://a', 'http://', 'http://a/b', 'http://a?b', 'http://a#b', 'http://u:p@a', 'http://a:99999', 'http:/a', 'http://a\\b']) {
            expect(() => openOrigins({ ...options, urls: ['http://127.0.0.1', origin] }), origin).to.throw(Error,
                `An upstream is "${origin}": expected "http://host", "https://host" or either with a port, and no path, for what the client sends is forwarded as it is`);
        }

        for (const origin of ['http://a', 'HTTPS://a.example:8443/', 'http://[::1]:80', 'https://127.0.0.1']) {
            expect(() => openOrigins({ ...options, urls: [origin] }), origin).to.not.throw();
        }
    });
});
