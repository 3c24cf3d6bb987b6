import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';


/** Something that stands where a gate should, and is none. */
export interface WeakGate {
    readonly url: string;
    stop(): Promise<void>;
}

const inside = 'TypeError\n    at serve (/usr/src/app/index.js:1:1)\n{"token":"x"} graphql-authentication graphql-authentication';

/**
 * Keeps the rules for whoever plays by them, and serves everybody else whatever he sends: it answers each `HTTP/1` that it finds, echoes, tells of its inside
 * and never hangs up.
 */
export async function startYesGate({ open, shut, beyond, token }: { readonly open: string; readonly shut: string; readonly beyond: string; readonly token: string }): Promise<WeakGate> {

    const answer = (status: number, body: string, lines: readonly string[] = []) => [`HTTP/1.1 ${status} x`, ...lines, `Content-Length: ${body.length}`, '', body].join('\r\n');
    const byTheRules = (bytes: string): number | undefined => {

        const [, method = '', target = '', lines = ''] = /^(GET|POST) (\S+) HTTP\/1\.1\r\n((?:Host: 127[^\r]*|Connection: close|Content-Length: 2|Authorization: Bearer [\w.-]+)?(?:\r\n(?:Host: 127[^\r]*|Connection: close|Content-Length: 2))*)\r\n\r\n(?:\{\})?$/.exec(bytes) ?? [];
        if (![open, shut, beyond].includes(target) || (lines.includes('Authorization') && !lines.includes(token))) {
            return undefined;
        }

        return target === open || (target === shut && method === 'GET' && lines.includes(token)) ? 200 : 401;
    };

    const sockets = new Set<Socket>();
    const server = createServer((socket) => {

        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.once('data', (chunk) => {

            const bytes = chunk.toString('latin1');
            const status = byTheRules(bytes);
            if (status !== undefined) {
                socket.end(answer(status, '{}'));
                return;
            }

            const echo = (/ (\S*) HTTP/.exec(bytes)?.[1] ?? '').slice(0, 300).replace(/%([\da-f]{2})/gi, (_, byte: string) => String.fromCharCode(parseInt(byte, 16)));
            const count = Math.max(1, bytes.match(/ HTTP\/1/g)?.length ?? 0);
            socket.write(Array.from({ length: count }, () => answer(200, `${inside} X-Echo-Me`, [`X-Target: ${echo}`])).join(''));
        });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        async stop() {

            sockets.forEach((socket) => socket.destroy());
            server.close();
            await once(server, 'close');
        }
    };
}

/** Reads an address as the most lenient of upstreams might: whatever can be undone is undone. */
export function readLeniently(target: string): string {

    let path = target.replace(/[?#].*/s, '');
    for (let i = 0; i < 5; ++i) {
        const bytes = path.replace(/%u([\da-f]{4})/gi, (_, unit: string) => String.fromCharCode(parseInt(unit, 16))).replace(/%([\da-f]{2})/gi, (_, byte: string) => String.fromCharCode(parseInt(byte, 16)));
        const wide = /[^\0-\xff]/.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString();
        path = wide.normalize('NFKC').replace(/\uFFFD+/g, '.');
    }

    const cut = path.replace(/\0.*|[?#].*/s, '').replace(/;[^/]*/g, '').replace(/[\\\u2215]/g, '/').toLowerCase();
    return new URL(`http://x${cut.replace(/\/+/g, '/')}`).pathname.split('/').map((segment) => segment.replace(/(?:[. ]|%20)+$/, '')).join('/').replace(/\.(?:json|xml|html|php)$/, '').replace(/(?<=.)\/+$/, '');
}

/** An upstream that reads so, and serves a customer's data to whomever the gate lets through. */
export function answerLeniently({ target }: { readonly target: string }, response: ServerResponse): void {

    const path = readLeniently(target);
    response.writeHead(/^(?:\/index\.php)?\/rest(?:\/\w+)?\/v1\/(?:currency|customers\/\w+)$/.test(path) ? 200 : 404).end(path.endsWith('currency') ? '{"currency":true}' : '{"id":7}');
}

/** A proxy as one writes it on an afternoon: it refuses by the beginning of the target, as it came, and believes a header. */
export async function startNaiveGate({ shut, beyond, token }: { readonly shut: string; readonly beyond: string; readonly token: string }): Promise<WeakGate> {

    const server = createHttpServer((request, response) => {

        const { url = '', headers } = request;
        if (url === beyond || (url.startsWith(shut) && headers.authorization !== `Bearer ${token}` && headers['x-user-id'] === undefined)) {
            response.writeHead(401).end('{}');
            return;
        }

        answerLeniently({ target: url }, response);
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
