import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

import type { Refusal, Refusals } from '../plugin/refusals/refusal.js';
import type { OpenCall } from './call.js';
import type { Handshake } from './forward/handshake.js';
import { DrainingResponse } from './drain.js';
import { findHandshakeFault, isHandshake } from './forward/handshake.js';


/** The connections that were handed over, as long as they are open. */
export interface Upgrades {
    readonly cutAll: () => void;
}

// `busy`: too many are open already
const handshakes = new WeakMap<IncomingMessage, Handshake | 'busy'>();

const retryAfterSeconds = 5;

/**
 * Lets WebSocket handshakes be requests like all others: judged by the same stages, and answered by them where they are refused. Node hands over the bare connection of whoever
 * wishes for another protocol; whose wish is not heard is read anew without it, and for one request, since RFC 9110 section 7.8 lets a server go on as before.
 */
export function takeHandshakes(listener: Server, limit: number): Upgrades {

    const open = new Set<Socket>();

    listener.on('upgrade', (req, socket: Socket, head) => {

        const res = new DrainingResponse(req);
        if (!isFree(socket, res)) {
            socket.destroy();
        }
        else if (isHandshake(req)) {
            handshakes.set(req, open.size < limit ? { socket, head, key: String(req.headers['sec-websocket-key']) } : 'busy');
            open.add(socket);
            socket.once('close', () => open.delete(socket));
            finishLikeNode(res, socket);
            listener.emit('request', req, res);
        }
        else {
            res.detachSocket(socket);
            socket.unshift(Buffer.concat([Buffer.from(writeHead(req), 'latin1'), head]));
            listener.emit(socket instanceof TLSSocket ? 'secureConnection' : 'connection', socket);
        }
    });

    return {
        cutAll() {

            for (const socket of open) {
                socket.destroy();
            }
        }
    };
}

/** Answers CONNECT, which nobody may: Node hands over its connection, or closes it without a word. */
export function refuseConnects(listener: Server): void {

    listener.on('connect', (req, socket: Socket) => {

        const res = new DrainingResponse(req);
        if (isFree(socket, res)) {
            finishLikeNode(res, socket);
            res.writeHead(405, { allow: 'DELETE, GET, POST, PUT', 'cache-control': 'no-store', 'content-length': 0 }).end();
        }
        else {
            socket.destroy();
        }
    });
}

/** The connection of a request that is a WebSocket handshake; undefined for every other, and for all where no upgrade is allowed. */
export function handshakeOf(req: IncomingMessage): Handshake | undefined {

    const handshake = handshakes.get(req);
    return typeof handshake === 'object' ? handshake : undefined;
}

/**
 * Finds why a WebSocket handshake goes no further; undefined for any other request. What the gate decides by the body of a call (GraphQL, SOAP), or answers itself, cannot be
 * upgraded: nobody would read what is said from then on.
 */
export function judgeUpgrade(req: IncomingMessage, { kind }: OpenCall, refusals: Refusals): Refusal | undefined {

    if (!isHandshake(req)) {
        return undefined;
    }

    const handshake = handshakes.get(req);
    if (handshake === undefined || (kind !== 'route' && kind !== 'unknown')) {
        return refusals.upgradeRefused();
    }

    if (handshake === 'busy') {
        return refusals.upgradeBusy(retryAfterSeconds);
    }

    const fault = findHandshakeFault(req);
    return fault === undefined ? undefined : refusals.badRequest(fault);
}

/** Gives a response its connection, unless an answer to a request before is still being written there: no client that waits for answers asks then. */
function isFree(socket: Socket, res: ServerResponse): boolean {

    try {
        res.assignSocket(socket);
        return true;
    }
    catch {
        return false;
    }
}

/** Does for a response what Node does for those that it makes itself. The connection is used for it alone. */
function finishLikeNode(res: ServerResponse, socket: Socket): void {

    res.shouldKeepAlive = false;
    socket.on('error', () => undefined);                            // the response hears of its close
    socket.on('drain', () => res.emit('drain'));
    res.once('finish', () => {

        if (res.socket === socket) {
            socket.destroySoon();
        }
    });
}

/** The head of a request without its wish for another protocol, byte for byte but for the order in which Connection comes. */
function writeHead({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {

    const lines = [`${String(method)} ${String(url)} HTTP/${httpVersion}`, 'Connection: close'];
    for (let i = 0; i < rawHeaders.length; i += 2) {
        if (rawHeaders[i]?.toLowerCase() !== 'upgrade') {
            lines.push(`${String(rawHeaders[i])}: ${String(rawHeaders[i + 1])}`);
        }
    }

    return `${lines.join('\r\n')}\r\n\r\n`;
}
