import fc from 'fast-check';

import type { Identity } from '../oracle/judge.js';
import type { OraclePolicy } from '../oracle/policy.js';
import { identities } from './accounts.js';
import { bodies, envelopes } from './bodies.js';
import { anyOf, often } from './choices.js';


/** Whose token a request carries. */
export type Who = 'revoked' | keyof typeof identities;

export interface FuzzBody {
    readonly type: string | undefined;
    readonly bytes: string;
    /** Sizes of its chunks; with none it has a length. */
    readonly chunks: readonly number[] | undefined;
}

/** A request that is made up, as far as its bytes are no matter of tokens. */
export interface FuzzRequest {
    readonly method: string;
    readonly target: string;
    readonly headers: readonly (readonly [name: string, value: string])[];
    /** `%` stands for the token of `who`. */
    readonly authorization: { readonly who: Who; readonly form: string } | undefined;
    readonly body: FuzzBody | undefined;
}

export type Tokens = Readonly<Record<Who, string>>;

/** The value of Authorization, if there is one. */
export function authorizationOf({ authorization }: FuzzRequest, tokens: Tokens): string | undefined {

    return authorization?.form.replace('%', tokens[authorization.who]);
}

/** Who calls by what a request says: SPEC 3.1, after the blanks around a header's value. */
export function callerOf(request: FuzzRequest, tokens: Tokens): Identity {

    const [scheme = '', token, ...rest] = (authorizationOf(request, tokens) ?? '').replace(/^[ \t]+|[ \t]+$/g, '').split(' ');
    const who = (['boss', 'clerk', 'customer'] as const).find((one) => tokens[one] === token);
    return scheme.toLowerCase() === 'bearer' && who !== undefined && rest.length === 0 ? identities[who] : { type: 'guest' };
}

/** Whether what a request says of its body arrived as it was said: the gate has decided by it. */
export function keepsType({ headers, body }: FuzzRequest, rawHeaders: readonly string[]): boolean {

    const isType = (name: string | undefined) => name?.toLowerCase() === 'content-type';
    const sent = [...headers.filter(([name]) => isType(name)).map(([, value]) => value), ...body?.type === undefined ? [] : [body.type]];
    return rawHeaders.filter((_, i) => i % 2 === 1 && isType(rawHeaders[i - 1])).join() === sent.join();
}

/** Writes a request as it is sent. The mark, a header, tells it from others behind the gate. */
export function renderRequest(request: FuzzRequest, tokens: Tokens, mark: string): Buffer {

    const { method, target, headers, body } = request;
    const authorization = authorizationOf(request, tokens);
    const lines = headers.map(([name, value]) => `${name}: ${value}`);
    const more = [
        ...authorization === undefined ? [] : [`Authorization: ${authorization}`],
        ...body?.type === undefined ? [] : [`Content-Type: ${body.type}`],
        ...body === undefined ? [] : [body.chunks === undefined ? `Content-Length: ${Buffer.byteLength(body.bytes)}` : 'Transfer-Encoding: chunked'],
        `X-Fuzz-Mark: ${mark}`
    ];
    return Buffer.concat([Buffer.from(`${[`${method} ${target} HTTP/1.1`, 'Host: shop.example', ...lines, ...more].join('\r\n')}\r\n\r\n`, 'latin1'), ...body === undefined ? [] : [renderBody(body)]]);
}

function renderBody({ bytes, chunks }: FuzzBody): Buffer {

    const whole = Buffer.from(bytes);
    if (chunks === undefined) {
        return whole;
    }

    const parts: Buffer[] = [];
    let at = 0;
    for (const size of [...chunks, Infinity]) {
        const part = whole.subarray(at, at + size);
        at += part.length;
        if (part.length > 0) {
            parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'));
        }
    }

    return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}

const printable = Array.from({ length: 94 }, (_, i) => String.fromCharCode(0x21 + i));
const values = fc.oneof(
    anyOf('me', 'mine', '7', '8', '1', '0', '-1', 'a', 'ME', 'm%65', 'me;a=b', '%6d%65', 'password', 'attributes', 'options', 'items', ':customerId', 'x%2Fy', '%2e%2e', '..', '.', '%252e%252e', '%00', 'a%00', '%c0%ae%c0%ae', '%u002e', 'a b'.replace(' ', '+'), 'me.json', 'me%20', '%ef%bc%8e', ''),
    fc.string({ unit: anyOf(...printable.filter((character) => !'#\\'.includes(character))), maxLength: 12 }),
    fc.string({ unit: anyOf('%', '2', 'e', 'E', 'f', 'F', '.', '/', ';', 'c', '0', 'u'), maxLength: 12 })
);

