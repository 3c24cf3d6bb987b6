import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';

import type { Outcome } from '../../gateway/forward/outcome.js';
import type { Onlooker } from '../../gateway/forward/request.js';
import type { OpenOrigins, OriginsOptions } from '../../gateway/forward/upstream.js';
import type { Holder, Streams } from '../../gateway/streams.js';
import { requestHeaders } from '../../gateway/forward/headers.js';
import { createUpstream, openOrigins } from '../../gateway/forward/upstream.js';
import { until } from './until.js';


/** A gate's last stage by itself: a server that forwards all that it gets. */
export interface Front {
    readonly port: number;
    /** What became of each request, in the order in which they ended. */
    readonly outcomes: readonly Outcome[];
    /** How many requests have arrived. */
    readonly arrived: number;
    /** Resolves to the outcomes as soon as there are so many. */
    outcomesOf(count: number): Promise<readonly Outcome[]>;
}

export interface Backend {
    readonly port: number;
    readonly origin: string;
}

/** The simplest answer, for an upstream in bytes. */
export const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

const cleanUps: (() => Promise<unknown>)[] = [];

/** Closes whatever the test has opened. */
export async function closeAll(): Promise<void> {

    await Promise.all(cleanUps.splice(0).map((close) => close()));
}

export function closeAfterwards(close: () => Promise<unknown>): void {

    cleanUps.push(close);
}

/** An upstream that speaks HTTP. */
export async function startUpstream(listener: (req: IncomingMessage, res: ServerResponse) => unknown): Promise<Backend> {

    const server = createServer((req, res) => {

        listener(req, res);
    });
    await listen(server);
    return toBackend(server);
}

/** An upstream that speaks in bytes: `serve` hears of each connection. */
export async function startRawUpstream(serve: (socket: Socket) => void): Promise<Backend> {

    const sockets = new Set<Socket>();
    const server = createTcpServer((socket) => {

        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.once('close', () => sockets.delete(socket));
        serve(socket);
    });
    await listen(server);
    cleanUps.push(async () => {

        for (const socket of sockets) {
            socket.destroy();
        }
    });
    return toBackend(server);
}

/** An upstream in bytes that answers each request without a body by what `answer` gives, and hears of each. */
export async function startScriptedUpstream(answer: (request: string, socket: Socket, count: number) => void): Promise<Backend> {

    let count = 0;
    return await startRawUpstream((socket) => {

        let text = '';
        socket.on('data', (chunk) => {

            text += chunk.toString('latin1');
            if (text.includes('\r\n\r\n')) {
                const request = text;
                text = '';
                answer(request, socket, ++count);
            }
        });
    });
}

export interface FrontOptions extends Partial<OriginsOptions> {
    readonly keepCookies?: boolean;
    readonly preserveHost?: boolean;
    readonly isAuthenticated?: boolean;
    readonly onlooker?: Onlooker;
    /** In place of one that is made from the options. */
    readonly behind?: OpenOrigins;
    readonly holder?: Holder;
    readonly streams?: Streams;
    /** What is done before a request is forwarded. */
    readonly before?: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
    /** What is done to the headers that are forwarded. */
    readonly change?: (headers: string[]) => void;
    /** Hears of a rejection. */
    readonly onMistake?: (error: unknown) => void;
}

export async function startFront(origin: string, { keepCookies = false, preserveHost = false, isAuthenticated = false, holder, onlooker, behind, streams, before, change, onMistake, ...options }: FrontOptions = {}): Promise<Front> {

    const outcomes: Outcome[] = [];
    let arrived = 0;
    const { origins, close } = behind ?? openOrigins({ urls: [origin], connectTimeoutMs: 2_000, headersTimeoutMs: 2_000, idleTimeoutMs: 2_000, connections: 50, ...options });
    const upstream = createUpstream(origins, streams);
    const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {

        await before?.(req, res);
        const client = { address: '192.0.2.1', isSecure: false, forwardedFor: '192.0.2.1', forwardedHost: undefined };
        const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
        const headers = requestHeaders(req.rawHeaders, ['X-Caller-Type', 'guest'], { client, preserveHost, keepCookies, dropLength: false });
        change?.(headers);
        const outcome = await upstream.forward({ method: String(req.method), target: String(req.url), headers, body: hasBody ? req : undefined, isAuthenticated, holder, onlooker }, res);
        outcomes.push(outcome);
        if (outcome.kind === 'failed') {
            res.writeHead(outcome.why === 'timeout' ? 504 : 502).end(outcome.why);
        }
    };

    const server = createServer((req, res) => {

        ++arrived;
        serve(req, res).catch((error: unknown) => {

            onMistake?.(error);
            if (!res.headersSent) {
                res.writeHead(500).end('mistake');
            }
        });
    });
    await listen(server);
    cleanUps.push(close);
    return {
        port: portOf(server),
        outcomes,
        get arrived() {

            return arrived;
        },
        async outcomesOf(count) {

            await until(() => outcomes.length >= count);
            return outcomes;
        }
    };
}

async function listen(server: Server | TcpServer): Promise<void> {

    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUps.push(async () => {

        server.close();
        if ('closeAllConnections' in server) {
            server.closeAllConnections();
        }
    });
}

function portOf(server: Server | TcpServer): number {

    return (server.address() as AddressInfo).port;
}

function toBackend(server: Server | TcpServer): Backend {

    return { port: portOf(server), origin: `http://127.0.0.1:${portOf(server)}` };
}
