import type { Agent, IncomingMessage } from 'node:http';
import { request as sendRequest } from 'node:http';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import type { Front } from './front.js';


/** Ends the head of a request after which the connection is to be closed. */
export const closing = 'Connection: close\r\n\r\n';

export interface Answer {
    readonly status: number;
    readonly reason: string;
    readonly rawHeaders: readonly string[];
    readonly headers: IncomingMessage['headers'];
    readonly trailers: IncomingMessage['trailers'];
    readonly body: string;
}

export interface Call {
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Record<string, string | string[]>;
    readonly body?: string | Readable;
    readonly agent?: Agent;
}

/** Sends a request and gives its answer as soon as the headers are there. */
export async function open(front: Pick<Front, 'port'>, { method = 'GET', path = '/', headers = {}, body, agent }: Call = {}): Promise<IncomingMessage> {

    return await new Promise((resolve, reject) => {

        const req = sendRequest({ port: front.port, host: '127.0.0.1', method, path, headers, agent: agent ?? false }, resolve);
        req.once('error', reject);
        if (body instanceof Readable) {
            body.pipe(req);
        }
        else {
            req.end(body);
        }
    });
}

export async function call(front: Pick<Front, 'port'>, options: Call = {}): Promise<Answer> {

    const res = await open(front, options);
    const body = await text(res);
    return { status: Number(res.statusCode), reason: String(res.statusMessage), rawHeaders: res.rawHeaders, headers: res.headers, trailers: res.trailers, body };
}

/** Whatever comes back for some bytes, until the connection is closed. */
export async function exchangeBytes(front: Front, bytes: string): Promise<{ readonly text: string; readonly wasCut: boolean }> {

    return await new Promise((resolve) => {

        let text = '';
        let wasCut = true;
        const socket = connect(front.port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
        socket.on('data', (chunk) => {

            text += chunk.toString('latin1');
        });
        socket.on('end', () => {

            wasCut = false;
        });
        socket.on('error', () => undefined);
        socket.on('close', () => {

            resolve({ text, wasCut });
        });
    });
}

/** Sends some bytes and hangs up at a certain time. */
export async function leave(front: Front, bytes: string, when: (socket: Socket) => Promise<unknown>): Promise<void> {

    const socket = connect(front.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(bytes);
    await when(socket);
    socket.destroy();
}
