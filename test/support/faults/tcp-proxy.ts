import { once } from 'node:events';
import { connect, createServer } from 'node:net';

import type { AddressInfo, NetConnectOpts, Socket } from 'node:net';


/** A way through which a gate reaches its Redis, and which can fail. */
export interface TcpProxy {
    readonly port: number;
    /** From now on nothing gets through either way, and neither side is told. What is sent meanwhile is lost for good. */
    swallow(): void;
    /** Cuts each connection as soon as so many more bytes of answers have passed it, in the middle of a reply. */
    cutAfter(bytes: number): void;
    /** Lets everything through again. */
    pass(): void;
    /** Bytes that were lost, both ways. */
    lostBytes(): number;
    close(): Promise<void>;
}

type Mode = { readonly kind: 'cut'; readonly bytes: number } | { readonly kind: 'pass' } | { readonly kind: 'swallow' };

/** Starts a proxy on a free port of loopback. */
export async function startTcpProxy(target: NetConnectOpts): Promise<TcpProxy> {

    let mode: Mode = { kind: 'pass' };
    let lostBytes = 0;
    const sockets = new Set<Socket>();

    const server = createServer((client) => {

        const behind = connect(target);
        let answeredBytes = 0;
        let countedMode = mode;
        const end = () => {

            client.destroy();
            behind.destroy();
        };

        for (const socket of [client, behind]) {
            sockets.add(socket);
            socket.on('error', end).on('close', end).once('close', () => sockets.delete(socket));
        }

        client.on('data', (bytes) => {

            if (mode.kind === 'swallow') {
                lostBytes += bytes.length;
            }
            else {
                behind.write(bytes);
            }
        });
        behind.on('data', (bytes) => {

            answeredBytes = (countedMode === mode ? answeredBytes : 0) + bytes.length;
            countedMode = mode;
            if (mode.kind === 'cut' && answeredBytes > mode.bytes) {
                client.write(bytes.subarray(0, Math.max(0, mode.bytes - (answeredBytes - bytes.length))), end);
            }
            else if (mode.kind === 'swallow') {
                lostBytes += bytes.length;
            }
            else {
                client.write(bytes);
            }
        });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');

    return {
        port: (server.address() as AddressInfo).port,
        swallow() {

            mode = { kind: 'swallow' };
        },
        cutAfter(bytes) {

            mode = { kind: 'cut', bytes };
        },
        pass() {

            mode = { kind: 'pass' };
        },
        lostBytes: () => lostBytes,
        async close() {

            server.close();
            for (const socket of sockets) {
                socket.destroy();
            }

            await once(server, 'close');
        }
    };
}
