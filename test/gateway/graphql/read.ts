import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import * as FastCheck from 'fast-check';

import type { GraphqlRequest } from '../../../gateway/graphql/read.js';
import { answerGenerated, answerRevoked } from '../../../gateway/graphql/answer.js';
import { readGraphql } from '../../../gateway/graphql/read.js';


export const lab = Lab.script();
const { describe, it } = lab;

const casesPath = '../shared/conformance/cases.jsonl';

const post = (body: unknown, more: Partial<GraphqlRequest> = {}): GraphqlRequest => ({
    method: 'POST', contentType: 'application/json', query: '', body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), ...more
});
const get = (query: Readonly<Record<string, string>>, method = 'GET'): GraphqlRequest => ({ method, contentType: undefined, query: new URLSearchParams(query).toString(), body: Buffer.alloc(0) });

const sign = 'generateCustomerToken(email: "a@b", password: "pw") { token }';
const generate = `mutation { ${sign} }`;
const revoke = 'mutation { revokeCustomerToken { result } }';

const mixed = /without any other field or operation/;

const answered = (request: GraphqlRequest): { status: number; body: string } | string => {

    const reading = readGraphql(request);
    return reading.kind === 'answered' ? { status: reading.answer.status, body: reading.answer.body } : reading.kind;
};

