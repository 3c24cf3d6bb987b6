import { BlockList, isIP } from 'node:net';


/** Whether a connection from `address` comes from a proxy whose X-Forwarded-* headers are believed. */
export type IsTrusted = (address: string) => boolean;

/**
 * Reads the list of trusted proxies: addresses and networks (`10.0.0.0/8`, `fd00::/8`). An empty list trusts nobody.
 * Throws at start-up where an entry is neither.
 */
export function createTrust(entries: readonly string[]): IsTrusted {

    if (entries.length === 0) {
        return () => false;
    }

    const list = new BlockList();
    for (const entry of entries) {
        const [, address = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
        const family = familyOf(address);
        const longest = family === 'ipv4' ? 32 : 128;
        if (isIP(address) === 0 || Number(prefix ?? 0) > longest) {
            throw new Error(`A trusted proxy is "${entry}": expected an IP address or a network in CIDR form, such as "10.0.0.0/8"`);
        }

        list.addSubnet(address, Number(prefix ?? longest), family);
    }

    return (address) => list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {

    return address.includes(':') ? 'ipv6' : 'ipv4';
}
