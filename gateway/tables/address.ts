/** Where Magento's database is, and what its tables are called. */
export interface DatabaseAddress {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly database: string;
    /** What every table's name begins with; '' in most shops. */
    readonly prefix: string;
    /** A unix socket in place of host and port. */
    readonly socket?: string;
    /** Absent: the connection is not encrypted. */
    readonly tls?: { /** PEM file of the authorities that are trusted; absent: those of Node.js. */ readonly ca?: string };
}

export const addressExpected = '"mysql://user:password@host[:port]/database", with "?prefix=…", "?socket=/path", "?tls=on" or "?tls=on&ca=/path" behind it where needed';

const defaultPort = 3306;

/** Reads an address; undefined where it is none. Reserved characters of user and password are written in percent-encoding, as in every URL. */
export function parseDatabaseAddress(text: string): DatabaseAddress | undefined {

    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.protocol !== 'mysql:' || url.hash !== '') {
        return undefined;
    }

    const [user, password, database] = [url.username, url.password, url.pathname.slice(1)].map(decode);
    const { ca, prefix = '', socket, tls, ...others } = Object.fromEntries(url.searchParams) as Readonly<Record<string, string | undefined>>;
    const isRepeated = [...url.searchParams.keys()].length !== new Set(url.searchParams.keys()).size;
    if (isRepeated || Object.keys(others).length > 0 || !isTls(tls, ca) || socket === '' || !/^\w{0,40}$/.test(prefix)) {
        return undefined;
    }

    if (!user || password === undefined || !database || /[/\\`\0]/.test(database)) {
        return undefined;
    }

    return Object.freeze({
        host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? defaultPort : Number(url.port), user, password, database, prefix,
        ...socket !== undefined && { socket },
        ...tls === 'on' && { tls: ca === undefined ? {} : { ca } }
    });
}

/** An address as messages may show it: without user and password. */
export function showAddress({ host, port, database, socket }: DatabaseAddress): string {

    return `"${database}" at ${socket ?? `${host}:${port}`}`;
}

function isTls(tls: string | undefined, ca: string | undefined): boolean {

    return ca === undefined ? tls === undefined || tls === 'on' || tls === 'off' : tls === 'on' && ca !== '';
}

/** Undefined for a text with a `%` that begins no character. */
function decode(text: string): string | undefined {

    try {
        return decodeURIComponent(text);
    }
    catch {

        // It throws for one reason

        return undefined;
    }
}