describe('readGraphql()', () => {

    for (const [what, query, more] of [
        ['literals', generate, {}],
        ['a block string', 'mutation { generateCustomerToken(email: """a@b""", password: "p\\u0077") { token } }', {}],
        ['variables', 'mutation($e: String!, $p: String!) { generateCustomerToken(email: $e, password: $p) { token } }', { variables: { e: 'a@b', p: 'pw' } }],
        ['defaults of variables', 'mutation($e: String! = "a@b", $p: String = "pw") { generateCustomerToken(email: $e, password: $p) { token } }', { variables: null }],
        ['an alias and fragments', `mutation { ...F } fragment F on Mutation { x: ${sign} }`, {}],
        ['the operation that is chosen', `mutation A { ${sign} } mutation B { revokeCustomerToken { result } }`, { operationName: 'A' }],
        ['a directive', 'mutation { generateCustomerToken(email: "a@b", password: "pw") @include(if: true) { token } }', { operationName: '' }]
    ] as const) {
        it(`finds the credentials in ${what}`, () => {

            const reading = readGraphql(post({ query, ...more }));
            expect(reading.kind === 'generate' && [reading.email, reading.password]).to.equal(['a@b', 'pw']);
            expect(reading.kind === 'generate' && answerGenerated(reading.operation, 'T').body).to.match(/^\{"data":\{"\w+":\{"token":"T"\}\}\}$/);
        });
    }

    it('refuses what cannot be looked through, whatever is in it', () => {

        const hidden = JSON.stringify({ query: generate });
        for (const [what, body, more] of [
            ['compressed', gzipSync(hidden), { contentEncoding: 'gzip' }],
            ['said to be compressed', Buffer.from(hidden), { contentEncoding: 'x-gzip, identity' }],
            ['in UTF-16', Buffer.from(hidden, 'utf16le'), {}],
            ['in UTF-16 with its mark', Buffer.from(`\ufeff${hidden}`, 'utf16le'), {}],
            ['in bytes that are no UTF-8', Buffer.from(hidden.replace('generate', '\xc1\xa7enerate'), 'latin1'), {}],
            ['in a charset behind a tab', Buffer.from(hidden.replace('generate', '+AGc-enerate')), { contentType: 'application/json; charset\t= UTF-7' }],
            ['in a charset that begins like UTF-8', Buffer.from(hidden), { contentType: 'application/json; charset=utf-8-mac' }],
            ['in UTF-7', Buffer.from(hidden.replace('generate', '+AGc-enerate')), { contentType: 'application/json; charset="UTF-7"' }]
        ] as const) {
            expect(answered(post('', { body, ...more })), what).to.equal({ status: 400, body: '{"errors":[{"message":"Syntax Error: Unable to parse the request"}]}' });
        }

        expect(readGraphql(post({ query: generate }, { contentEncoding: 'identity', contentType: 'application/json; charset=utf-8' })).kind).to.equal('generate');
        expect(readGraphql(post({ query: '{ customer { email } }' }, { contentType: 'text/plain; charset = "utf8" ; a=b' })).kind).to.equal('other');
    });

    it('finds the name behind the escapes of a form', () => {

        const form = `query=${encodeURIComponent(generate).replace('generate', '%67enerat%65')}`;
        expect(answered(post(form, { contentType: 'application/x-www-form-urlencoded' }))).to.include({ status: 500 });
        expect(answered(post(form, { contentType: 'application/x-www-form-urlencoded; a=application/json' }))).to.include({ status: 400 });
        expect(answered(post(`operations=${encodeURIComponent('{"query":"mutation{g\\u0065nerateCustomerToken(email:1)}"}')}`, { contentType: 'application/x-www-form-urlencoded' }))).to.include({ status: 500 });
        expect(answered(post(form.replaceAll('%', '%25'), { contentType: 'application/x-www-form-urlencoded' }))).to.include({ status: 500 });
        expect(answered(post('query=mutation{%u0067enerateCustomerToken}', { contentType: 'application/x-www-form-urlencoded' }))).to.include({ status: 500 });
        expect(readGraphql(post({ query: '{ a }', x: 'generate%43ustomerToken' })).kind).to.equal('other');
    });

    it('refuses parts in a coding of their own, in which a name could hide', () => {

        const part = (coding: string) => `--x\r\nContent-Disposition: form-data; name="operations"\r\nContent-Transfer-Encoding: ${coding}\r\n\r\n${Buffer.from(generate).toString('base64')}\r\n--x--`;
        expect(answered(post(part('base64'), { contentType: 'multipart/form-data; boundary=x' }))).to.include({ status: 500 });
        for (const coding of ['7bit', '8bit', 'BINARY ']) {
            expect(readGraphql(post(part(coding), { contentType: 'multipart/form-data; boundary=x' })).kind, coding).to.equal('other');
        }

        for (const coding of ['\r\n base64', '(a) base64', '"base64"', '\tQuoted-Printable', 'x-uuencode', '8bit, base64']) {
            expect(answered(post(part(coding), { contentType: 'multipart/form-data; boundary=x' })), coding).to.include({ status: 500 });
        }

        const typed = (type: string) => answered(post(`--x\r\nContent-Disposition: form-data; name="operations"\r\nContent-Type: ${type}\r\n\r\ngener\x1b(Bate\r\n--x--`, { contentType: 'multipart/form-data; boundary=x' }));
        expect(['application/json; charset=iso-2022-jp', 'text/plain;\r\n charset = "UTF-7"', 'a/b; charset=utf-8-mac'].map((type) => typeof typed(type))).to.equal(['object', 'object', 'object']);
        expect(['application/json', 'application/json; charset=utf-8', 'application/json; charset="UTF8"', 'text/html\r\n\r\n<meta charset="latin1">'].map(typed)).to.equal(['other', 'other', 'other', 'other']);
        expect(readGraphql(post({ query: '{ a }', b: '\nContent-Transfer-Encoding: base64' })).kind).to.equal('other');
    });

    it('refuses a nesting that no PHP reads, without parsing it', () => {

        const started = performance.now();
        expect(answered(post(`{"query":"generateCustomerToken","x":${'['.repeat(300_000)}${']'.repeat(300_000)}}`))).to.include({ status: 400 });
        expect(performance.now() - started).to.be.below(300);
    });

    it('finds a revocation', () => {

        const reading = readGraphql(post({ query: revoke }));
        expect(reading.kind === 'revoke' && answerRevoked(reading.operation).body).to.equal('{"data":{"revokeCustomerToken":{"result":true}}}');
    });

    for (const [what, body, more] of [
        ['letters escaped in JSON', '{"query":"mutation{g\\u0065nerateCustomer\\u0054oken(email:\\"a@b\\",password:\\"pw\\"){token}}"}', {}],
        ['the key escaped in JSON', `{"\\u0071uery":${JSON.stringify(generate)}}`, {}],
        ['a Content-Type with parameters', { query: generate }, { contentType: 'application/json; charset=utf-8' }],
        ['a Content-Type in capitals', { query: generate }, { contentType: 'Application/JSON' }]
    ] as const) {
        it(`sees through ${what}`, () => {

            expect(readGraphql(post(body, more)).kind).to.equal('generate');
        });
    }

    for (const [what, request] of [
        ['another query', post({ query: '{ customer { email } }' })],
        ['another mutation', post({ query: 'mutation { generateCustomerTokenAsAdmin(input: { customer_email: "a" }) { customer_token } }' })],
        ['the name in a string', post({ query: '{ products(search: "generateCustomerToken") { total_count } }' })],
        ['the name in a variable', post({ query: 'query($s: String) { products(search: $s) { total_count } }', variables: { s: generate } })],
        ['a batch without token mutations', post([{ query: '{ a(b: "generateCustomerToken") }' }, null, 5])],
        ['a payload that is no request', post(JSON.stringify('a'))],
        ['a query that is no text', post({ query: ['{ a }'], variables: { generateCustomerToken: 1 } })],
        ['another name in other letters', post({ Query: '{ a }', x: generate })],
        ['malformed JSON', post('{')],
        ['an empty body', post('')],
        ['a query in the address', get({ query: '{ storeConfig { store_code } }' })],
        ['a query in the address that has the name in a string', get({ query: '{ a(b: "generateCustomerToken") }', operationName: 'generateCustomerToken', variables: '{"query":"generateCustomerToken"}' })],
        ['a body with GET', post({ query: '{ a }' }, { method: 'GET' })],
        ['an address without a query', get({})]
    ] as const) {
        it(`leaves ${what} to the upstream`, () => {

            expect(readGraphql(request)).to.equal({ kind: 'other' });
        });
    }

    for (const [what, request] of [
        ['another field', post({ query: `mutation { ${sign} createEmptyCart }` })],
        ['two token fields', post({ query: `mutation { a: ${sign} b: ${sign} }` })],
        ['both token fields', post({ query: `mutation { ${sign} revokeCustomerToken { result } }` })],
        ['two token fields, one without a value', post({ query: `mutation { a: generateCustomerToken(email: "", password: "") { token } b: ${sign} }` })],
        ['another operation', post({ query: `query A { a } mutation B { ${sign} }`, operationName: 'A' })],
        ['a batch', post([{ query: '{ a }' }, { query: generate }])],
        ['two documents in a body, of which parsers take one or the other', post(`{"query":${JSON.stringify(generate)},"query":"{a}"}`)],
        ['a document under a name in other letters', post(`{"query":"{a}","Query":${JSON.stringify(generate)}}`)],
        ['a document in a list', post({ query: [generate] })],
        ['one in a list of lists', post([[{ query: generate }]])],
        ['one in JSON in JSON', post(JSON.stringify(generate))],
        ['one under such a name alone', post({ QUERY: generate.replace('generate', '\\u0067enerate') })],
        ['an address with a token mutation, beside a body', post({ query: '{ a }' }, { query: new URLSearchParams({ query: generate }).toString() })]
    ] as const) {
        it(`refuses to answer ${what}`, () => {

            const reading = readGraphql(request);
            expect(reading.kind === 'answered' && [reading.answer.status, mixed.test(reading.answer.body)]).to.equal([200, true]);
        });
    }

    for (const [what, request, status, body] of [
        ['an empty e-mail', post({ query: 'mutation{generateCustomerToken(email:"",password:"pw"){token}}' }), 200,
            '{"errors":[{"message":"Specify the \\"email\\" value.","locations":[{"line":1,"column":10}],"path":["generateCustomerToken"],"extensions":{"category":"graphql-input"}}],"data":{"generateCustomerToken":null}}'],
        ['an empty password', post({ query: 'mutation{t:generateCustomerToken(email:"a",password:"0"){token}}' }), 200,
            '{"errors":[{"message":"Specify the \\"password\\" value.","locations":[{"line":1,"column":10}],"path":["t"],"extensions":{"category":"graphql-input"}}],"data":{"t":null}}'],
        ['a missing argument', post({ query: 'mutation{generateCustomerToken(email:"a"){token}}' }), 200,
            '{"errors":[{"message":"Field \\"generateCustomerToken\\" argument \\"password\\" of type \\"String!\\" is required, but it was not provided.","locations":[{"line":1,"column":10}]}]}'],
        ['a missing variable', post({ query: 'mutation($p:String!){generateCustomerToken(email:"a",password:$p){token}}', variables: [] }), 200,
            '{"errors":[{"message":"Variable \\"$p\\" of required type \\"String!\\" was not provided.","locations":[{"line":1,"column":10}]}]}'],
        ['a field that is left out', post({ query: 'mutation{revokeCustomerToken@skip(if:true){result}}' }), 200, '{"data":{}}'],
        ['several operations of which none is chosen', post({ query: `query A{a} mutation B{${sign}}` }), 200, '{"errors":[{"message":"Must provide operation name if query contains multiple operations."}]}'],
        ['a document that is broken off', post({ query: 'mutation{revokeCustomerToken{result}' }), 500, '{"errors":[{"message":"Syntax Error: Expected Name, found <EOF>","locations":[{"line":1,"column":37}]}]}'],
        ['JSON that another parser might read', post(`{"query":${JSON.stringify(generate)},}`), 400, '{"errors":[{"message":"Syntax Error: Unable to parse the request"}]}'],
        ['another Content-Type', post({ query: generate }, { contentType: 'text/plain' }), 500, '{"errors":[{"message":"Request content type must be application\\/json","extensions":{"category":"graphql-input"}}]}'],
        ['no Content-Type', post({ query: generate }, { contentType: undefined }), 500, '{"errors":[{"message":"Request content type must be application\\/json","extensions":{"category":"graphql-input"}}]}'],
        ['GET', get({ query: generate }), 500, '{"errors":[{"message":"Mutation requests allowed only for POST requests","extensions":{"category":"graphql-input"}}]}'],
        ['HEAD', get({ query: revoke }, 'HEAD'), 500, '{"errors":[{"message":"Mutation requests allowed only for POST requests","extensions":{"category":"graphql-input"}}]}'],
        ['GET with more operations', get({ query: `mutation A{${sign}} query B{a}`, operationName: 'A' }), 500,
            '{"errors":[{"message":"Mutation requests allowed only for POST requests","extensions":{"category":"graphql-input"}}]}'],
        ['GET with a body', post({ query: generate }, { method: 'GET' }), 500, '{"errors":[{"message":"Mutation requests allowed only for POST requests","extensions":{"category":"graphql-input"}}]}'],
        ['GET with a name in other letters', get({ QUERY: generate }), 500, '{"errors":[{"message":"Mutation requests allowed only for POST requests","extensions":{"category":"graphql-input"}}]}'],
        ['GET with a name behind a semicolon', { ...get({}), query: `a=b;query=${encodeURIComponent(generate)}` }, 500, '{"errors":[{"message":"Mutation requests allowed only for POST requests","extensions":{"category":"graphql-input"}}]}'],
        ['GET with a name that PHP mangles', get({ a: 'b', ' query[]': generate }), 500, '{"errors":[{"message":"Mutation requests allowed only for POST requests","extensions":{"category":"graphql-input"}}]}'],
        ['GET with a document that is broken off', get({ query: 'mutation{revokeCustomerToken{result}' }), 500, '{"errors":[{"message":"Syntax Error: Expected Name, found <EOF>","locations":[{"line":1,"column":37}]}]}']
    ] as const) {
        it(`answers ${what} itself`, () => {

            expect(answered(request)).to.equal({ status, body });
        });
    }

    it('lets no token mutation slip through, however JSON and the document write it', { timeout: 30_000 }, () => {

        const escape = (text: string, every: readonly boolean[]) => {

            const units = Array.from(text, (unit, at) => (every[at % every.length] ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}` : JSON.stringify(unit).slice(1, -1)));
            return units.join('');
        };

        const space = FastCheck.constantFrom(' ', '\t', ',', '#c\r', '\uFEFF', '  ');
        const wrap = FastCheck.constantFrom(
            (field: string) => `mutation{${field}}`, (field: string) => `mutation M@a{a:${field}}`, (field: string) => `mutation{...{...on Mutation{${field}}}}`,
            (field: string) => `fragment F on Mutation{${field}}mutation{...F}`, (field: string) => `mutation{a ${field} b}`, (field: string) => `query A{a}mutation B{${field}}`,
            (field: string) => `mutation($a:Int=1){${field}@skip(if:$a)}`, (field: string) => `mutation{${field}`
        );
        FastCheck.assert(FastCheck.property(wrap, space, FastCheck.array(FastCheck.boolean(), { minLength: 1, maxLength: 7 }), FastCheck.boolean(), (around, gap, every, isBatch) => {

            const document = around(`generateCustomerToken(email:"a",password:"b"){token${gap}}`).replaceAll('{', `{${gap === '#c\r' ? ' ' : gap}`);
            const payload = `{"query":"${escape(document, every)}"}`;
            expect(JSON.parse(payload)).to.equal({ query: document });
            expect(readGraphql(post(isBatch ? `[${payload}]` : payload)).kind).to.not.equal('other');
            expect(readGraphql(get({ query: document })).kind).to.equal('answered');
        }));
    });

    it('leaves everything that Magento was recorded to answer to the upstream', { skip: !existsSync(casesPath) }, () => {

        const cases = readFileSync(casesPath, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { group: string; judge: string; request: { method: string; path: string; headers: Record<string, string>; body?: string } });
        const recorded = cases.filter(({ group, judge }) => group === 'graphql' && judge === 'through');
        expect(recorded.length).to.be.above(20);
        for (const { request } of recorded) {
            const [, query = ''] = request.path.split('?');
            expect(readGraphql({ method: request.method, contentType: request.headers['Content-Type'], query, body: Buffer.from(request.body ?? '') })).to.equal({ kind: 'other' });
        }
    });

    it('looks behind no more escapes than anybody would undo', () => {

        expect(answered(post('{"query":"{ product(sku: \\"%2525252541\\") { name } }"}'))).to.equal('other');
    });
});
