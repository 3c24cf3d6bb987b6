import type { IncomingHttpHeaders } from 'node:http';

import type { RawHeaders } from './raw.js';
import type { UpstreamRequest } from './request.js';
import { rememberLast } from '../remember-last.js';
import { replaceCors, responseHeaders } from './headers.js';


/** What an answer of the upstream begins with. */
export interface Head {
    readonly status: number;
    readonly statusText: string;
    /** As undici has them. */
    readonly rawHeaders: RawHeaders;
    /** The same, as undici has read them. */
    readonly headers: IncomingHttpHeaders;
    readonly request: Pick<UpstreamRequest, 'cors' | 'isAuthenticated' | 'method'>;
}

/** Whether a body follows (RFC 9112 section 6.3). */
export function bringsBody({ status, request: { method } }: Head): boolean {

    return method !== 'HEAD' && status !== 204 && status !== 304;
}

/** What the client is told in the place of a reason phrase: the upstream's own, or nothing where Node could not write it. */
export function reasonOf({ statusText }: Head): string {

    return isWritable(statusText) ? statusText : '';
}

const isWritable = rememberLast((statusText) => /^[\t\x20-\x7e]*$/.test(statusText));

/** The client's headers, in a flat list; `isChunkable`: its connection knows what a chunk is. */
export function headersOf(head: Head, isChunkable: boolean): string[] {

    const { rawHeaders, headers, request: { isAuthenticated, cors } } = head;
    const list = responseHeaders(rawHeaders, { isAuthenticated, mayChunk: isChunkable && bringsBody(head) }, headers);
    return cors === undefined ? list : replaceCors(list, cors);
}
