import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { RequestHeaderOptions, ResponseHeaderOptions } from '../../../gateway/forward/headers.js';
import { replaceCors, requestHeaders, responseHeaders } from '../../../gateway/forward/headers.js';
import { listHeaders } from '../../../gateway/forward/raw.js';


export const lab = Lab.script();
const { describe, it } = lab;

const client = { address: '192.0.2.1', isSecure: false, forwardedFor: '192.0.2.1', forwardedHost: undefined };
const options: RequestHeaderOptions = { client, preserveHost: false, keepCookies: false, dropLength: false };
const ours = ['x-caller-type', 'customer', 'x-caller-id', '7'];
const forwarded = ['x-forwarded-for', '192.0.2.1', 'x-forwarded-proto', 'http'];

describe('requestHeaders()', () => {

    const build = (raw: readonly string[], overrides: Partial<RequestHeaderOptions> = {}): string[] => requestHeaders(raw, [], { ...options, ...overrides }).slice(0, -forwarded.length);

    it('keeps end-to-end headers as they were written, then adds ours', () => {

        const raw = ['Host', 'shop.example', 'accept', '*/*', 'X-Case', '7', 'Accept', 'b', 'If-None-Match', '"a"', 'X-Name', 'caf\xe9', 'Content-Length', '12', 'Content-Type', 'application/json'];
        expect(requestHeaders(raw, ours, options)).to.equal([
            'accept', '*/*', 'X-Case', '7', 'Accept', 'b', 'If-None-Match', '"a"', 'X-Name', 'caf\xe9', 'Content-Length', '12', 'Content-Type', 'application/json',
            ...forwarded, 'x-forwarded-host', 'shop.example', ...ours
        ]);
        expect(raw).to.have.length(16);
    });

    it('gives the same answer again', () => {

        const raw = ['X-Odd-Name', '1', 'X_Caller_Id', '1', 'Connection', 'X-Odd-Name, close'];
        expect(build(raw)).to.equal([]);
        expect(build(raw)).to.equal([]);
    });

    it('drops hop-by-hop headers', () => {

        expect(build([
            'Connection', 'keep-alive', 'Keep-Alive', 'timeout=5', 'Proxy-Connection', 'close', 'Proxy-Authorization', 'Basic x', 'Proxy-Anything', 'x', 'TE', 'gzip', 'Trailer', 'X-Sum',
            'Transfer-Encoding', 'chunked', 'Upgrade', 'h2c', 'HTTP2-Settings', 'AAMA', 'Expect', '100-continue', 'eXPect', '100-continue'
        ])).to.equal([]);
    });

    it('drops what Connection names, wherever it stands', () => {

        expect(build(['X-Hop', '1', 'Connection', 'close, x-hop', 'X-End', '2', 'x-other', '3', 'connection', ' X-OTHER ,, keep-alive'])).to.equal(['X-End', '2']);
    });

    it('lets Connection remove nothing of ours', () => {

        const raw = ['Connection', 'close, X-Caller-Id, X-Caller-Type, X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host, Host, TE', 'Host', 'shop.example', 'TE', 'trailers'];
        expect(requestHeaders(raw, ours, { ...options, preserveHost: true })).to.equal(['TE', 'trailers', 'Host', 'shop.example', ...forwarded, 'x-forwarded-host', 'shop.example', ...ours]);
    });

    it('lets Connection remove nothing that is decided by', () => {

        const raw = ['Connection', 'content-type, Accept, store, X-Hop', 'CONNECTION', 'Content-Encoding, content-length', 'Content-Type', 'application/xml', 'Content-Length', '2', 'content-encoding', 'identity', 'Accept', '*/*', 'Store', 'default', 'X-Hop', '1'];
        expect(build(raw)).to.equal(['Content-Type', 'application/xml', 'Content-Length', '2', 'content-encoding', 'identity', 'Accept', '*/*', 'Store', 'default']);
    });

    it('passes TE on only for trailers', () => {

        expect(build(['te', 'Trailers'])).to.equal(['TE', 'trailers']);
        expect(build(['TE', 'gzip, trailers;q=1', 'TE', 'deflate , trailers'])).to.equal(['TE', 'trailers']);
        expect(build(['TE', 'close'])).to.equal([]);
    });

    it('drops every name that folds to ours, and the client\'s own credentials', () => {

        expect(build([
            'X-Caller-Id', '1', 'X_Caller_Id', '1', 'x.caller.type', 'admin', 'X_Forwarded_Proto', 'https', 'X-Forwarded-For', '127.0.0.1', 'X-Forwarded-Prefix', '/evil', 'X-Original-URL', '/rest/V1/customers/1',
            'X-HTTP-Method-Override', 'DELETE', 'Authorization', 'Bearer x', 'HTTP_AUTHORIZATION', 'Bearer x', 'Via', '1.1 a', 'Forwarded', 'for=x', 'Accept', '*/*'
        ])).to.equal(['Accept', '*/*']);
    });

    it('drops every name that an upstream may take for one that says how the message is to be read', () => {

        expect(build([
            'Content_Type', 'a/b', 'content.type', 'a/b', 'Content_Length', '1', 'Transfer_Encoding', 'chunked', 'HTTP_CONTENT_TYPE', 'a/b', 'Host_', 'x', 'HTTP_COOKIE', 'a=b', '_Store', 'fr', 'Keep_Alive', '1', 'X_Other', '2'
        ], { preserveHost: true, keepCookies: true })).to.equal(['X_Other', '2']);
    });

    it('drops cookies unless they are to be kept', () => {

        expect(build(['Cookie', 'PHPSESSID=1', 'cookie', 'a=b'])).to.equal([]);
        expect(build(['Cookie', 'PHPSESSID=1', 'cookie', 'a=b'], { keepCookies: true })).to.equal(['Cookie', 'PHPSESSID=1', 'cookie', 'a=b']);
    });

    it('keeps one Content-Length, or none where the body is another one', () => {

        expect(build(['Content-Length', '5', 'content-length', '5', 'CONTENT-LENGTH', '6'])).to.equal(['Content-Length', '5']);
        expect(build(['Content-Length', '5', 'X-A', '1'], { dropLength: true })).to.equal(['X-A', '1']);
    });

    it('keeps one Host where it is to be preserved', () => {

        expect(requestHeaders(['Host', 'a.example', 'host', 'b.example'], [], { ...options, preserveHost: true })).to.equal(['Host', 'a.example', ...forwarded, 'x-forwarded-host', 'a.example']);
        expect(requestHeaders([], [], { ...options, preserveHost: true })).to.equal(forwarded);
    });

    it('tells what is known of the client', () => {

        const secure = { address: '1.1.1.1', isSecure: true, forwardedFor: '1.1.1.1, 10.0.0.1', forwardedHost: 'shop.example' };
        expect(requestHeaders(['Host', 'gate.internal'], [], { ...options, client: secure }))
            .to.equal(['x-forwarded-for', '1.1.1.1, 10.0.0.1', 'x-forwarded-proto', 'https', 'x-forwarded-host', 'shop.example']);
    });

    it('judges any number of names, of any length', () => {

        const raw = Array.from({ length: 3_000 }, (_, i) => [`X-Name-${i}`, '1', `X_Caller-${i}`, '1']).flat();
        expect(build(raw)).to.have.length(6_000);
        expect(build([`X-${'a'.repeat(9_000)}`, '1', `X-Caller-${'a'.repeat(9_000)}`, '1'])).to.have.length(2);
        expect(build(['Accept', '1', 'X_Caller_Id', '1'])).to.equal(['Accept', '1']);
    });
});

