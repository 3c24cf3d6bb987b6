import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';


/** A client that wants to speak WebSocket, and its connection, on which nobody else reads or writes any more. */
export interface Handshake {
    readonly socket: Socket;
    /** What it has sent already behind its handshake. */
    readonly head: Buffer;
    /** Its Sec-WebSocket-Key. */
    readonly key: string;
}

/** What of a request tells a handshake. */
export interface HandshakeRequest {
    readonly method?: string | undefined;
    readonly httpVersion: string;
    readonly headers: IncomingHttpHeaders;
}

// RFC 6455 section 1.3
const suffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const keyShape = /^[A-Za-z0-9+/]{22}==$/;

/** Whether a client wants to speak WebSocket from here on: RFC 6455 section 4.1. A wish for any other protocol may be ignored (RFC 9110 section 7.8). */
export function isHandshake({ method, httpVersion, headers: { connection = '', upgrade = '' } }: HandshakeRequest): boolean {

    return upgrade.toLowerCase() === 'websocket' && method === 'GET' && httpVersion === '1.1' && connection.toLowerCase().split(',').some((option) => option.trim() === 'upgrade');
}

/** Finds what makes a handshake one that servers read in several ways; undefined where there is nothing. */
export function findHandshakeFault({ headers }: HandshakeRequest): string | undefined {

    if (headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0') {
        return 'A WebSocket handshake has no body.';
    }

    return keyShape.test(headers['sec-websocket-key'] ?? '') ? undefined : 'A WebSocket handshake has one Sec-WebSocket-Key: 16 bytes in base64.';
}

/**
 * Whether an upstream that switches protocols has read the handshake: RFC 6455 section 4.1. Whoever answers 101 for another reason speaks HTTP on,
 * and what the client sends then would be requests that nobody has judged.
 */
export function isAccepted(handshake: Handshake | undefined, { upgrade, 'sec-websocket-accept': accept }: IncomingHttpHeaders): handshake is Handshake {

    return handshake !== undefined && upgrade?.toLowerCase() === 'websocket' && accept === createHash('sha1').update(`${handshake.key}${suffix}`).digest('base64');
}
