import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';


/** A request as it reached the upstream. */
export interface Reached {
    readonly method: string;
    readonly target: string;
    readonly headers: IncomingHttpHeaders;
    readonly rawHeaders: readonly string[];
    readonly body: string;
}

/** A service behind the gate that remembers what reached it. */
export interface TestUpstream {
    readonly url: string;
    /** Oldest first; a test empties it where it must. */
    readonly reached: Reached[];
    stop(): Promise<void>;
}

/** Starts an upstream on a free port. It answers 200 with a small JSON body, or as it is told. */
export async function startUpstream(answer: (reached: Reached, response: ServerResponse) => void = answerPlainly): Promise<TestUpstream> {

    const reached: Reached[] = [];
    const server = createServer((request, response) => {

        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {

            const { method = '', url = '', headers, rawHeaders } = request;
            const one = { method, target: url, headers, rawHeaders, body: Buffer.concat(chunks).toString() };
            reached.push(one);
            answer(one, response);
        });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');

    return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        reached,
        async stop() {

            if (server.listening) {
                server.close();
                server.closeAllConnections();
                await once(server, 'close');
            }
        }
    };
}

function answerPlainly(_reached: Reached, response: ServerResponse): void {

    response.writeHead(200, { 'Content-Type': 'application/json', 'X-Upstream': 'yes' }).end('{"upstream":true}');
}
