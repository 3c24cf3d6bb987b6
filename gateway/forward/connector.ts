import { isIP } from 'node:net';

import { buildConnector } from 'undici';

import { correctStatus } from './interim.js';


export interface ConnectorOptions {
    readonly connectTimeoutMs: number;
    /** PEM text of the certificate authorities to trust in place of the system's. */
    readonly ca?: string;
}

/** Makes what opens connections to an origin. */
export function createConnector(url: URL, { connectTimeoutMs, ca }: ConnectorOptions): buildConnector.connector {

    const host = hostOf(url);
    const connect = buildConnector({ timeout: connectTimeoutMs, ...(ca !== undefined && { ca }) });

    return (settings, callback) => {

        // TLS knows no names that are addresses (RFC 6066 section 3).

        connect({ ...settings, servername: isIP(host) === 0 ? host : '' }, (...made) => {

            const [, socket] = made;
            socket?.on('error', tellReset);
            callback(...made);
            if (socket) {
                correctStatus(socket);
            }
        });
    };
}

/** The host of an origin, an address of IPv6 without its brackets. */
export function hostOf({ hostname }: URL): string {

    return hostname.replace(/^\[|\]$/g, '');
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
