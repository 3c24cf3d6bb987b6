import { isIP } from 'node:net';


/**
 * The network that logins of an address are counted for: an IPv4 address itself, of IPv6 the /64 that one customer of a provider has
 * to himself. IPv4 within IPv6 (`::ffff:192.0.2.1`) is IPv4; whatever is no address is ''.
 */
export function sourceNetwork(address: string): string {

    const version = isIP(address);
    if (version !== 6) {
        return version === 4 ? address : '';
    }

    const groups = ipv6Groups(address.replace(/%.*/, ''));
    if (groups.slice(0, 6).join() === '0,0,0,0,0,ffff') {
        return groups.slice(6).flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff]).join('.');
    }

    return `${groups.slice(0, 4).join(':')}::/64`;
}

/** All eight groups, in the one spelling that URL's parser gives them. */
function ipv6Groups(address: string): readonly string[] {

    const halves = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
    const [head = [], tail = []] = halves.map((half) => half.split(':').filter((group) => group !== ''));
    return [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
}
