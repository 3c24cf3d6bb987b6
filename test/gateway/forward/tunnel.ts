import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { Tunnel } from '../../../gateway/forward/tunnel.js';
import { closeAfterwards, closeAll } from '../../support/front.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { afterEach, describe, it } = lab;

/** Two ends of one connection. */
async function connectPair(): Promise<{ readonly near: Socket; readonly far: Socket }> {

    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const far = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
    const [near] = await once(server, 'connection') as [Socket];
    for (const socket of [near, far]) {
        socket.on('error', () => undefined);
    }

    closeAfterwards(async () => {

        near.destroy();
        far.destroy();
        server.close();
    });
    return { near, far };
}

interface Joined {
    readonly tunnel: Tunnel;
    readonly client: Socket;
    readonly upstream: Socket;
    /** How often the end was told. */
    readonly ends: () => number;
}

async function join(idleTimeoutMs = 5_000): Promise<Joined> {

    const [left, right] = [await connectPair(), await connectPair()];
    let ends = 0;
    const tunnel = new Tunnel(left.near, right.near, idleTimeoutMs, () => {

        ++ends;
    });
    return { tunnel, client: left.far, upstream: right.far, ends: () => ends };
}

const chunk = Buffer.alloc(64 * 1024, 'x');

/** Writes until nobody takes more, and tells how much that was. */
async function flood(socket: Socket): Promise<number> {

    let written = 0;
    let isFull = false;
    while (!isFull) {
        written += chunk.length;
        isFull = !socket.write(chunk) && !await Promise.race([once(socket, 'drain').then(() => true), new Promise<false>((resolve) => setTimeout(resolve, 200, false))]);
    }

    return written;
}

describe('Tunnel', () => {

    afterEach(closeAll);

    it('passes bytes both ways, and counts those of the upstream', async () => {

        const { tunnel, client, upstream } = await join();
        client.write('question');
        expect(String((await once(upstream, 'data') as [Buffer])[0])).to.equal('question');
        upstream.write('answer');
        expect(String((await once(client, 'data') as [Buffer])[0])).to.equal('answer');
        expect(tunnel.bytes).to.equal(6);
    });

    it('waits for a reader that stops, and loses nothing', { timeout: 20_000 }, async () => {

        const { client, upstream } = await join();
        const written = await flood(upstream);
        let read = 0;
        client.on('data', (part: Buffer) => {

            read += part.length;
        });
        await until(() => read === written);
    });

    it('is cut where nobody says anything for too long', async () => {

        const { client, upstream, ends } = await join(50);
        await Promise.all([once(client.resume(), 'end'), once(upstream.resume(), 'end')]);
        await until(() => ends() === 1);
    });

    it('is cut where one end reads nothing for too long, whatever it says', { timeout: 20_000 }, async () => {

        const { client, upstream, ends } = await join(500);
        upstream.resume();
        const chatter = setInterval(() => client.write('ping'), 20);
        await flood(upstream);
        await until(() => ends() === 1);
        clearInterval(chatter);
    });

    it('ends with either end, once what it wrote was passed on', async () => {

        for (const first of ['client', 'upstream'] as const) {
            const { client, upstream, ends } = await join();
            const [one, other] = first === 'client' ? [client, upstream] : [upstream, client];
            let heard = '';
            other.on('data', (part) => {

                heard += part.toString();
            });
            one.resume().end('last words');
            await once(other, 'end');
            expect(heard).to.equal('last words');
            other.end();
            await until(() => ends() === 1);
        }
    });

    it('cuts an end that stays open behind the other', async () => {

        const { client, upstream, ends } = await join();
        client.resume().end();
        await once(upstream.resume(), 'end');
        await until(() => ends() === 1);
    });

    it('ends where one end breaks off', async () => {

        const { client, upstream, ends } = await join();
        client.resetAndDestroy();
        await once(upstream.resume(), 'end');
        await until(() => ends() === 1);
    });

    it('is cut when it is told to', async () => {

        const { tunnel, client, upstream, ends } = await join();
        tunnel.cut();
        tunnel.cut();
        await Promise.all([once(client.resume(), 'end'), once(upstream.resume(), 'end')]);
        expect(ends()).to.equal(1);
    });
});
