import { isIP } from 'node:net';

import Joi from 'joi';

import type { DatabaseAddress } from '../tables/address.js';
import { parseRedisAddress } from '../../plugin/sessions/address.js';
import type { Rate } from '../limits/rate.js';
import { readRate, readRouteRate } from '../limits/rate.js';
import { addressExpected, parseDatabaseAddress } from '../tables/address.js';


/** What a setting's text may be, and the value that it stands for. */
export interface Kind<Value> {
    /** Follows "it may be" in a message and "may be" in the documents. */
    readonly expected: string;
    /** Undefined: the text is nothing of this kind. */
    readonly parse: (text: string) => Value | undefined;
    /** True where a text could hold a password or a key: messages then show its scheme at most. */
    readonly isSecret?: boolean;
}

export interface Store {
    readonly code: string;
    /** Absent: the store's website is not checked. */
    readonly websiteId?: number;
}

export type AccountSource = { readonly kind: 'file'; readonly path: string } | { readonly kind: 'magento-db' | 'redis' | 'upstream' };

/** The kind of what a joi schema lets through. */
function checked<Value>(expected: string, schema: Joi.Schema<Value>): Kind<Value> {

    return {
        expected,
        parse: (text) => {

            const result = schema.validate(text);
            return result.error === undefined ? result.value : undefined;
        }
    };
}

/** A comma-separated list of what `parse` reads, without repetition. */
export function list<Item>(expected: string, parse: (text: string) => Item | undefined, identify: (item: Item) => unknown): Kind<readonly Item[]> {

    return {
        expected,
        parse: (text) => {

            const items = text.split(',').map((item) => parse(item.trim()));
            const found = items.filter((item) => item !== undefined);
            const isSound = found.length === items.length && new Set(found.map(identify)).size === items.length;
            return isSound ? Object.freeze(found) : undefined;
        }
    };
}

export function whole(min: number, max: number, note = ''): Kind<number> {

    return checked(`a whole number from ${min} to ${max}${note}`, Joi.number().integer().min(min).max(max));
}

export type Adoption = { readonly kind: 'off' } | { readonly kind: 'on'; readonly untilSeconds?: number };

/** Whether tokens that are not ours are taken: until the end of a day, in UTC, or without an end. */
export const adoption: Kind<Adoption> = {
    expected: '"off", "on" or "until:YYYY-MM-DD"',
    parse: (text) => {

        if (text === 'on' || text === 'off') {
            return Object.freeze({ kind: text });
        }

        const [, day] = /^until:(\d{4}-\d{2}-\d{2})$/.exec(text) ?? [];
        const startMs = Date.parse(`${day}T00:00:00Z`);
        const isDay = day !== undefined && Number.isFinite(startMs) && new Date(startMs).toISOString().startsWith(day);
        return isDay ? Object.freeze({ kind: 'on', untilSeconds: startMs / 1_000 + 86_400 }) : undefined;
    }
};

export const port = whole(0, 65_535, ' (0: any free port)');

export const host = checked('a host name or an IP address', Joi.string().hostname());

export const toggle = checked('"on" or "off"', Joi.boolean().truthy('on').falsy('off'));

export function choice<const Value extends string>(values: readonly [Value, ...Value[]]): Kind<Value> {

    return checked(values.map((value) => `"${value}"`).join(' or '), Joi.string<Value>().valid(...values));
}

const unitSeconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 };

function parseSeconds(text: string): number {

    const [, count = '', unit = ''] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
    return Number(count) * (unitSeconds[unit] ?? NaN);
}

/** A span in whole seconds. Where `zero` says what it means, `0` may be written too. */
export function seconds(zero?: string): Kind<number> {

    return {
        expected: `a span of at most 3650 days such as "90s", "15m", "4h" or "30d"${zero === undefined ? '' : `, or "0": ${zero}`}`,
        parse: (text) => {

            if (text === '0' && zero !== undefined) {
                return 0;
            }

            const span = parseSeconds(text);
            return Number.isInteger(span) && span >= 1 && span <= 3650 * 86_400 ? span : undefined;
        }
    };
}

/** A time to wait, in milliseconds. */
export const patience: Kind<number> = {
    expected: 'a span from "1ms" to "1h" such as "500ms", "5s" or "2m"',
    parse: (text) => {

        const span = Math.round(parseSeconds(text) * 1_000);
        return span >= 1 && span <= 3_600_000 ? span : undefined;
    }
};

const sizeUnits = ['', 'KiB', 'MiB', 'GiB'];

