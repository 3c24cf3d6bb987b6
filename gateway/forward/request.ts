import type { Readable } from 'node:stream';


/** What is sent to the upstream. */
export interface UpstreamRequest {
    readonly method: string;
    /** The raw request target, byte for byte. */
    readonly target: string;
    /** Flat, from `requestHeaders()`: undici takes no hop-by-hop header. */
    readonly headers: string[];
    /** A Readable is the client's request. Needed wherever `headers` give a length other than 0. */
    readonly body: Readable | Buffer | undefined;
    /** The caller is no guest. */
    readonly isAuthenticated: boolean;
    /** What the answer says to browsers in place of what the upstream does, in a flat list; absent where that is not ours to say. */
    readonly cors?: readonly string[] | undefined;
}

const idempotent = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PUT', 'TRACE']);

/** Whether a request may be sent again when its connection was closed before any answer (RFC 9110 section 9.2.2). A body is never sent twice. */
export function isRepeatable({ method, body }: UpstreamRequest): boolean {

    return body === undefined && idempotent.has(method);
}
