import { isIP, Socket } from 'node:net';

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
    const connect = url.protocol === 'https:' ? buildConnector({ timeout: connectTimeoutMs, ...(ca !== undefined && { ca }) }) : connectPlainly(connectTimeoutMs);

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

/** What every connection without TLS is read into, one part at a time. */
const part = Buffer.allocUnsafeSlow(65_536);

/**
 * Has each part of an answer copied out of a memory that is used again and again. By itself Node allocates 64 KiB for a part of any length, and then once more what it
 * needs: of a short answer that would be a thirtieth of what forwarding it costs.
 */
function connectPlainly(timeout: number): buildConnector.connector {

    return (settings, callback) => {

        let socket: Socket | null;
        const connect = buildConnector({
            timeout,
            onread: {
                buffer: part,
                callback(length) {

                    const bytes = Buffer.allocUnsafe(length);
                    part.copy(bytes, 0, 0, length);
                    return socket?.push(bytes) !== false;
                }
            }
        });
        connect(settings, (...made) => {

            [, socket] = made;
            if (socket) {
                askOnce(socket);
                countAlways(socket);
            }

            callback(...made);
        });
    };
}

/**
 * Keeps a connection from being read in vain again and again: undici reads it five times for every answer, and four times there is nothing, each time after many steps of Node's
 * streams. Once there was nothing, Node reads by itself, and says when there is something. Whoever gives a size is Node, which has it begin to read, or end.
 */
function askOnce(socket: Socket): void {

    let isEmpty = false;
    socket.read = (size) => {

        if (isEmpty && size === undefined && socket.readableLength === 0) {
            return null;
        }

        const bytes: unknown = Socket.prototype.read.call(socket, size);
        isEmpty = bytes === null;
        return bytes;
    };
}

/**
 * Has a connection count among what the process waits for, whether it is used or not: undici takes it out after every answer, and puts it back with the next request. Whoever opens
 * a pool closes it.
 */
function countAlways(socket: Socket): void {

    const stay = () => socket;
    socket.ref = stay;
    socket.unref = stay;
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
