import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

import type { Client } from './forward/client.js';
import type { IsTrusted } from './forward/trust.js';
import { peerOf, readClient } from './forward/client.js';


/** Who is at the other end of a request. */
export type ClientOf = (request: IncomingMessage) => Client;

export function createClientOf(isTrusted: IsTrusted): ClientOf {

    // Over a connection of nobody who may speak for others, every request is from the same client

    const known = new WeakMap<Socket, Client>();

    return ({ rawHeaders, socket }) => {

        const kept = known.get(socket);
        if (kept !== undefined) {
            return kept;
        }

        const { remoteAddress: address } = socket;
        const client = readClient(rawHeaders, { address, isEncrypted: socket instanceof TLSSocket }, isTrusted);
        if (address !== undefined && !isTrusted(peerOf(address))) {
            known.set(socket, client);
        }

        return client;
    };
}
