import type { IncomingHttpHeaders } from 'node:http';

import type { Client } from './client.js';
import type { RawHeaders } from './raw.js';
import { foldHeader, isOurs } from '../../plugin/inject/identity.js';
import { listOf, textOf } from './raw.js';
import { rememberRoles } from './roles.js';


export interface RequestHeaderOptions {
    readonly client: Client;
    /** Pass the client's Host on. Else no Host is given, and the upstream's own authority is written. */
    readonly preserveHost: boolean;
    /** Pass cookies on: a session cookie would be a second identity beside the caller's (ATTACKS 49). */
    readonly keepCookies: boolean;
    /** The body is not the client's any more: its length is written anew. */
    readonly dropLength: boolean;
}

export interface ResponseHeaderOptions {
    /** The caller is no guest: the answer is for nobody else. */
    readonly isAuthenticated: boolean;
    /** The answer may be chunked, and so may carry trailers. */
    readonly mayChunk: boolean;
}

/** RFC 9110 section 7.6.1 and its predecessors; Expect, because the client has had its 100 from us. */
export const hopByHop: ReadonlySet<string> = new Set([
    'connection', 'expect', 'http2-settings', 'keep-alive', 'proxy-authenticate', 'proxy-authentication-info', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'
]);

/** What the gate decides by, or is read by everybody on the way: of each, only the name itself may reach the upstream, and nothing that PHP puts in its place (ATTACKS 4). */
export const meaningful: ReadonlySet<string> = new Set([...hopByHop, 'accept', 'content-encoding', 'content-length', 'content-type', 'cookie', 'host', 'store']);

/** What tells the upstream of the client, and of what it asked for. */
export const forwardedNames = { address: 'x-forwarded-for', protocol: 'x-forwarded-proto', host: 'x-forwarded-host' } as const;

const requestRoleOf = rememberRoles(['connection', 'content-length', 'cookie', 'host', 'te'], (name) => hopByHop.has(name) || isOurs(name) || isLookalike(name));
const responseRoleOf = rememberRoles(['cache-control', 'connection', 'content-length', 'trailer', 'vary'], (name) => hopByHop.has(name));

/**
 * Builds the upstream's headers from the client's, in one pass over the flat list: end-to-end headers in their order, then X-Forwarded-*,
 * then `set`. What the client names in Connection is taken away before ours are added, so it cannot remove them (ATTACKS 1 to 3), nor what the gate decides by: that is meant
 * for everybody on the way (RFC 9110 section 7.6.1).
 * Authorization never passes: a relayed one comes in `set`.
 */
export function requestHeaders(rawHeaders: readonly string[], set: readonly string[], { client, preserveHost, keepCookies, dropLength }: RequestHeaderOptions): string[] {

    let headers: string[] = [];
    let named: string[] = [];
    let host: string | undefined;
    let hasLength = dropLength;
    let wantsTrailers = false;

    for (let i = 0; i < rawHeaders.length; i += 2) {
        const value = String(rawHeaders[i + 1]);
        const { role, name } = requestRoleOf(rawHeaders[i], i / 2);

        if (role === 'keep' || (role === 'cookie' && keepCookies) || (role === 'content-length' && !hasLength)) {
            hasLength ||= role === 'content-length';
            headers.push(name, value);
        }
        else if (role === 'host') {
            host ??= value;
        }
        else if (role === 'connection') {
            named = named.concat(readOptions(value).filter((option) => !meaningful.has(option)));
        }
        else if (role === 'te') {
            wantsTrailers ||= readOptions(value).includes('trailers');
        }
    }

    headers = removeNamed(headers, named);

    if (wantsTrailers) {
        headers.push('TE', 'trailers');
    }

    if (preserveHost && host !== undefined) {
        headers.push('Host', host);
    }

    headers.push(forwardedNames.address, client.forwardedFor, forwardedNames.protocol, client.isSecure ? 'https' : 'http');

    const forwardedHost = client.forwardedHost ?? host;
    if (forwardedHost !== undefined) {
        headers.push(forwardedNames.host, forwardedHost);
    }

    return headers.concat(set);
}

/**
 * Builds the client's headers from the upstream's: end-to-end headers unchanged and in their order. Where the caller is known and the
 * upstream says nothing, the answer is kept out of caches, and every cache is told what it depends on (ATTACKS 47).
 * `read`: what undici has made of the same headers, so that no value is decoded twice.
 */
export function responseHeaders(raw: RawHeaders, { isAuthenticated, mayChunk }: ResponseHeaderOptions, read: IncomingHttpHeaders = {}): string[] {

    const rawHeaders = listOf(raw);
    let headers: string[] = [];
    let named: string[] = [];
    let trailer: string | undefined;
    let hasLength = false;
    let isCachingTold = !isAuthenticated;
    let isVaryTold = !isAuthenticated;

    for (let i = 0; i < rawHeaders.length; i += 2) {
        const { role, name, lower } = responseRoleOf(rawHeaders[i], i / 2);
        if (role === 'drop') {
            continue;
        }

        const once = read[lower];
        const value = typeof once === 'string' ? once : textOf(rawHeaders[i + 1]);
        if (role === 'connection') {
            named = named.concat(readOptions(value));
        }
        else if (role === 'trailer') {
            trailer = value;
        }
        else {
            hasLength ||= role === 'content-length';
            isCachingTold ||= role === 'cache-control';
            isVaryTold ||= role === 'vary' && readOptions(value).some((option) => option === '*' || option === 'authorization');
            headers.push(name, value);
        }
    }

    headers = removeNamed(headers, named);

    // Node refuses to announce trailers for a body that cannot carry them.
    if (trailer !== undefined && mayChunk && !hasLength) {
        headers.push('Trailer', trailer);
    }

    if (!isCachingTold) {
        headers.push('Cache-Control', 'private, no-store');
    }

    if (!isVaryTold) {
        headers.push('Vary', 'Authorization');
    }

    return headers;
}

/** Puts what the gate says to browsers in the place of what the upstream says: two answers are none to a browser. */
export function replaceCors(headers: readonly string[], ours: readonly string[]): string[] {

    return [...headers.filter((_, i) => !/^access-control-/i.test(String(headers[i - (i % 2)]))), ...ours];
}

function isLookalike(lowerCaseName: string): boolean {

    const folded = foldHeader(lowerCaseName);
    return folded !== lowerCaseName && meaningful.has(folded);
}

/** The members of a list header in lower case; none for the two values of Connection that nearly every message has, as they are nearly always written. */
export function readOptions(value: string): string[] {

    return value === 'keep-alive' || value === 'close' ? [] : value.toLowerCase().split(',').map((option) => option.trim());
}

function removeNamed(headers: string[], named: readonly string[]): string[] {

    return named.length === 0 ? headers : headers.filter((_, i) => !named.includes(String(headers[i - (i % 2)]).toLowerCase()));
}
