import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

import type { Client } from './forward/client.js';
import type { IsTrusted } from './forward/trust.js';
import { readClient } from './forward/client.js';


/** Who is at the other end of a request. */
export type ClientOf = (request: IncomingMessage) => Client;

export function createClientOf(isTrusted: IsTrusted): ClientOf {

    return ({ rawHeaders, socket }) => readClient(rawHeaders, { address: socket.remoteAddress, isEncrypted: socket instanceof TLSSocket }, isTrusted);
}