/** A number of bytes. */
export const size: Kind<number> = {
    expected: 'a number of bytes from 1 to 1GiB, such as "65536", "64KiB" or "1MiB"',
    parse: (text) => {

        const [, count = '', unit = ''] = /^(\d{1,10})([KMG]iB)?$/.exec(text) ?? [];
        const bytes = Number(count) * 1_024 ** sizeUnits.indexOf(unit);
        return bytes >= 1 && bytes <= 1_024 ** 3 ? bytes : undefined;
    }
};

/** A path on this machine. Secret, for a key is easily given in place of its path. */
export const path: Kind<string> = {
    expected: 'the path of a file or folder',
    parse: (text) => (text === '' || text.includes('\n') || text.startsWith('-----') ? undefined : text),
    isSecret: true
};

/** A key that is sent in a header: RFC 6750 section 2.1, long enough not to be guessed. */
export const key: Kind<string> = {
    expected: '16 to 200 letters, digits or characters of "-._~+/="',
    parse: (text) => (/^[\w.~+/=-]{16,200}$/.test(text) ? text : undefined),
    isSecret: true
};

/** A claim of an assertion. */
export const word = checked('text of at most 200 characters', Joi.string().max(200));

/** The service behind, as origins that all serve the same. A path is refused, for the client's target is forwarded byte for byte. */
export const upstream = list('"http://host:port" or "https://host:port", without path, user or query, several of them with commas between', (text) => {

    const url = URL.canParse(text) ? new URL(text) : undefined;
    const isOrigin = url?.pathname === '/' && url.username === '' && url.password === '' && !/[?#]/.test(text);
    return isOrigin && /^https?:$/.test(url.protocol) ? url.origin : undefined;
}, (origin) => origin);

/** What is asked for at an origin: RFC 9112 section 3.2.1. */
export const target: Kind<string> = {
    expected: 'a path such as "/health_check.php", with or without query',
    parse: (text) => (/^\/[\x21\x22\x24-\x7e]*$/.test(text) ? text : undefined)
};

const redisSchema = Joi.string().custom((text: string) => {

    parseRedisAddress(text);
    return text;
});

export const redisAddress: Kind<string> = {
    ...checked('"redis://[user:password@]host[:port][/number]" or "rediss://…" for TLS, several of them with commas between for Cluster, '
        + '"redis+sentinel://[user:password@]host:port,…/master" or "rediss+sentinel://…", or "redis+unix:///path"', redisSchema),
    isSecret: true
};

/** Magento's database. */
export const databaseAddress: Kind<DatabaseAddress> = { expected: addressExpected, parse: parseDatabaseAddress, isSecret: true };

export const accountSource: Kind<AccountSource> = {
    expected: '"redis", "file:PATH", "upstream" or "magento-db"',
    parse: (text) => {

        if (text === 'magento-db' || text === 'redis' || text === 'upstream') {
            return Object.freeze({ kind: text });
        }

        return text.startsWith('file:') && text.length > 5 ? Object.freeze({ kind: 'file', path: text.slice(5) }) : undefined;
    }
};

/** SPEC 1.3: `all` is the admin's own, and no store's code. Magento takes letters of either case since 2.2, and lately dashes: Store/Model/Validation/StoreCodeValidator.php. */
function parseStore(text: string): Store | undefined {

    const [, code, websiteId] = /^([A-Za-z][\w-]*)(?::(\d{1,9}))?$/.exec(text) ?? [];
    if (code === undefined || code === 'all') {
        return undefined;
    }

    return Object.freeze({ code, ...(websiteId !== undefined && { websiteId: Number(websiteId) }) });
}

export const stores = list('a comma-separated list of store codes ([A-Za-z][A-Za-z0-9_-]*, not "all"), each as "code" or "code:websiteId"', parseStore, ({ code }) => code);

const hostHeader = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/** What `Host` may be, in lower case. */
export const hosts = list('a comma-separated list of host names, each with or without ":port"', (text) => {

    const name = text.toLowerCase();
    return hostHeader.test(name) ? name : undefined;
}, (name) => name);

/** Networks whose members may speak for a client in `X-Forwarded-*`. */
export const networks = list('a comma-separated list of IP addresses and CIDR networks such as "10.0.0.0/8" or "::1"', (text) => {

    const [, address = '', bits = '0'] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
    const version = isIP(address);
    return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128) ? text : undefined;
}, (network) => network);

/** How often somebody may call. */
export const rate: Kind<Rate> = { expected: 'calls and a span of at most a day, such as "600/1m" or "20/1s"', parse: readRate };

/** How often one client may call a route. */
export const routeRates = list('a comma-separated list of a route of the policy, "=" and a rate, such as "POST /V1/guest-carts/:cartId/payment-information=5/1m"', readRouteRate, ({ route }) => route);
