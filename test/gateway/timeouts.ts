import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { connect as connectSecurely } from 'node:tls';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { countTimeouts } from '../../gateway/timeouts.js';
import { certificate, certificateKey } from '../support/certificate.js';
import { closeAfterwards, closeAll } from '../support/front.js';


export const lab = Lab.script();
const { afterEach, describe, it } = lab;

const pauseMs = 10;
const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

/** A server on which every answer is `ok`, and the connections on which it was asked. */
async function start(server: Server, keepAliveTimeout: number): Promise<{ readonly port: number; readonly sockets: Socket[] }> {

    countTimeouts(server, pauseMs);
    server.keepAliveTimeout = keepAliveTimeout;
    const sockets: Socket[] = [];
    server.on('request', (req, res) => {

        sockets.push(req.socket);
        res.end('ok');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closeAfterwards(async () => {

        server.close();
        server.closeAllConnections();
        await once(server, 'close');
    });
    return { port: (server.address() as AddressInfo).port, sockets };
}

/** Sends a request, and waits for the answer. */
async function ask(socket: Socket): Promise<string> {

    socket.write(request);
    const [chunk] = await once(socket, 'data') as [Buffer];
    return chunk.toString();
}

afterEach(closeAll);

describe('countTimeouts()', () => {

    it('closes a connection that has been idle for its time, and not before', async () => {

        const { port } = await start(createServer(), 100);
        const socket = connect(port, '127.0.0.1');
        expect(await ask(socket)).to.contain('Keep-Alive:');
        const sinceMs = performance.now();
        await once(socket, 'close');
        expect(performance.now() - sinceMs).to.be.above(90);
    });

    it('lets a request take away the time of its connection', async () => {

        const { port } = await start(createServer(), 60);
        const socket = connect(port, '127.0.0.1');
        for (let i = 0; i < 5; ++i) {
            await ask(socket);
            await wait(30);
        }

        socket.write(request.slice(0, 10));
        await wait(200);
        expect(socket.closed).to.be.false();
        socket.write(request.slice(10));
        expect(String(await once(socket, 'data'))).to.startWith('HTTP/1.1 200');
    });

    it('does the same over TLS', async () => {

        const { port } = await start(createSecureServer({ cert: certificate, key: certificateKey }), 50);
        const socket = connectSecurely({ port, host: '127.0.0.1', rejectUnauthorized: false });
        expect(await ask(socket)).to.startWith('HTTP/1.1 200');
        await once(socket, 'close');
    });

    it('lets whoever likes give a connection time, hear of its end, and take it back', async () => {

        const { port, sockets } = await start(createServer(), 5_000);
        const socket = connect(port, '127.0.0.1');
        await ask(socket);
        const [near] = sockets as [Socket];
        const ended: string[] = [];
        const hear = () => {

            ended.push('first');
        };

        expect(near.setTimeout(20, hear)).to.shallow.equal(near);
        near.setTimeout(0, hear);
        await wait(100);
        expect(ended).to.equal([]);

        near.setTimeout(20, () => {

            ended.push('second');
        });
        await once(socket, 'close');
        expect(ended).to.equal(['second']);
    });

    it('takes a connection that comes again for the one that it is', async () => {

        const server = createServer().removeAllListeners('connection');
        countTimeouts(server, pauseMs);
        const socket = new Socket();
        server.emit('connection', socket);
        const before = socket.listenerCount('close');
        server.emit('connection', socket);
        expect(socket.listenerCount('close')).to.equal(before);

        server.emit('listening');
        let times = 0;
        socket.on('timeout', () => {

            ++times;
        });
        socket.setTimeout(20);
        await wait(200);
        server.emit('close');
        expect(times).to.equal(1);
    });
});
