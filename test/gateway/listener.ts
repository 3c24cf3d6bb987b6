import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

import { expect } from '@hapi/code';
import * as Hapi from '@hapi/hapi';
import * as Lab from '@hapi/lab';

import { maxHeaderLines } from '../../gateway/framing.js';
import { answerClientErrors, createListener } from '../../gateway/listener.js';
import { until } from '../support/until.js';


export const lab = Lab.script();
const { afterEach, describe, it } = lab;

describe('createListener()', () => {

    it('bounds whatever a client could draw out', () => {

        const listener = createListener(300_000);
        expect(listener).to.include({ headersTimeout: 20_000, requestTimeout: 300_000, maxHeadersCount: maxHeaderLines + 1 });
        expect(listener.keepAliveTimeout).to.be.above(60_000);
        expect(createListener(500).headersTimeout).to.equal(500);
    });
});

describe('answerClientErrors()', () => {

    let server: Hapi.Server;

    afterEach(() => server.stop());

    /** A hapi server whose only route begins its answer by itself, and never ends it. */
    const start = async (requestTimeoutMs: number): Promise<() => Promise<{ readonly socket: Socket; readonly text: () => string }>> => {

        const listener = createListener(requestTimeoutMs);
        server = Hapi.server({ listener, host: '127.0.0.1', port: 0, debug: false });
        answerClientErrors(listener);
        server.route({
            method: '*', path: '/begun', options: { payload: { output: 'stream', parse: false } }, handler: ({ raw: { req, res } }, h) => {

                req.resume();
                res.writeHead(200).write('begun');
                return h.abandon;
            }
        });
        await server.start();

        return async () => {

            const socket = connect({ port: (listener.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
            let text = '';
            socket.on('data', (chunk) => {

                text += chunk.toString();
            });
            socket.on('error', () => undefined);
            await once(socket, 'connect');
            return { socket, text: () => text };
        };
    };

    const countConnections = () => promisify(server.listener.getConnections.bind(server.listener))();

    it('ends a connection on which no HTTP is spoken, also where the client keeps its half', async () => {

        const open = await start(5_000);
        const { socket, text } = await open();
        socket.write('hello\r\n\r\n');
        await until(() => text().startsWith('HTTP/1.1 400 '));
        await until(async () => await countConnections() === 0);
        socket.destroy();
    });

    it('cuts an answer that is begun when the rest of its request is broken', async () => {

        const open = await start(5_000);
        const { socket, text } = await open();
        socket.write('POST /begun HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n');
        await until(() => text().includes('begun'));
        socket.write('no size\r\n');
        await until(async () => await countConnections() === 0);
        expect(text().match(/HTTP\/1\.1/g)).to.have.length(1);
        socket.destroy();
    });

    it('answers 408 to a request that takes too long, and no sooner', async () => {

        const open = await start(600);
        const { socket, text } = await open();
        for (const byte of 'GET') {
            socket.write(byte);
            await wait(50);
        }

        expect(text()).to.equal('');
        await until(() => text().startsWith('HTTP/1.1 408 '));
        await until(async () => await countConnections() === 0);
        socket.destroy();
    });
});
