import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { answerSample } from './answers.js';


export interface SampleUpstream {
    /** An origin on loopback. */
    readonly url: string;
    readonly stop: () => Promise<void>;
}

/** Headers that stand once at most: Node joins the others to one text itself. */
const readHeader = ({ headers }: IncomingMessage, name: string) => String(headers[name] ?? '');

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {

    const caller = {
        type: readHeader(request, 'x-caller-type'),
        id: readHeader(request, 'x-caller-id'),
        session: readHeader(request, 'x-session-id'),
        request: readHeader(request, 'x-request-id')
    };
    const { status, body } = await answerSample({ method: String(request.method), target: String(request.url), caller, body: () => text(request) });
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
    request.resume();
}

/** Starts the sample service that the gate forwards to where `POSTERN_UPSTREAM` names no other. It lives in our own process and ends with it. */
export async function startSampleUpstream(): Promise<SampleUpstream> {

    const server = createServer((request, response) => {

        // What fails here is the connection: a client that went away while its body was read.

        respond(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');

    return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        async stop() {

            server.close();
            server.closeAllConnections();
            await once(server, 'close');
        }
    };
}
