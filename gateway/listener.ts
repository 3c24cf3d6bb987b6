import { createServer } from 'node:http';
import type { Server, ServerOptions } from 'node:http';
import { createServer as createSecureServer } from 'node:https';

import type { LiveTls } from './tls.js';
import { ArrivingRequest } from './arriving.js';
import { DrainingResponse } from './drain.js';
import { maxHeaderBytes, maxHeaderLines } from './framing.js';
import { countTimeouts } from './timeouts.js';


/** What a request's head may be at most; whatever is longer Node itself refuses, and beyond the lines it reads none. */
export interface HeadBounds {
    readonly maxBytes: number;
    readonly maxLines: number;
}

const strictBounds: HeadBounds = { maxBytes: maxHeaderBytes, maxLines: maxHeaderLines };

// Longer than the 60 s of load balancers: the side that closes an idle connection must be theirs, else a request is lost now and then
const keepAliveTimeoutMs = 75_000;

const headersTimeoutMs = 20_000;

/** How long a client may take to agree on TLS. */
const handshakeTimeoutMs = 20_000;

/** Between two looks for clients that take too long, or are gone. */
const pauseMs = 1_000;

/**
 * Makes the listener that hapi is to use: strict in its syntax whatever Node was started with, and with a bound to everything that a client could draw out (ATTACKS 57).
 * A request may take `requestTimeoutMs` to arrive, its body included. With `tls` it speaks HTTPS, and where that names a CA, only with clients that have a certificate of its.
 */
export function createListener(requestTimeoutMs: number, tls?: LiveTls, { maxBytes, maxLines }: HeadBounds = strictBounds): Server {

    const options = {
        IncomingMessage: ArrivingRequest, ServerResponse: DrainingResponse,
        insecureHTTPParser: false, requireHostHeader: true, maxHeaderSize: maxBytes, keepAliveTimeout: keepAliveTimeoutMs,
        headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs), requestTimeout: requestTimeoutMs, connectionsCheckingInterval: Math.min(pauseMs, requestTimeoutMs)
    };
    const listener = tls === undefined ? createServer(options) : createSecure(options, tls);
    listener.maxHeadersCount = maxLines + 1;                // one more, so that too many are seen and refused
    countTimeouts(listener, pauseMs);
    return listener;
}

function createSecure(options: ServerOptions<typeof ArrivingRequest, typeof DrainingResponse>, { current, follow }: LiveTls): Server {

    const { context } = current();
    const isAsked = context.ca !== undefined;
    const listener = createSecureServer({ ...options, ...context, requestCert: isAsked, rejectUnauthorized: isAsked, handshakeTimeout: handshakeTimeoutMs });
    follow(listener);
    return listener;
}

/**
 * Leaves requests that cannot be read, or take too long, to Node: it answers 400, 408, 413 or 431 where nothing was answered yet, and ends the connection. hapi would answer
 * in the middle of an answer that is written already, which ends the process, and would leave connections half open for as long as the client likes.
 */
export function answerClientErrors(listener: Server): void {

    listener.removeAllListeners('clientError');
}
