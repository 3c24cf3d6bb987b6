import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';

import type { FaultName } from './upstream-faults.js';
import { answerTo, upstreamFaults } from './upstream-faults.js';


/** A call as it reached an upstream that misbehaves. */
export interface HeardCall {
    readonly method: string;
    /** What tells it from every other call. */
    readonly mark: string;
    readonly fault: FaultName | undefined;
    /** So many calls came on its connection before it. */
    readonly before: number;
}

/** A server in bytes. A call to `/…?fault=NAME&mark=MARK` is answered by that fault, and one without by a good answer that holds its mark. */
export interface FaultyUpstream {
    readonly url: string;
    /** How often a call came: its head, at least. */
    arrivalsOf(mark: string): number;
    /** From now on calls without a fault of their own are answered by this one. */
    misbehave(fault: FaultName | undefined): void;
    /** Calls with a mark that came so far. */
    readonly calls: number;
    /** Nobody listens from now on, and whatever is connected is reset. */
    refuse(): Promise<void>;
    listen(): Promise<void>;
    stop(): Promise<void>;
}

/** Starts such a server on a free port of loopback. */
export async function startFaultyUpstream(): Promise<FaultyUpstream> {

    const sockets = new Set<Socket>();
    const arrivals = new Map<string, number>();
    let usual: FaultName | undefined;
    let calls = 0;

    const hear = ({ mark }: HeardCall) => {

        calls += mark === '' ? 0 : 1;
        arrivals.set(mark, (arrivals.get(mark) ?? 0) + 1);
    };

    const server = createServer({ noDelay: true }, (socket) => {

        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.once('close', () => sockets.delete(socket));
        serve(socket, hear, () => usual);
    });

    const listen = async (port: number) => {

        server.listen(port, '127.0.0.1');
        await once(server, 'listening');
        return (server.address() as AddressInfo).port;
    };

    const refuse = async () => {

        const closed = once(server, 'close');
        server.close();
        for (const socket of sockets) {
            socket.resetAndDestroy();
        }

        await closed;
    };

    const port = await listen(0);
    return {
        url: `http://127.0.0.1:${port}`,
        arrivalsOf: (mark) => arrivals.get(mark) ?? 0,
        misbehave(fault) {

            usual = fault;
        },
        get calls() {

            return calls;
        },
        refuse,
        async listen() {

            await listen(port);
        },
        async stop() {

            if (server.listening) {
                await refuse();
            }
        }
    };
}

/** Reads the calls of a connection one after the other. */
function serve(socket: Socket, hear: (call: HeardCall) => void, usual: () => FaultName | undefined): void {

    let bytes = '';
    let before = 0;
    let current: { readonly call: HeardCall; readonly isWhole: (body: string) => boolean } | undefined;

    socket.on('data', (chunk) => {

        bytes += chunk.toString('latin1');
        const headEnd = bytes.indexOf('\r\n\r\n');
        if (headEnd < 0) {
            return;
        }

        if (current === undefined) {
            const head = bytes.slice(0, headEnd);
            const [method = '', target = ''] = head.split(' ');
            const query = new URL(target, 'http://x').searchParams;
            const call = { method, mark: query.get('mark') ?? '', fault: (query.get('fault') as FaultName | null) ?? usual(), before: before++ };
            current = { call, isWhole: framingOf(head) };
            hear(call);
            if (call.fault !== undefined) {
                upstreamFaults[call.fault].atHead?.(socket, call);
            }
        }

        if (current.isWhole(bytes.slice(headEnd + 4))) {
            const { call } = current;
            current = undefined;
            bytes = '';
            if (call.fault === undefined) {
                socket.write(answerTo(call));
            }
            else {
                upstreamFaults[call.fault].atEnd?.(socket, call);
            }
        }
    });
}

/** Whether what came behind a head is all of its body; the bodies here hold no line that could be a last chunk. */
function framingOf(head: string): (body: string) => boolean {

    if (/^transfer-encoding:/im.test(head)) {
        return (body) => body.endsWith('0\r\n\r\n');
    }

    const [, length = '0'] = /^content-length: *(\d+)/im.exec(head) ?? [];
    return (body) => body.length >= Number(length);
}
