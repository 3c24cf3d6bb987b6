import { unescape } from 'node:querystring';


/** One server, by TCP. */
export interface RedisNode {
    readonly host: string;
    readonly port: number;
}

interface Login {
    readonly username?: string;
    readonly password?: string;
}

/** Where Redis is. The login is that of the servers that hold the data. */
export type RedisAddress =
    | { readonly kind: 'socket'; readonly path: string }
    | { readonly kind: 'server'; readonly node: RedisNode; readonly login: Login; readonly tls: boolean; readonly db: number }
    | { readonly kind: 'cluster'; readonly nodes: readonly RedisNode[]; readonly login: Login; readonly tls: boolean }
    | { readonly kind: 'sentinel'; readonly sentinels: readonly RedisNode[]; readonly login: Login; readonly tls: boolean; readonly name: string; readonly db: number };

const serverShape = /^(rediss?):\/\/(?:([^:@/,]*)(?::([^@/,]*))?@)?(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?(?:\/(\d{0,5}))?$/i;
const sentinelShape = /^(rediss?)\+sentinel:\/\/([^/]+)\/([\w.-]+)(?:\/(\d{1,5}))?$/;
const socketShape = /^(?:redis\+unix:\/\/)?(\/[^/].*)$/;
const expected = '"redis://[user:password@]host[:port][/number]", or "rediss://" for TLS; several of them with commas between, without number, for Cluster; '
    + '"redis+sentinel://[user:password@]host:port,host:port/master[/number]", or "rediss+sentinel://" for TLS; or "redis+unix:///path"';

/** Reads an address of Redis. Of several servers the first one's login is that of all. Throws a sentence that shows no login. */
export function parseRedisAddress(text: string): RedisAddress {

    const address = readSocket(text) ?? readSentinels(text) ?? readServers(text);
    if (!address) {
        throw new Error(`Redis address "${hideLogin(text)}" makes no sense: expected ${expected}`);
    }

    return address;
}

/** Whether an address asks for TLS. */
export function isTls(address: string): boolean {

    return address.startsWith('rediss');
}

/** An address as anybody may see it. */
export function hideLogin(address: string): string {

    return address.replace(/\/\/.*@/, '//***@');
}

function readSocket(text: string): RedisAddress | undefined {

    const path = socketShape.exec(text)?.[1];
    return path === undefined ? undefined : { kind: 'socket', path };
}

function readSentinels(text: string): RedisAddress | undefined {

    const match = sentinelShape.exec(text);
    if (!match) {
        return undefined;
    }

    const [, scheme = '', hosts = '', name = '', db] = match;
    const servers = hosts.split(',').map((host) => readServer(`redis://${host}`, 26_379));
    const login = servers[0]?.login ?? {};
    return servers.every((server) => server !== undefined) ? { kind: 'sentinel', sentinels: servers.map(({ node }) => node), login, tls: scheme === 'rediss', name, db: Number(db ?? 0) } : undefined;
}

function readServers(text: string): RedisAddress | undefined {

    const servers = text.split(',').map((part) => readServer(part, 6379));
    const [first] = servers;
    if (!first || servers.length === 1) {
        return first && { kind: 'server', ...first };
    }

    const { login, tls } = first;
    return servers.every((server) => server !== undefined) && servers.every((server) => server.db === 0 && server.tls === tls)
        ? { kind: 'cluster', nodes: servers.map(({ node }) => node), login, tls }
        : undefined;
}

function readServer(text: string, defaultPort: number) {

    const match = serverShape.exec(text);
    if (!match) {
        return undefined;
    }

    const [, scheme, username, password, host = '', port, db] = match;
    return {
        node: { host: host.replace(/[[\]]/g, ''), port: Number(port ?? defaultPort) },
        login: { ...(username && { username: unescape(username) }), ...(password && { password: unescape(password) }) },
        tls: scheme === 'rediss',
        db: Number(db ?? 0)
    };
}