describe('responseHeaders()', () => {

    const plain: ResponseHeaderOptions = { isAuthenticated: false, mayChunk: true };
    const known: ResponseHeaderOptions = { isAuthenticated: true, mayChunk: true };
    const build = (raw: readonly string[], options: ResponseHeaderOptions = plain): string[] => responseHeaders(raw, options);
    const uncached = ['Cache-Control', 'private, no-store', 'Vary', 'Authorization'];

    it('takes what was read of a header that came once, and reads what came several times in its order', () => {

        const raw = ['X-A', '1', 'Set-Cookie', 'a', 'x-b', '2', 'Set-Cookie', 'b', '__proto__', 'c', 'constructor', 'd'].map((text) => Buffer.from(text));
        const read = Object.defineProperty({ 'x-a': 'one', 'set-cookie': ['a', 'b'], 'x-b': 'two', constructor: 'other' }, '__proto__', { value: 'own', enumerable: true });
        expect(responseHeaders(raw, { isAuthenticated: false, mayChunk: true }, read))
            .to.equal(['X-A', 'one', 'Set-Cookie', 'a', 'x-b', 'two', 'Set-Cookie', 'b', '__proto__', 'own', 'constructor', 'other']);
        expect(responseHeaders(raw, { isAuthenticated: false, mayChunk: true }, {})).to.equal(listHeaders(raw));
    });

    it('keeps end-to-end headers as they were written, duplicates in their order', () => {

        const raw = ['Date', 'x', 'Set-Cookie', 'a=1', 'ETag', '"x"', 'set-cookie', 'b=2', 'X-Name', 'caf\xe9', 'Content-Length', '3', 'Location', 'http://127.0.0.1/', 'X-Caller-Id', '1', 'Authorization', 'x'];
        expect(build(raw)).to.equal(raw);
    });

    it('drops hop-by-hop headers and what Connection names', () => {

        expect(build(['Connection', 'close, X-Hop', 'X-Hop', '1', 'Keep-Alive', 'timeout=5', 'Transfer-Encoding', 'chunked', 'Upgrade', 'h2', 'Proxy-Authenticate', 'Basic', 'Proxy-Connection', 'close', 'TE', 'x', 'X-End', '2']))
            .to.equal(['X-End', '2']);
    });

    it('announces trailers where the answer can carry them', () => {

        expect(build(['Trailer', 'X-Sum', 'X-A', '1'])).to.equal(['X-A', '1', 'Trailer', 'X-Sum']);
        expect(build(['Trailer', 'X-Sum', 'Content-Length', '3'])).to.equal(['Content-Length', '3']);
        expect(build(['Trailer', 'X-Sum'], { ...plain, mayChunk: false })).to.equal([]);
    });

    it('keeps a known caller\'s answer to that caller', () => {

        expect(build(['X-A', '1'], known)).to.equal(['X-A', '1', ...uncached]);
        expect(build(['X-A', '1'])).to.equal(['X-A', '1']);
    });

    it('leaves caching to an upstream that speaks of it, but says what the answer depends on', () => {

        expect(build(['cache-control', 'public, max-age=60'], known)).to.equal(['cache-control', 'public, max-age=60', 'Vary', 'Authorization']);
        expect(build(['Cache-Control', 'no-cache', 'Vary', 'Accept-Encoding'], known)).to.equal(['Cache-Control', 'no-cache', 'Vary', 'Accept-Encoding', 'Vary', 'Authorization']);
        expect(build(['Cache-Control', 'no-cache', 'Vary', 'Accept, AUTHORIZATION'], known)).to.equal(['Cache-Control', 'no-cache', 'Vary', 'Accept, AUTHORIZATION']);
        expect(build(['Cache-Control', 'no-cache', 'Vary', '*'], known)).to.equal(['Cache-Control', 'no-cache', 'Vary', '*']);
    });
});

describe('replaceCors()', () => {

    it('puts our words to browsers in the place of the upstream\'s, in whatever letters', () => {

        expect(replaceCors(['X-A', 'access-control-allow-origin', 'Access-Control-Allow-Origin', '*', 'ACCESS-CONTROL-MAX-AGE', '1', 'X-B', '2'], ['Vary', 'Origin'])).to.equal(['X-A', 'access-control-allow-origin', 'X-B', '2', 'Vary', 'Origin']);
    });
});
