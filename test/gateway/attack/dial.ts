import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Address } from '../../../gateway/attack/dial.js';
import { createDial } from '../../../gateway/attack/dial.js';
import { certificate, certificateKey } from '../../support/certificate.js';


export const lab = Lab.script();
const { describe, it } = lab;

const bytes = Buffer.from('GET / HTTP/1.1\r\n\r\n');
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const patience = { wholeMs: 400, quietMs: 50 };

/** A server that does something with each connection, and where it listens. */
async function serve(meet: (socket: Socket) => void, make: (meet: (socket: Socket) => void) => Server = createServer): Promise<{ readonly address: Address; readonly stop: () => Promise<void> }> {

    const sockets = new Set<Socket>();
    const server = make((socket) => {

        sockets.add(socket);
        socket.on('error', () => undefined);
        meet(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
        address: { ip: '127.0.0.1', port: (server.address() as AddressInfo).port },
        async stop() {

            sockets.forEach((socket) => socket.destroy());
            server.close();
            await once(server, 'close');
        }
    };
}

describe('createDial()', () => {

    it('reads until the other side closes', async () => {

        const { address, stop } = await serve((socket) => socket.once('data', () => socket.end(ok + ok)));
        const { answers, isClosed } = await createDial(address, patience)({ bytes });
        await stop();
        expect([answers.map(({ status }) => status), isClosed]).to.equal([[200, 200], true]);
    });

    it('waits no longer than it is quiet, or for nothing at all', async () => {

        const talking = await serve((socket) => socket.once('data', () => socket.write(ok)));
        const { answers, isClosed, elapsedMs } = await createDial(talking.address, { wholeMs: 20_000, quietMs: 50 })({ bytes });
        await talking.stop();
        expect([answers.length, isClosed]).to.equal([1, false]);
        expect(elapsedMs).to.be.between(40, 10_000);

        const silent = await serve(() => undefined);
        const came = await createDial(silent.address, patience)({ bytes });
        await silent.stop();
        expect([came.answers, came.isClosed]).to.equal([[], false]);
    });

    it('takes no more than it can judge', async () => {

        const { address, stop } = await serve((socket) => socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(1_500_000)}`)));
        const { answers } = await createDial(address, { wholeMs: 20_000, quietMs: 20_000 })({ bytes });
        await stop();
        expect(answers).to.have.length(1);
    });

    it('sends a byte now and then where it is slow, until it is given up', async () => {

        let heard = '';
        const { address, stop } = await serve((socket) => {

            socket.on('data', (chunk) => {

                heard += chunk.toString();
                socket.write('HTTP/1.1 100 Continue\r\n\r\n');
                if (heard.length > 5) {
                    socket.destroy();
                }
            });
        });
        const { isClosed } = await createDial(address, { wholeMs: 20_000, quietMs: 10 })({ bytes: Buffer.from('GET'), isSlow: true });
        await stop();
        expect([heard, isClosed]).to.equal(['GETxxx', true]);
    });

    it('takes a connection that is reset for one that is closed', async () => {

        const { address, stop } = await serve((socket) => socket.once('data', () => socket.resetAndDestroy()));
        const { answers, isClosed } = await createDial(address, patience)({ bytes });
        await stop();
        expect([answers, isClosed]).to.equal([[], true]);
    });

    it('rejects where there is nobody', async () => {

        const { address, stop } = await serve(() => undefined);
        await stop();
        await expect(createDial(address, patience)({ bytes })).to.reject(/ECONNREFUSED/);
    });

    it('speaks TLS, and believes no certificate that nobody vouches for', async () => {

        const { address, stop } = await serve((socket) => socket.once('data', () => socket.end(ok)), (meet) => createSecureServer({ cert: certificate, key: certificateKey }, meet));
        await expect(createDial({ ...address, secureName: 'localhost' }, patience)({ bytes })).to.reject(/self-signed certificate/);
        await stop();
    });
});
