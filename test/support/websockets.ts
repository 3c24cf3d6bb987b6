import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

import { WebSocket, WebSocketServer } from 'ws';

import type { TestUpstream } from './upstream.js';


/** An upstream that speaks WebSocket and echoes; over HTTP it answers 426. */
export interface EchoUpstream extends TestUpstream {
    /** Connections that are open. */
    readonly sockets: ReadonlySet<WebSocket>;
    readonly server: WebSocketServer;
}

export async function startEcho(): Promise<EchoUpstream> {

    const reached: TestUpstream['reached'] = [];
    const http = createServer((request, response) => {

        reached.push({ method: String(request.method), target: String(request.url), headers: request.headers, rawHeaders: request.rawHeaders, body: '' });
        response.writeHead(426, { 'Content-Type': 'text/plain', 'X-Upstream': 'yes' }).end('WebSocket only');
    });
    const server = new WebSocketServer({ server: http, handleProtocols: (protocols) => [...protocols][0] ?? false });
    server.on('connection', (socket, request) => {

        reached.push({ method: String(request.method), target: String(request.url), headers: request.headers, rawHeaders: request.rawHeaders, body: '' });
        socket.on('error', () => undefined);
        socket.on('message', (message, isBinary) => {

            socket.send(message as Buffer, { binary: isBinary });
        });
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');

    return {
        url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
        reached,
        sockets: server.clients,
        server,
        async stop() {

            for (const socket of server.clients) {
                socket.terminate();
            }

            http.close();
            http.closeAllConnections();
            await once(http, 'close');
        }
    };
}

export interface OpenSocket {
    readonly socket: WebSocket;
    /** Sends a message and resolves to what comes back. */
    readonly echo: (message: string) => Promise<string>;
    /** Resolves when the connection is closed, to the code of the WebSocket and the time. */
    readonly closed: Promise<{ readonly code: number; readonly atMs: number }>;
}

/** Opens a WebSocket connection; rejects where the handshake is refused, with the status in the message. */
export async function openSocket(url: string, headers: IncomingHttpHeaders = {}, protocols: string[] = []): Promise<OpenSocket> {

    const socket = new WebSocket(url.replace(/^http/, 'ws'), protocols, { headers, rejectUnauthorized: false });
    const closed = new Promise<{ readonly code: number; readonly atMs: number }>((resolve) => {

        socket.once('close', (code) => {

            resolve({ code, atMs: performance.now() });
        });
    });
    await once(socket, 'open');
    socket.on('error', () => undefined);

    return {
        socket,
        closed,
        async echo(message) {

            socket.send(message);
            const [answer] = await once(socket, 'message') as [Buffer];
            return answer.toString();
        }
    };
}
