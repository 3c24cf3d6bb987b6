import type { ServerResponse } from 'node:http';
import { isIP } from 'node:net';

import { buildConnector, Pool } from 'undici';

import type { Destination } from './exchange.js';
import type { Outcome } from './outcome.js';
import type { UpstreamRequest } from './request.js';
import { exchange } from './exchange.js';


export interface UpstreamOptions {
    /** One or more, without a path: `http://127.0.0.1:9000`, `https://shop.internal`. */
    readonly origins: readonly string[];
    readonly connectTimeoutMs: number;
    /** Until the answer's headers, and as long again for a free connection. */
    readonly headersTimeoutMs: number;
    /** Between two parts of the answer, from the upstream or to the client. */
    readonly idleTimeoutMs: number;
    /** Connections to each origin at most; further requests wait for a free one. */
    readonly connections: number;
    /** PEM text of the certificate authorities to trust in place of the system's. */
    readonly ca?: string;
}

export interface Upstream {
    /**
     * Passes a request on and its answer back. Unless the outcome is `failed`, `res` has been dealt with: hapi's handler returns `h.abandon`.
     * Rejects only for a mistake of ours.
     */
    readonly forward: (request: UpstreamRequest, res: ServerResponse) => Promise<Outcome>;
    /** Lets what is under way finish. */
    readonly close: () => Promise<void>;
}

interface Origin extends Destination {
    inFlight: number;
    taken: number;
}

// Longer than most servers' limit, for the long lists of tags and cookies that shops send.
const maxHeaderBytes = 65_536;

/** Makes the way to the service behind the gate. Throws at start-up where an origin is none. */
export function createUpstream(options: UpstreamOptions): Upstream {

    const origins = options.origins.map((text) => openOrigin(readOrigin(text), options));
    let closing: Promise<unknown> | undefined;

    return {
        async forward(request, res) {

            const origin = pickOrigin(origins);
            ++origin.taken;
            ++origin.inFlight;
            try {
                return await exchange(request, res, origin);
            }
            finally {
                --origin.inFlight;
            }
        },

        async close() {

            closing ??= Promise.all(origins.map(({ pool }) => pool.close()));
            await closing;
        }
    };
}

/** The origin with the least to do; of several, the one that was taken least. */
function pickOrigin(origins: readonly Origin[]): Origin {

    return origins.reduce((best, one) => ((one.inFlight - best.inFlight || one.taken - best.taken) < 0 ? one : best));
}

function openOrigin(url: URL, { connectTimeoutMs, headersTimeoutMs, idleTimeoutMs, connections, ca }: UpstreamOptions): Origin {

    const host = url.hostname.replace(/^\[|\]$/g, '');
    const connect = buildConnector({ timeout: connectTimeoutMs, ...(ca !== undefined && { ca }) });
    const pool = new Pool(url.origin, {
        connections, headersTimeout: headersTimeoutMs, bodyTimeout: idleTimeoutMs, maxHeaderSize: maxHeaderBytes,

        // TLS knows no names that are addresses (RFC 6066 section 3).
        connect(settings, callback) {

            connect({ ...settings, servername: isIP(host) === 0 ? host : '' }, (...made) => {

                made[1]?.on('error', tellReset);
                callback(...made);
            });
        }
    });

    // A constant name, because undici would take it from a Host that the client chose.
    return { pool, servername: host, headersTimeoutMs, idleTimeoutMs, inFlight: 0, taken: 0 };
}

/**
 * Keeps undici from taking a reset for the good end of a body without length, as it does for the sake of macOS: a body that ends in an error
 * of its connection is not whole (RFC 9112 section 8). It looks at the code only, and hears of the error after this.
 */
function tellReset(error: NodeJS.ErrnoException): void {

    if (error.code === 'ECONNRESET') {
        error.code = 'ECONNABORTED';
    }
}

function readOrigin(text: string): URL {

    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !/^https?:\/\/[^/?#@\\]+\/?$/i.test(text)) {
        throw new Error(`An upstream is "${text}": expected "http://host", "https://host" or either with a port, and no path, for what the client sends is forwarded as it is`);
    }

    return url;
}
