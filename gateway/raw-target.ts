import type { IncomingMessage, Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';


const target = Symbol('target');

/** A request whose target was set aside. A property of its own: a WeakMap costs several times as much on each request, and more when memory is collected. */
interface Kept extends IncomingMessage {
    [target]?: string;
}

/**
 * Sets the request target aside as it came and shows hapi a bare `/`: hapi decodes, normalises and even refuses what it routes by,
 * while the gate decides on the very bytes that it forwards.
 */
export function keepTarget(listener: SecureServer | Server): void {

    const keep = (request: Kept) => {

        request[target] = String(request.url);
        request.url = '/';
    };

    listener.prependListener('request', keep);
    listener.prependListener('checkContinue', keep);            // in place of 'request', where the client expects a 100
}

/** The target of a request, byte for byte; hapi's own where it did not come over the listener, as with `server.inject()`. */
export function targetOf(request: Kept): string {

    return request[target] ?? String(request.url);
}