const prefixes = often(anyOf('/rest'), 6, anyOf('/rest/default', '/rest/all', '/rest/fr', '/rest/async', '/rest/all/async', '/rest/async/bulk', '/rest/default/async/bulk'),
    anyOf('//rest', '/rest/', '/rest//', '/index.php/rest', '//index.php//rest', '/REST', '/rest/DEFAULT', '/rest/admin', '/rest/async/bulk/async', '/default/rest', '/a/../rest', '/%72est', '/rest/default/', '/rest/async/schema', '/rest/schema', '', '/soap', '/graphql', '/rest;a=b', '/rest/all/default'));
const suffixes = often(anyOf(''), 6, anyOf('/', '//', '/.', '/..', ';a=b', '.json', '%20', '%2f', '/me', '/%2e%2e', '%00'));

const names = fc.oneof(
    anyOf('customerId', 'customer_id', 'CustomerId', 'CUSTOMERID', 'customer[id]', 'customer%5Bid%5D', 'customer.id', 'customer-id', 'customerId[]', 'customerId%00', 'customer%49d', '%63ustomerId', 'id', 'cartId', 'cart_id', 'customer[customer_id]', 'cu%73tomer[id', ' customerId'.trim()),
    anyOf('fields', 'searchCriteria[pageSize]', 'services', 'wsdl', 'wsdl_list', 'username', 'password', 'query', 'a', '')
);
const queryValues = fc.oneof(anyOf('7', '8', '9', '%37', '', '7;customerId=9', '{customer{email}}'), values);
const pairs = fc.tuple(names, queryValues, anyOf('&', '&', '&', ';')).map(([name, value, separator]) => `${name}=${value}${separator}`);
const queries = often(anyOf(''), 3, fc.array(pairs, { minLength: 1, maxLength: 4 }).map((all) => `?${all.join('').slice(0, -1)}`));

const services = anyOf('fuzzShopCustomersV1', 'fuzzShopProductsV1', 'fuzzShopCartsV1', 'fuzzShopDirectoryV1', 'fuzzShopReportsV1', 'fuzzShopVaultV1', 'integrationCustomerTokenServiceV1', 'integrationAdminTokenServiceV1', 'nobodyV1', '');
const soapTargets = fc.tuple(anyOf('/soap', '/soap/default', '/soap/all', '/soap/', '/index.php/soap/default', '/soap/default/x', '/soap/..'), fc.oneof(
    fc.array(services, { minLength: 1, maxLength: 2 }).map((all) => `?services=${all.join(',')}`),
    services.map((service) => `?wsdl&services=${service}`),
    anyOf('?wsdl_list=1', '', '?services[]=a', '?wsdl[]=1', '?services=a&services=fuzzShopCustomersV1', '?Services=fuzzShopCustomersV1', '?services=fuzzShopCustomersV1&wsdl=', '?services=fuzzShopCustomersV1%0a')
)).map((parts) => parts.join(''));

const ownTargets = anyOf('/rest/V1/integration/customer/token', '/rest/V1/integration/admin/token', '/rest/default/V1/integration/customer/token', '/rest/V1/integration/customer/revoke-customer-token', '/rest/V1/integration/session',
    '/rest/v1/integration/customer/token', '/rest/V1/integration/customer/token/', '/rest/V1/integration/customer/token?username=a&password=b', '/rest/async/V1/integration/customer/token', '/.well-known/jwks.json');

const hostile = fc.tuple(
    anyOf('X-Caller-Type', 'X_Caller_Type', 'x.caller.type', 'X-Caller-Id', 'X_CALLER_ID', 'X-Caller-Assertion', 'HTTP_X_CALLER_ID', 'X-Session-Id', 'X-Forwarded-For', 'X_Forwarded_For', 'X-Forwarded-Proto', 'X-Original-URL', 'X-Rewrite-Url',
        'X_Original_URL', 'X-HTTP-Method-Override', 'X-Authorization', 'X_Authorization', 'Proxy-Authorization', 'Cookie', 'Cookie_', 'Store', 'Accept', 'Content_Type', 'Content-Length_', 'Transfer_Encoding', 'X-Remote-User', 'Content-Type', 'content-encoding', 'Forwarded', 'Via', 'X-Requested-With',
        'If-None-Match', 'Range', 'X-Anything', 'Accept-Encoding', 'TE', 'Trailer', 'Keep-Alive', 'X-Amzn-Oidc-Identity', 'x~caller~id', 'X!Caller!Id', 'Host_', 'Origin', 'Expect_'),
    fc.oneof(anyOf('admin', '1', '7', 'https', '127.0.0.1', '/rest/V1/customers/me', 'DELETE', 'Bearer x', 'text/html', 'application/xml', 'application/json;q=0', '*/*', 'gzip', 'trailers', 'default', 'all', ''), fc.string({ unit: anyOf(...printable, ' ', '\t', '\xe9'), maxLength: 20 }).map((text) => text.trim()))
).map(([name, value]) => [name, value] as const);
const connections = anyOf(...['X-Caller-Type', 'X-Caller-Id, X-Request-Id', 'keep-alive, X-Caller-Type', 'Authorization', 'Content-Length', 'X-Forwarded-For', 'Host', 'content-type', 'X-Anything', 'upgrade, keep-alive'].map((value) => ['Connection', value] as const));
const headers = fc.array(often(hostile, 8, connections), { maxLength: 5 });

