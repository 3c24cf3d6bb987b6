import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { drain } from '../../gateway/drain.js';
import { createListener } from '../../gateway/listener.js';
import { until } from '../support/until.js';


export const lab = Lab.script();
const { afterEach, beforeEach, describe, it } = lab;

const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

describe('drain()', () => {

    let listener: Server;
    let waiting: ServerResponse[];

    beforeEach(async () => {

        waiting = [];
        listener = createListener(5_000);
        listener.on('request', (_request, response: ServerResponse) => waiting.push(response));
        listener.listen(0, '127.0.0.1');
        await once(listener, 'listening');
    });

    afterEach(() => {

        listener.closeAllConnections();
    });

    const open = async (): Promise<{ readonly socket: Socket; readonly text: () => string; readonly isEnded: () => boolean }> => {

        const socket = connect((listener.address() as AddressInfo).port, '127.0.0.1');
        let text = '';
        let isEnded = false;
        socket.on('data', (chunk) => {

            text += chunk.toString();
        });
        socket.on('error', () => undefined);
        socket.on('close', () => {

            isEnded = true;
        });
        await once(socket, 'connect');
        return { socket, text: () => text, isEnded: () => isEnded };
    };

    it('takes no connection, answers what has come, and tells the client to go elsewhere', async () => {

        const { socket, text, isEnded } = await open();
        const { port } = listener.address() as AddressInfo;
        socket.write(request);
        await until(() => waiting.length === 1);
        const drained = drain(listener, { graceMs: 10_000, timeoutMs: 10_000 });

        const late = connect(port, '127.0.0.1');
        const [error] = await once(late, 'error') as [NodeJS.ErrnoException];
        expect(error.code).to.equal('ECONNREFUSED');

        waiting[0]!.end('done');
        await drained;
        await until(isEnded);
        expect(text()).to.startWith('HTTP/1.1 200 OK\r\n').and.contain('\r\nConnection: close\r\n').and.endWith('done');
    });

    it('leaves the connections of other listeners alone', async () => {

        const { socket, text } = await open();
        socket.write(request);
        await until(() => waiting.length === 1);

        const other = createListener(5_000);
        other.listen(0, '127.0.0.1');
        await once(other, 'listening');
        const held = connect((other.address() as AddressInfo).port, '127.0.0.1');
        await once(held, 'connect');
        const drained = drain(other, { graceMs: 10_000, timeoutMs: 10_000 });
        waiting[0]!.end('done');
        await until(() => text().endsWith('done'));
        expect(text()).to.contain('Connection: keep-alive');

        held.destroy();
        await drained;
    });

    it('answers a request that was on its way on an idle connection', async () => {

        const { socket, text } = await open();
        const idle = await open();
        socket.write(request);
        await until(() => waiting.length === 1);
        waiting[0]!.writeHead(200, 'Fine', ['Content-Length', '0']).end();
        await until(() => text() !== '');
        expect(text()).to.contain('Connection: keep-alive');

        const drained = drain(listener, { graceMs: 1_000, timeoutMs: 10_000 });
        await wait(50);
        socket.write(request);
        await until(() => waiting.length === 2);
        waiting[1]!.end('second');
        await drained;
        await until(idle.isEnded);
        expect(text()).to.contain('HTTP/1.1 200 Fine\r\n').and.endWith('second');
    });

    it('cuts what is not done in time', async () => {

        const { socket, isEnded } = await open();
        socket.write(request);
        await until(() => waiting.length === 1);
        await drain(listener, { graceMs: 10, timeoutMs: 100 });
        await until(isEnded);
    });

    it('is done at once where nobody is connected', async () => {

        await drain(listener, { graceMs: 10_000, timeoutMs: 10_000 });
        expect(listener.listening).to.be.false();
    });
});
