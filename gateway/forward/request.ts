import type { Readable } from 'node:stream';

import type { Holder } from '../streams.js';
import type { Handshake } from './handshake.js';


/** Sees what the upstream answers, on its way to the client. It must not throw, and has no say in what becomes of it. */
export interface Onlooker {
    /** `rawHeaders`: a flat list, as the upstream sent it. */
    readonly seeHead: (status: number, rawHeaders: readonly string[]) => void;
    readonly seeData: (chunk: Buffer) => void;
}

/** What is sent to the upstream. */
export interface UpstreamRequest {
    readonly method: string;
    /** The raw request target, byte for byte. */
    readonly target: string;
    /** Flat, from `requestHeaders()`: undici takes no hop-by-hop header. */
    readonly headers: string[];
    /** A Readable is the client's request. Needed wherever `headers` give a length other than 0. */
    readonly body: Readable | Buffer | undefined;
    /** The client wants to speak WebSocket. */
    readonly handshake?: Handshake | undefined;
    /** Whose request it is; absent for a guest. */
    readonly holder?: Holder | undefined;
    /** The caller is no guest. */
    readonly isAuthenticated: boolean;
    /** What the answer says to browsers in place of what the upstream does, in a flat list; absent where that is not ours to say. */
    readonly cors?: readonly string[] | undefined;
    /** Absent: nobody is interested. */
    readonly onlooker?: Onlooker | undefined;
}

const idempotent = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PUT', 'TRACE']);

/** Whether a request may be sent again when its connection was closed before any answer (RFC 9110 section 9.2.2). A body is never sent twice. */
export function isRepeatable({ method, body }: UpstreamRequest): boolean {

    return body === undefined && idempotent.has(method);
}
