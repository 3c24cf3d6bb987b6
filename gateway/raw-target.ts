import type { IncomingMessage, Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';


const targets = new WeakMap<IncomingMessage, string>();

/**
 * Sets the request target aside as it came and shows hapi a bare `/`: hapi decodes, normalises and even refuses what it routes by,
 * while the gate decides on the very bytes that it forwards.
 */
export function keepTarget(listener: SecureServer | Server): void {

    const keep = (request: IncomingMessage) => {

        targets.set(request, String(request.url));
        request.url = '/';
    };

    listener.prependListener('request', keep);
    listener.prependListener('checkContinue', keep);            // in place of 'request', where the client expects a 100
}

/** The target of a request, byte for byte; hapi's own where it did not come over the listener, as with `server.inject()`. */
export function targetOf(request: IncomingMessage): string {

    return targets.get(request) ?? String(request.url);
}
