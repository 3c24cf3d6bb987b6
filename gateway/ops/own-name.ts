/**
 * Whether a browser was sent here under a name that is this machine's own. Without a key, a page of somebody else's whose name is made to point at this machine (DNS rebinding)
 * could read what operators see.
 */
export function isOwnName(hostHeader: string, ownHost: string): boolean {

    const host = hostHeader.replace(/:\d+$/, '').toLowerCase();
    return /^(?:localhost|[\d.]+|\[[\da-f:.]+\])$/.test(host) || host === ownHost.toLowerCase();
}
