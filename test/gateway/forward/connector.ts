import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createConnector, hostOf } from '../../../gateway/forward/connector.js';
import { closeAfterwards, closeAll } from '../../support/front.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { afterEach, describe, it } = lab;

interface Pair {
    readonly near: Socket;
    readonly far: Socket;
}

/** Opens connections, one after the other; of each both ends. */
async function startFar(): Promise<() => Promise<Pair>> {

    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    closeAfterwards(async () => {

        server.close();
    });
    const { port } = server.address() as AddressInfo;
    const connect = createConnector(new URL(`http://127.0.0.1:${port}`), { connectTimeoutMs: 1_000 });
    return async () => {

        const accepted = once(server, 'connection');
        const near = await new Promise<Socket>((resolve, reject) => {

            connect({ hostname: '127.0.0.1', protocol: 'http:', port: String(port) }, (error, socket) => {

                if (socket === null) {
                    reject(error);
                }
                else {
                    resolve(socket);
                }
            });
        });
        const [far] = await accepted as [Socket];
        closeAfterwards(async () => {

            near.destroy();
            far.destroy();
        });
        return { near, far };
    };
}

afterEach(closeAll);

describe('createConnector()', () => {

    it('keeps what one connection has brought, while it and others bring more', async () => {

        const open = await startFar();
        const pairs = [await open(), await open(), await open()];
        for (const text of ['first ', 'second ', 'third']) {
            for (const [i, { near, far }] of pairs.entries()) {
                const before = near.readableLength;
                far.write(`${i}:${text}`);
                await until(() => near.readableLength > before);
            }
        }

        const texts = pairs.map(({ near }) => String(near.read()));
        expect(texts).to.equal(['0:first 0:second 0:third', '1:first 1:second 1:third', '2:first 2:second 2:third']);
    });

    it('reads no further while nobody takes what it has brought, and all of it in the end', async () => {

        const open = await startFar();
        const { near, far } = await open();
        const sent = Buffer.from(Uint8Array.from({ length: 8_000_000 }, (_, i) => i % 251));
        far.end(sent);
        await until(() => near.readableLength >= near.readableHighWaterMark);
        await new Promise((resolve) => setTimeout(resolve, 50));
        expect(near.readableLength).to.be.at.most(2 * near.readableHighWaterMark);
        expect(far.writableLength).to.be.above(0);

        const got = await buffer(near);
        expect(got.equals(sent)).to.be.true();
    });

    it('gives whatever comes after it was asked in vain, and its end', async () => {

        const open = await startFar();
        const { near, far } = await open();
        const askThrice = () => [near.read(), near.read(), near.read()].map((part) => (part === null ? null : String(part)));
        const readable = (): Promise<unknown> => once(near, 'readable');
        const ended = once(near, 'end');
        for (const text of ['first', 'second']) {
            expect(askThrice()).to.equal([null, null, null]);
            const isReadable = readable();
            far.write(text);
            await isReadable;
            expect(askThrice()).to.equal([text, null, null]);
        }

        near.unshift('back');
        expect(askThrice()).to.equal(['back', null, null]);

        const isReadable = readable();
        far.end();
        await isReadable;
        expect(askThrice()).to.equal([null, null, null]);
        await ended;
    });

    it('gives all of it in the end, where it had begun to end before anybody asked', async () => {

        const open = await startFar();
        const { near, far } = await open();
        expect(near.read()).to.be.null();
        far.end('last');
        await once(near, 'readable');
        await until(() => near.readableLength === 4);
        await new Promise((resolve) => setTimeout(resolve, 20));
        const ended = once(near, 'end');
        expect(String(near.read())).to.equal('last');
        expect(near.read()).to.be.null();
        await ended;
    });

    it('has a connection wait for what may come, whether undici uses it or not', async () => {

        const open = await startFar();
        const { near } = await open();
        const countSockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
        const before = countSockets();
        expect(near.unref()).to.shallow.equal(near);
        expect(countSockets()).to.equal(before);
        expect(near.ref()).to.shallow.equal(near);
        expect(countSockets()).to.equal(before);
    });

    it('tells why there is no connection', async () => {

        const server = createServer().listen(0, '127.0.0.1');
        await once(server, 'listening');
        const { port } = server.address() as AddressInfo;
        server.close();
        await once(server, 'close');

        const connect = createConnector(new URL(`http://127.0.0.1:${port}`), { connectTimeoutMs: 1_000 });
        const made = await new Promise<readonly unknown[]>((resolve) => {

            connect({ hostname: '127.0.0.1', protocol: 'http:', port: String(port) }, (...args) => {

                resolve(args);
            });
        });
        expect(made).to.have.length(1);
        expect((made[0] as NodeJS.ErrnoException).code).to.equal('ECONNREFUSED');
    });
});

describe('hostOf()', () => {

    it('gives a host as it is connected to', () => {

        expect(['http://shop.internal:8080', 'https://127.0.0.1', 'http://[::1]:80'].map((origin) => hostOf(new URL(origin)))).to.equal(['shop.internal', '127.0.0.1', '::1']);
    });
});
