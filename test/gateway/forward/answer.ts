import { Agent, IncomingMessage, ServerResponse } from 'node:http';
import { connect, Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { Answer } from '../../../gateway/forward/answer.js';
import { call, closing, exchangeBytes, leave, open } from '../../support/client.js';
import { closeAfterwards, closeAll, ok, startFront, startScriptedUpstream, startUpstream } from '../../support/front.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { afterEach, describe, it } = lab;

afterEach(closeAll);

describe('Answer', () => {

    it('passes bytes beyond ASCII in headers and reason as they are, or leaves the reason out', async () => {

        const upstream = await startScriptedUpstream((request, socket) => {

            const [, name] = /X-Name: (.*)\r/.exec(request) ?? [];
            socket.end(Buffer.from(`HTTP/1.1 200 Caf\xe9\r\nX-Name: ${name ?? ''}\r\nContent-Length: 0\r\n\r\n`, 'latin1'));
        });
        const front = await startFront(upstream.origin);
        const { text } = await exchangeBytes(front, `GET / HTTP/1.1\r\nHost: a\r\nX-Name: caf\xe9 \xff\t.\r\n${closing}`);
        expect(text).to.startWith('HTTP/1.1 200 \r\nX-Name: caf\xe9 \xff\t.\r\n');
    });

    it('passes every byte of a body on, however long it is and whether its length was told', async () => {

        const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
        for (const count of [1, 32, 33, 400]) {
            for (const isLengthTold of [true, false]) {
                const body = Buffer.concat(Array.from({ length: count }, () => bytes));
                const upstream = await startUpstream((_req, res) => {

                    res.writeHead(200, { 'Content-Type': 'image/webp', ...isLengthTold && { 'Content-Length': body.length } });
                    res.write(body);
                    res.end();
                });
                const front = await startFront(upstream.origin);
                const answer = await open(front);
                expect(Buffer.concat(await answer.toArray() as Buffer[]).equals(body), `${count}, ${isLengthTold}`).to.be.true();
                expect(await front.outcomesOf(1)).to.part.include([{ kind: 'answered', bytes: body.length }]);
            }
        }
    });

    it('hands a short answer whose length was told to the system as one piece', () => {

        const written: string[] = [];

        class Connection extends Socket {

            override _write(piece: string, _encoding: string, done: () => void): void {

                written.push(piece);
                done();
            }

            override _writev(pieces: readonly { readonly chunk: string }[], done: () => void): void {

                written.push(pieces.map(({ chunk }) => chunk).join('|'));
                done();
            }
        }

        const res = new ServerResponse(new IncomingMessage(new Socket()));
        res.sendDate = false;
        res.assignSocket(new Connection());
        const answer = new Answer(res, 1_000, { settle: () => undefined, stay: () => undefined, fail: () => undefined });
        const rawHeaders = [Buffer.from('Content-Length'), Buffer.from('2')];
        const source = { pause: () => undefined, resume: () => undefined };

        answer.begin({ status: 200, statusText: 'OK', rawHeaders, headers: { 'content-length': '2' }, request: { method: 'GET', isAuthenticated: false } });
        answer.write(Buffer.from('{}'), source);
        answer.end({});
        answer.give();
        expect(written).to.equal(['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}']);
    });

    it('gives nothing to a client that left before the turn was over', async () => {

        const res = new ServerResponse(new IncomingMessage(new Socket()));
        const answer = new Answer(res, 1_000, { settle: () => undefined, stay: () => undefined, fail: () => undefined });
        answer.begin({ status: 200, statusText: 'OK', rawHeaders: [], headers: {}, request: { method: 'GET', isAuthenticated: false } });
        answer.release();
        expect(answer.give()).to.be.false();
        await nextTurn();
        expect([answer.status, res.headersSent]).to.equal([200, false]);
    });

    it('passes headers on before there is a body, and each part of it when it comes', async () => {

        let next: () => void = () => undefined;
        const upstream = await startUpstream(async (_req, res) => {

            const step = (): Promise<void> => new Promise((resolve) => (next = resolve));
            res.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
            await step();
            res.write('one');
            await step();
            res.end('two');
        });
        const front = await startFront(upstream.origin);
        const res = await open(front);
        const parts = res.iterator();
        next();
        expect(String((await parts.next()).value)).to.equal('one');
        next();
        expect(String((await parts.next()).value)).to.equal('two');
        expect((await parts.next()).done).to.be.true();
        expect(await front.outcomesOf(1)).to.part.include([{ kind: 'answered', status: 200, bytes: 6 }]);
    });

    it('passes trailers on', async () => {

        const upstream = await startUpstream((_req, res) => {

            res.writeHead(200, { Trailer: 'X-Sum' });
            res.write('body');
            res.addTrailers({ 'X-Sum': '42' });
            res.end();
        });
        const front = await startFront(upstream.origin);
        const answer = await call(front);
        expect(answer.headers.trailer).to.equal('X-Sum');
        expect(answer.trailers).to.equal({ 'x-sum': '42' });
    });

    it('answers an old client without chunks and trailers', async () => {

        const upstream = await startUpstream((_req, res) => {

            res.writeHead(200, { Trailer: 'X-Sum' });
            res.write('body');
            res.addTrailers({ 'X-Sum': '42' });
            res.end();
        });
        const front = await startFront(upstream.origin);
        const { text, wasCut } = await exchangeBytes(front, 'GET / HTTP/1.0\r\n\r\n');
        expect(text).to.match(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nbody$/);
        expect(text).to.not.match(/trailer|chunked|x-sum/i);
        expect(wasCut).to.be.false();
    });

    it('knows the answers that have no body, whatever their length says', async () => {

        const answers: Record<string, string> = {
            '/head': 'HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nX-A: 1\r\n\r\n',
            '/204': 'HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n',
            '/304': 'HTTP/1.1 304 Not Modified\r\nContent-Length: 1234\r\nETag: "a"\r\nX-A: 1\r\n\r\n',
            '/trailer': 'HTTP/1.1 204 No Content\r\nTrailer: X-Sum\r\nX-A: 1\r\n\r\n'
        };
        const upstream = await startScriptedUpstream((request, socket) => socket.write(answers[String(request.split(' ')[1])] ?? ok));
        const front = await startFront(upstream.origin);
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        closeAfterwards(async () => {

            agent.destroy();
        });

        for (const [path, status, length] of [['/head', 200, '1234'], ['/204', 204, undefined], ['/304', 304, '1234'], ['/trailer', 204, undefined]] as const) {
            const answer = await call(front, { path, method: path === '/head' ? 'HEAD' : 'GET', agent });
            expect([answer.status, answer.headers['content-length'], answer.headers['x-a'], answer.body], path).to.equal([status, length, '1', '']);
            expect((await call(front, { path: '/next', agent })).body).to.equal('ok');
        }

        expect((await front.outcomesOf(8)).every(({ kind }) => kind === 'answered')).to.be.true();
    });

    it('answers in order a client that does not wait for answers', async () => {

        const upstream = await startScriptedUpstream((request, socket) => {

            if (request.includes('/slow')) {
                setTimeout(() => socket.write(ok), 100);
            }
            else {
                socket.write('HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n');
            }
        });
        const front = await startFront(upstream.origin);
        const { text } = await exchangeBytes(front, `GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n${closing}`);
        expect(text).to.match(/^HTTP\/1\.1 200 OK\r\n[^]*ok(?:\r\n0\r\n\r\n)?HTTP\/1\.1 304 Not Modified\r\n[^]*\r\n\r\n$/);
        expect((await front.outcomesOf(2)).map(({ kind }) => kind)).to.equal(['answered', 'answered']);
    });

    it('waits for the final answer after interim ones', async () => {

        const upstream = await startScriptedUpstream((_request, socket) => socket.write(`HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n${ok}`));
        const front = await startFront(upstream.origin);
        const answer = await call(front);
        expect([answer.status, answer.body, answer.rawHeaders.includes('Link')]).to.equal([200, 'ok', false]);
    });

    it('notices a client that leaves, for a response that waits behind another one', async () => {

        const left: string[] = [];
        let seen = 0;
        const upstream = await startUpstream((req, res) => {

            ++seen;
            res.once('close', () => left.push(String(req.url)));
            if (req.url === '/small') {
                res.end('ok');
            }
            else if (req.url === '/large') {
                res.write(Buffer.alloc(1024 * 1024));
            }
        });
        const front = await startFront(upstream.origin, { connections: 3 });
        const pipelined = ['/slow', '/large', '/small'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join('');
        await leave(front, pipelined, () => until(() => seen === 3));
        expect((await front.outcomesOf(3)).map(({ kind }) => kind)).to.equal(['left', 'left', 'left']);
        await until(() => left.length === 3);
        expect(left.sort()).to.equal(['/large', '/slow', '/small']);
    });

    it('notices a client that left before, for a response that would wait behind another one', async () => {

        const seen: string[] = [];
        const upstream = await startUpstream((req) => seen.push(String(req.url)));
        const front = await startFront(upstream.origin, { before: ({ url, socket }) => until(() => url === '/first' || socket.destroyed) });
        await leave(front, 'GET /first HTTP/1.1\r\nHost: a\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\n\r\n', () => until(() => seen.length === 1 && front.arrived === 2));
        expect((await front.outcomesOf(2)).map(({ kind }) => kind)).to.equal(['left', 'left']);
        expect(seen).to.equal(['/first']);
    });

    it('counts a client that reads nothing for too long as one that left', async () => {

        const part = Buffer.alloc(1024 * 1024);
        const upstream = await startUpstream((_req, res) => {

            const more = (): void => {

                while (res.write(part)) {
                    // As much as it takes
                }
            };

            res.on('drain', more);
            more();
        });
        const front = await startFront(upstream.origin, { idleTimeoutMs: 200 });
        const socket = connect(front.port, '127.0.0.1');
        socket.on('error', () => undefined);
        socket.pause();
        socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
        expect(await front.outcomesOf(1)).to.part.include([{ kind: 'left' }]);
        socket.destroy();
    });

    it('cuts a response that waits behind another one when its turn comes', async () => {

        const upstream = await startScriptedUpstream((request, socket) => {

            if (request.includes('/slow')) {
                setTimeout(() => socket.write(ok), 100);
            }
            else {
                socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc');
            }
        });
        const front = await startFront(upstream.origin);
        const { text } = await exchangeBytes(front, 'GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n');
        expect(text).to.match(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nok/);
        expect((await front.outcomesOf(2)).map(({ kind }) => kind)).to.equal(['cut', 'answered']);
    });

    it('cuts a response that somebody else has begun', async () => {

        const parts = '3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n';
        const upstream = await startScriptedUpstream((request, socket) => socket.write(request.startsWith('GET /parts') ? `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${parts}` : ok));
        const mistakes: unknown[] = [];
        const front = await startFront(upstream.origin, {
            before: async (_req, res) => {

                res.writeHead(200).flushHeaders();
            },
            onMistake: (error) => mistakes.push(error)
        });
        for (const [i, path] of ['/', '/parts'].entries()) {
            const { wasCut } = await exchangeBytes(front, `GET ${path} HTTP/1.1\r\nHost: a\r\n${closing}`);
            expect(wasCut || mistakes.length === i + 1).to.be.true();
            expect(mistakes[i]).to.be.an.error('Cannot write headers after they are sent to the client');
        }
    });

    it('passes parts on that come in one piece with the headers, and ends where the rest is no HTTP', async () => {

        const upstream = await startScriptedUpstream((request, socket) => {

            const parts = request.startsWith('GET /whole') ? '3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n' : 'no size\r\n';
            socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${parts}`);
        });
        const front = await startFront(upstream.origin);
        expect((await exchangeBytes(front, `GET /whole HTTP/1.1\r\nHost: a\r\n${closing}`)).text).to.contain('one').and.contain('two');
        expect((await exchangeBytes(front, `GET /broken HTTP/1.1\r\nHost: a\r\n${closing}`)).text).to.not.contain('no size');
        expect((await front.outcomesOf(2)).map(({ kind }) => kind)).to.include('answered');
    });
});