const forms = often(anyOf('Bearer %'), 8, anyOf('bearer %', 'BEARER %', 'Bearer  %', 'Bearer\t%', 'Bearer % x', 'Bearer %,%', 'Basic %', 'Bearer', 'Bearer ', 'Bearer x%', 'Bearer %x', 'Bearer "%"', 'OAuth oauth_token="%"', 'Token %', '%', 'Bearer\xa0%', 'Bearer Bearer %', ', Bearer %', 'bearer\t bearer %', 'Bearer ptn_c7.q7m2k9ax.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'));
const authorizations = fc.option(fc.record({ who: often(anyOf<Who>('customer', 'boss', 'clerk'), 6, anyOf<Who>('revoked')), form: forms }), { nil: undefined, freq: 4 });

const types = often<string | undefined>(anyOf('application/json'), 6, anyOf('application/xml', 'text/xml', 'application/soap+xml', 'application/json; charset=utf-8'), anyOf('application/json;charset=utf-8', 'Application/JSON', 'application/json; charset=utf-16', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json, text/xml', '', 'text/plain', undefined));

/** Requests of every kind that a gate with this policy may meet, most of them close to a good one. All are framed as HTTP is. */
export function fuzzRequests({ routes }: OraclePolicy): fc.Arbitrary<FuzzRequest> {

    // What is forced is said in the most ways

    const paths = fc.tuple(anyOf(...routes, ...routes.filter(({ forced }) => forced.length > 0).flatMap((route) => [route, route])), fc.array(values, { minLength: 3, maxLength: 3 })).map(([{ url, method }, given]) => {

        let next = 0;
        return { method, path: url.replace(/:\w+/g, () => given[next++] ?? '') };
    });
    const restTargets = fc.tuple(prefixes, paths, suffixes, queries, fc.boolean()).map(([prefix, { path, method }, suffix, query, isMade]) => ({ method: isMade ? method : undefined, target: `${prefix}${path}${suffix}${query}` }));
    const wild = fc.array(fc.oneof(values, anyOf('rest', 'V1', 'customers', 'products', 'async', 'bulk', 'schema', 'soap', 'graphql', 'default', 'index.php')), { minLength: 1, maxLength: 7 }).map((segments) => ({ method: undefined, target: `/${segments.join('/')}` }));
    const others = fc.oneof(soapTargets, ownTargets, anyOf('/graphql', '/graphql', '/graphql/', '/graphql?query={customer{email}}', '*', 'http://shop.example/rest/V1/customers/me', '/'), queries.map((query) => `/graphql${query}`)).map((target) => ({ method: 'POST', target }));
    const addresses = fc.oneof({ arbitrary: restTargets, weight: 6 }, { arbitrary: wild, weight: 1 }, { arbitrary: others, weight: 3 });
    const methods = often(anyOf('GET', 'PUT', 'POST', 'DELETE'), 8, anyOf('HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'PURGE', 'PROPFIND', 'M-SEARCH'));

    const called = anyOf(...routes).chain(({ service, operation }) => {

        return fc.record({ target: anyOf('/soap', '/soap/default', '/soap/all').map((path) => `${path}?services=${service}`), bytes: envelopes([operation], anyOf(service)) });
    });
    const soapCalls: fc.Arbitrary<FuzzRequest> = fc.record({ call: called, headers, authorization: authorizations, type: types }).map(({ call: { target, bytes }, headers: some, authorization, type }) => {

        return { method: 'POST', target, headers: some, authorization, body: { type, bytes, chunks: undefined } };
    });

    const requests: fc.Arbitrary<FuzzRequest> = fc.record({
        address: addresses,
        method: methods,
        isLeft: often(anyOf(false), 4, anyOf(true)),
        headers,
        authorization: authorizations,
        hasBody: fc.boolean(),
        type: types,
        bytes: bodies(routes),
        chunks: fc.option(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 4 }), { nil: undefined, freq: 2 })
    }).map(({ address, method: anyMethod, isLeft, headers: some, authorization, hasBody, type, bytes, chunks }) => {

        const method = isLeft ? anyMethod : address.method ?? anyMethod;
        const mayHaveBody = !['HEAD', 'TRACE'].includes(method) && (hasBody || method === 'POST' || method === 'PUT');
        return { method, target: address.target.replace(/[^!-~]/g, ''), headers: some, authorization, body: mayHaveBody ? { type, bytes, chunks } : undefined };
    });

    return often(requests, 8, soapCalls);
}
