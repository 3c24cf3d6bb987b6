import type { IncomingHttpHeaders } from 'node:http';

import { countHeader } from '../plugin/raw-headers.js';


/** The outside of a request. One that hapi injects has no raw headers. */
export interface Frame {
    readonly httpVersion: string;
    readonly rawHeaders?: readonly string[];
    readonly headers: IncomingHttpHeaders;
}

/** Lines of headers that a request may have. Whoever reads fewer says nothing of those left out, and an upstream might leave out ours, which come last. */
export const maxHeaderLines = 128;

// Where there are two, Node reads the first, PHP both with a comma, others the last; a body is decided on by what these say of it
const single = ['Content-Encoding', 'Content-Type'] as const;

/**
 * Finds why a request could mean one thing here and another one behind (ATTACKS 53); undefined where it cannot. Node itself refuses what RFC 9112 section 6.3 does,
 * and takes a body in `gzip, chunked` for a chunked one.
 */
export function findFault({ httpVersion, rawHeaders = [], headers: { 'transfer-encoding': coding } }: Frame): string | undefined {

    if (rawHeaders.length > 2 * maxHeaderLines) {
        return `A request may have at most ${maxHeaderLines} header lines.`;
    }

    if (httpVersion !== '1.1' && (httpVersion !== '1.0' || coding !== undefined)) {
        return 'Only HTTP/1.1 is spoken here, and HTTP/1.0 without Transfer-Encoding.';
    }

    if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
        return 'The only transfer coding that is understood is "chunked".';
    }

    const repeated = single.find((name) => countHeader({ rawHeaders }, name.toLowerCase()) > 1);
    return repeated && `Only one ${repeated} header may be sent.`;
}
