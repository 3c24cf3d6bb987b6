import type { IncomingHttpHeaders } from 'node:http';

import { countHeader } from '../plugin/raw-headers.js';


/** The outside of a request. */
export interface Frame {
    readonly httpVersion: string;
    /** Absent where only the rest is looked at. */
    readonly rawHeaders?: readonly string[];
    readonly headers: IncomingHttpHeaders;
}

/** Bytes that target, names and values of a request may have together, as Node counts them. */
export const maxHeaderBytes = 16 * 1024;

/** Lines of headers that a request may have. Whoever reads fewer says nothing of those left out, and an upstream might leave out ours, which come last. */
export const maxHeaderLines = 128;

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

    return coding !== undefined && coding.toLowerCase() !== 'chunked' ? 'The only transfer coding that is understood is "chunked".' : undefined;
}

/** Whether a body is in a content coding, by its own account. Only some servers undo one: what is decided by the body cannot be decided of such a one. */
export function isCoded({ 'content-encoding': coding = '' }: IncomingHttpHeaders): boolean {

    return !/^(?:identity)?$/i.test(coding);
}

const single = ['Content-Encoding', 'Content-Type'] as const;

/**
 * Finds a header that says what a body is and stands there twice: Node reads the first, PHP both with a comma, others the last, while we decide by what it says of the
 * body. For requests that are forwarded; those that the gate answers have one reader, and Magento takes the first.
 */
export function findRepeated(request: Pick<Frame, 'rawHeaders'>): string | undefined {

    const repeated = single.find((name) => countHeader(request, name.toLowerCase()) > 1);
    return repeated && `Only one ${repeated} header may be sent.`;
}
