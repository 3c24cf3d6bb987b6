import type { IncomingMessage, OutgoingHttpHeader, OutgoingHttpHeaders, Server } from 'node:http';
import { ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';


/** How long a listener's connections may go on when it takes no new ones. */
export interface DrainTimes {
    /** For a request that is on its way on an idle connection: to its client the connection is good until it hears otherwise. */
    readonly graceMs: number;
    /** For whatever is under way. */
    readonly timeoutMs: number;
}

type Headers = OutgoingHttpHeader[] | OutgoingHttpHeaders;

const draining = new Set<object>();

// Between two looks for connections that have become idle.
const pauseMs = 20;

/** A response that tells its client to use the connection no more, where its listener is being drained. */
export class DrainingResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {

    override writeHead(status: number, statusText?: Headers | string, headers?: Headers): this {

        // Asked on every answer: nearly always nothing is drained

        if (draining.size > 0 && draining.has(listenerOf(this.req))) {
            this.shouldKeepAlive = false;
        }

        return typeof statusText === 'string' ? super.writeHead(status, statusText, headers) : super.writeHead(status, statusText);
    }
}

function listenerOf({ socket }: IncomingMessage): object {

    return (socket as unknown as { readonly server: object }).server;
}

/**
 * Ends the work of a listener whose responses are `DrainingResponse`s: no connection is taken any more, every request that has come is answered, and so is one that
 * comes on a connection that was open. Resolves when all connections are closed, or the time is up and they were cut.
 */
export async function drain(listener: Server, { graceMs, timeoutMs }: DrainTimes): Promise<void> {

    // Not the listener's own close(): it closes idle connections at once, and with them requests that are on their way

    draining.add(listener);
    const state = { isClosed: false };
    const closed = new Promise<void>((resolve) => {

        NetServer.prototype.close.call(listener, () => {

            state.isClosed = true;
            resolve();
        });
    });

    const startedMs = performance.now();
    await Promise.race([closed, wait(graceMs)]);
    while (!state.isClosed && performance.now() - startedMs < timeoutMs) {
        listener.closeIdleConnections();
        await Promise.race([closed, wait(pauseMs)]);
    }

    listener.closeAllConnections();
    draining.delete(listener);
}
