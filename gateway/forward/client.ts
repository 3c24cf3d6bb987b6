import { isIP } from 'node:net';

import type { IsTrusted } from './trust.js';


/** Who is at the other end, as far as the gate can know: from the connection, or from a proxy that it was told to trust. */
export interface Client {
    readonly address: string;
    readonly isSecure: boolean;
    /** Value of X-Forwarded-For for the upstream. */
    readonly forwardedFor: string;
    /** The host that a trusted proxy says it was asked for. */
    readonly forwardedHost: string | undefined;
}

/** A socket's facts. The address is undefined once the client is gone. */
export interface Connection {
    readonly address: string | undefined;
    readonly isEncrypted: boolean;
}

/**
 * Reads the client from its connection. X-Forwarded-* counts only where the peer is trusted, and the client's address is then the first
 * one from the right that is not a trusted proxy's: what stands further left is the client's own claim (ATTACKS 13 to 15).
 */
export function readClient(rawHeaders: readonly string[], { address = 'unknown', isEncrypted }: Connection, isTrusted: IsTrusted): Client {

    const peer = peerOf(address);
    if (!isTrusted(peer)) {
        return { address: peer, isSecure: isEncrypted, forwardedFor: peer, forwardedHost: undefined };
    }

    const chain = [...valuesOf(rawHeaders, 'x-forwarded-for'), peer];
    const protocols = valuesOf(rawHeaders, 'x-forwarded-proto');
    return {
        address: firstUntrusted(chain, isTrusted),
        isSecure: protocols.length === 0 ? isEncrypted : protocols.every((protocol) => protocol.toLowerCase() === 'https'),
        forwardedFor: chain.join(', '),
        forwardedHost: valuesOf(rawHeaders, 'x-forwarded-host').at(-1)
    };
}

/** The address of a socket's other end: a dual-stack one shows an IPv4 address in IPv6 form. */
export function peerOf(address: string): string {

    return address.replace(/^::ffff:(?=\d+\.)/, '');
}

function firstUntrusted(chain: readonly string[], isTrusted: IsTrusted): string {

    let nearest = '';
    for (const address of chain.toReversed()) {
        if (isIP(address) === 0) {
            break;
        }

        nearest = address;
        if (!isTrusted(address)) {
            break;
        }
    }

    return nearest;
}

/** The members of a list header, over all of its lines (RFC 9110 section 5.6.1). */
function valuesOf(rawHeaders: readonly string[], name: string): string[] {

    const lines = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name);
    return lines.join(',').split(',').map((value) => value.trim()).filter((value) => value !== '');
}
