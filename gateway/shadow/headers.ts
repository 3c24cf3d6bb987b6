import type { Frame } from '../framing.js';
import { foldHeader } from '../../plugin/inject/identity.js';
import { countHeader } from '../../plugin/raw-headers.js';
import { hopByHop, readOptions } from '../forward/headers.js';
import { findFault } from '../framing.js';


/** What a request's head may be where nothing is refused that could be sent on. */
export const shadowBounds = { maxBytes: 64 * 1024, maxLines: 1_000 } as const;

/** What stands in the connection itself. */
export interface Peer {
    readonly address: string;
    readonly isSecure: boolean;
}

/** What the upstream hears from the gate alone where the gate decides. It must not hear it from a client meanwhile. */
function isIdentity(folded: string): boolean {

    return folded.startsWith('x-caller-') || folded.startsWith('x-postern-') || folded === 'x-session-id';
}

/**
 * Builds the upstream's headers from the client's as they came, `Authorization`, cookies and `Host` included. What any proxy does is done: what is for one connection alone goes,
 * and X-Forwarded-* tells of the client, where it says nothing of an earlier one.
 */
export function headersAsTheyCame(rawHeaders: readonly string[], { address, isSecure }: Peer): string[] {

    const headers: string[] = [];
    const named = new Set<string>();
    const chain: string[] = [];

    for (let i = 0; i < rawHeaders.length; i += 2) {
        const name = String(rawHeaders[i]);
        const value = String(rawHeaders[i + 1]);
        const lower = name.toLowerCase();
        if (lower === 'x-forwarded-for') {
            chain.push(value);
        }
        else if (lower === 'connection') {
            readOptions(value).filter((option) => option !== 'te' && option !== 'host').forEach((option) => named.add(option));
        }
        else if (!hopByHop.has(lower) && !isIdentity(foldHeader(name))) {
            headers.push(name, value);
        }
        else if (lower === 'te' && readOptions(value).includes('trailers')) {
            headers.push('TE', 'trailers');
        }
    }

    const kept = headers.filter((_, i) => !named.has(String(headers[i - (i % 2)]).toLowerCase()));
    const valueOf = (wanted: string) => kept.find((_, i) => i % 2 === 1 && kept[i - 1]?.toLowerCase() === wanted);
    const host = valueOf('host');
    kept.push('X-Forwarded-For', [...chain, address].join(', '));
    if (valueOf('x-forwarded-proto') === undefined) {
        kept.push('X-Forwarded-Proto', isSecure ? 'https' : 'http');
    }

    if (host !== undefined && valueOf('x-forwarded-host') === undefined) {
        kept.push('X-Forwarded-Host', host);
    }

    return kept;
}

/**
 * Why a request cannot be sent on as it came; undefined where it can. Those are the ones that every server must refuse (RFC 9112 sections 3.2, 6.1, RFC 9110 section 7.2), and
 * such as have no form in which a proxy could write them.
 */
export function findUnsendable(frame: Frame, rawTarget: string): string | undefined {

    if (countHeader(frame, 'host') > 1) {
        return 'The Host header must name one host.';
    }

    if (!/^(?:\/|https?:\/\/)/.test(rawTarget)) {
        return 'The request target must be a path that starts with "/".';
    }

    const { rawHeaders = [], httpVersion, headers } = frame;
    return rawHeaders.length > 2 * shadowBounds.maxLines ? `A request may have at most ${shadowBounds.maxLines} header lines.` : findFault({ httpVersion, headers });
}
