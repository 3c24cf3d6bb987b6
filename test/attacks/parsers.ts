import { gzipSync } from 'node:zlib';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Attack, Result } from '../support/attack.js';
import { attack, expectUnharmed, valuesOf } from '../support/attack.js';
import type { TestGateway } from '../support/gateway.js';
import { startTestGateway } from '../support/gateway.js';
import type { TestShop } from '../support/shop.js';
import { startShop } from '../support/shop.js';
import { startUpstream } from '../support/upstream.js';


export const lab = Lab.script();
const { after, afterEach, before, describe, it } = lab;

const password = 'right-Passw0rd';
const longPassword = 'p'.repeat(72);
const roni = 'roni@example.com';

const accounts = [
    { type: 'customer', username: roni, id: 7, password },
    { type: 'customer', username: 'zero@example.com', id: 8, password: '01234' },
    { type: 'customer', username: 'blank@example.com', id: 9, password: ' padded ' },
    { type: 'customer', username: 'long@example.com', id: 10, password: longPassword },
    { type: 'customer', username: 'float@example.com', id: 11, password: '1e5' },
    { type: 'customer', username: '__proto__', id: 12, password },
    { type: 'admin', username: 'constructor', id: 1, password, resources: ['Magento_Backend::all'] }
];

const json = 'application/json';
const xml = 'application/xml';
const megabyte = 1_000_000;
const fill = (text: string, bytes = megabyte) => text.repeat(Math.floor(bytes / Buffer.byteLength(text)));

// With a machine that others use at the same time; without, it is a tenth of that
const boundMs = 5_000;

describe('attacks on parsers, hashes, stores and logs (C5)', () => {

    let shop: TestShop;
    let token: string;

    before(async () => {

        shop = await startShop(accounts, { POSTERN_LOGIN_FAILURES: '0', POSTERN_SOURCE_FAILURES: '0' });
        token = JSON.parse((await logIn(JSON.stringify({ username: roni, password }))).body) as string;
    });

    afterEach(() => expectUnharmed(shop, [token, password, longPassword]));

    after(() => shop.stop());

    const get = (lines: readonly string[]) => attack(shop, { lines });
    const post = (target: string, type: string, body: NonNullable<Attack['body']>, lines: readonly string[] = []) => attack(shop, { method: 'POST', target, lines: [`Content-Type: ${type}`, ...lines], body });
    const logIn = (body: NonNullable<Attack['body']>, type = json, lines: readonly string[] = []) => post('/rest/V1/integration/customer/token', type, body, lines);
    const put = (body: NonNullable<Attack['body']>, type = json) => attack(shop, { method: 'PUT', target: '/rest/V1/customers/me', lines: [`Content-Type: ${type}`, `Authorization: Bearer ${token}`], body });
    const login = (username: string, secret: string) => `<login><username>${username}</username><password>${secret}</password></login>`;

    /** An answer in bounded time, which is no mistake of the gate's. */
    const expectBounded = async (what: string, send: () => Promise<Result>, statuses: readonly number[]) => {

        const started = performance.now();
        const { status } = await send();
        expect(performance.now() - started, what).to.be.below(boundMs);
        expect(statuses.includes(status), `${what}: ${status}`).to.be.true();
    };

    it('59: headers made to be read slowly → read in no time', async () => {

        const body = JSON.stringify({ username: roni, password });
        for (const [what, value] of [
            ['blanks', `application/json;${' '.repeat(15_000)}`], ['parameters', `application/json${fill(';a=b', 15_000)}`], ['quotes', `application/json; ${fill('a="', 15_000)}`], ['backslashes', `application/json; charset="${fill('\\"', 15_000)}`], ['slashes', fill('a/', 15_000)], ['a boundary', `multipart/form-data; boundary=${fill('-', 15_000)}`],
            ['commas', fill('a,', 15_000)], ['semicolons', fill(';', 15_000)], ['equals', `a/b;${fill('=', 15_000)}`], ['charsets', `application/json${fill('; charset=utf-8', 15_000)}`], ['tabs', `application/json;${fill('\t', 15_000)}x`]
        ] as const) {
            await expectBounded(`Content-Type: ${what}`, () => logIn(body, value), [200, 400]);
            await expectBounded(`Accept: ${what}`, () => logIn(body, json, [`Accept: ${value}`]), [200, 406]);
            await expectBounded(`Accept-Encoding: ${what}`, () => logIn(body, json, [`Accept-Encoding: ${value}`]), [200]);
            await expectBounded(`forced: ${what}`, () => put('{"customer":{"id":8}}', value), [200, 400]);
            await expectBounded(`GraphQL: ${what}`, () => post('/graphql', value, '{"query":"{a}"}'), [200, 400]);
        }

        for (const line of [`Connection: ${fill('x,', 15_000)}`, `Cookie: ${fill('a="', 15_000)}`, `Authorization: Bearer ${fill('.', 15_000)}`, `Authorization: ${fill('Bearer ', 15_000)}`, `X-Forwarded-For: ${fill('1.1.1.1,', 15_000)}`, `Range: bytes=${fill('0-1,', 15_000)}`, `TE: ${fill('a;q=0,', 15_000)}`, `If-None-Match: ${fill('"a",', 15_000)}`]) {
            await expectBounded(line.slice(0, 30), () => get(line.startsWith('Connection') ? [line, 'Connection: close'] : [line]), [200]);
        }
    });

    it('61: the upstream redirects to another host → passed on, and nothing is sent there', async () => {

        const elsewhere = await startUpstream();
        const upstream = await startUpstream((_reached, response) => response.writeHead(302, { Location: `${elsewhere.url}/rest/V1/currency` }).end());
        const gate = await startTestGateway({}, upstream);
        for (const status of [301, 302, 303, 307, 308]) {
            upstream.reached.length = 0;
            const answer = await attack(gate, { target: '/rest/V1/customers/me', lines: [`Authorization: Bearer ${await gate.logIn('customer')}`, 'Proxy-Authorization: Basic eDp5'] });
            expect([answer.status, answer.headers['location']], String(status)).to.equal([302, `${elsewhere.url}/rest/V1/currency`]);
            expect(upstream.reached).to.have.length(1);
        }

        expect(elsewhere.reached).to.equal([]);
        await gate.stop();
        await elsewhere.stop();
    });

    it('63: keys that reach for a prototype → plain keys, in JSON, XML, GraphQL and names', async () => {

        for (const body of [
            `{"__proto__":{"username":"${roni}","password":"${password}"}}`, `{"constructor":{"prototype":{"username":"${roni}"}},"password":"${password}"}`, `[{"username":"${roni}","password":"${password}"}]`, `{"login":{"username":"${roni}","password":"${password}"}}`, `{"username":{"toString":"${roni}"},"password":"${password}"}`,
            `{"username":["${roni}"],"password":"${password}"}`, `{"Username":"${roni}","Password":"${password}"}`, `{"username ":"${roni}","password":"${password}"}`
        ]) {
            expect((await logIn(body)).status, body).to.equal(400);
        }

        for (const body of ['<__proto__><username>x</username></__proto__>', '<l><__proto__>x</__proto__><username>x</username></l>', '<l><constructor>x</constructor></l>', '<l><hasOwnProperty/><username>x</username></l>', '<l __proto__="x"><username>x</username></l>']) {
            expect((await logIn(body, xml)).status, body).to.equal(400);
        }

        expect((await logIn(`{"__proto__":{"a":1},"constructor":1,"username":"${roni}","password":"${password}","isAdmin":true}`)).status).to.equal(200);
        expect((await logIn(JSON.stringify({ username: '__proto__', password }))).body).to.contain('ptn_c12.');
        for (const username of ['constructor', 'toString', 'prototype', 'hasOwnProperty', '__defineGetter__']) {
            expect((await logIn(JSON.stringify({ username, password }))).status, username).to.equal(401);
        }

        const variables = '{"__proto__":{"e":"x","p":"y"}}';
        const { body } = await post('/graphql', json, `{"query":"mutation($e:String!,$p:String!){generateCustomerToken(email:$e,password:$p){token}}","variables":${variables}}`);
        expect(body).to.contain('was not provided');
        expect(({} as Record<string, unknown>)['isAdmin']).to.be.undefined();

        const { reached: [one] } = await put('{"__proto__":{"customer":{"id":8}},"customer":{"__proto__":{"id":8},"id":8}}');
        expect(one?.body).to.equal('{"customer":{"id":7}}');
    });

    describe('64, 65, 67, 68: documents with a DOCTYPE, entities and references', () => {

        const doctypes = [
            '<!DOCTYPE r>', '<!DOCTYPE r [<!ENTITY a "x">]>', '<!DOCTYPE r SYSTEM "file:///etc/passwd">', '<!DOCTYPE r PUBLIC "a" "http://127.0.0.1:1/x.dtd">', '<!DOCTYPE r [<!ENTITY a SYSTEM "php://filter/read=convert.base64-encode/resource=/etc/passwd">]>', '<!DOCTYPE r [<!ENTITY % a SYSTEM "http://127.0.0.1:1/">%a;]>',
            '<!DOCTYPE r [<!ENTITY l. "x">]>', `<!DOCTYPE r [<!ENTITY a "${'a'.repeat(1000)}">${Array.from({ length: 10 }, (_, i) => `<!ENTITY a${i} "&a${i - 1};&a${i - 1};">`).join('')}]>`, '<!doctype r>', '<!DocType r>', '\n\n<!DOCTYPE\nr>', '<!--x--><!DOCTYPE r>', '<?xml version="1.0"?><!DOCTYPE r>', '<?x ?><!DOCTYPE r [<!ATTLIST r a CDATA "x">]>', '\ufeff<!DOCTYPE r>',
            `<!DOCTYPE r [${fill('<!ENTITY a "b">', 60_000)}]>`, `<!DOCTYPE r [${fill('[', 60_000)}`, '<!DOCTYPE r [<!ELEMENT a ANY>', '<!DOCTYPE', '<!DOCTYPE r [<![CDATA[', '<!ENTITY a "x">'
        ];

        it('of a login → 400, no entity is expanded', async () => {

            for (const doctype of doctypes) {
                await expectBounded(doctype.slice(0, 60), () => logIn(`${doctype}${login('&a;&l.;&lx;', password)}`, xml), [400]);
            }

            for (const [encoding, bytes] of [['utf16le', Buffer.from(`\ufeff${doctypes[1]!}${login('&a;', password)}`, 'utf16le')], ['named', Buffer.from(`<?xml version="1.0" encoding="UTF-16"?>${doctypes[1]!}${login('&a;', password)}`)], ['UTF-7', Buffer.from(`<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE r+AD4-${login('x', password)}`)]] as const) {
                expect((await logIn(bytes, xml)).status, encoding).to.equal(400);
            }

            for (const reference of ['&a;', '&l.;', '&nbsp;', '&#0;', '&#xD800;', '&#x110000;', '&#99999999999999999999;', '&', '&;', '&#;', '&#x;', '&#xZ;', '&amp', '&lt', '&__proto__;', '&constructor;', '&toString;', '&#-1;']) {
                expect((await logIn(login(reference, password), xml)).status, reference).to.equal(400);
            }
        });

        it('of a body in which something is forced → 400, not forwarded', async () => {

            for (const doctype of doctypes) {
                const { status, reached } = await put(`${doctype}<r><customer><id>8</id></customer></r>`, xml);
                expect([status, reached], doctype.slice(0, 60)).to.equal([400, []]);
            }
        });

        it('of a SOAP call → a fault, not forwarded', async () => {

            for (const doctype of doctypes) {
                const { reached, body } = await post('/soap/default?services=shopTestNotesV1,integrationCustomerTokenServiceV1', 'application/soap+xml', `${doctype}${envelope(roni, password)}`);
                expect([reached, body.includes('Fault'), body.includes('ptn_')], doctype.slice(0, 60)).to.equal([[], true, false]);
            }
        });

        it('a megabyte of references, tags, attributes, comments and their beginnings, at every door → bounded time', { timeout: 120_000 }, async () => {

            for (const piece of ['&#65;', '&amp;', '&', '<a>', '<a/>', '<', '<!--', '<!---->', '<![CDATA[', '<?a ', '<?a?>', ' a="b"', ']]>', '<a b="', '\r\n', '"', '\u00e9']) {
                const inside = fill(piece, megabyte);
                const inTag = piece === ' a="b"' ? `<l${inside}></l>` : `<l><username>${inside}</username></l>`;
                await expectBounded(`login ${piece}`, () => logIn(inTag, xml), [413]);
                await expectBounded(`short login ${piece}`, () => logIn(inTag.replace(inside, fill(piece, 60_000)), xml), [400, 413]);
                await expectBounded(`forced ${piece}`, () => put(inTag, xml), [200, 400]);
                await expectBounded(`SOAP ${piece}`, () => post('/soap/default?services=integrationCustomerTokenServiceV1', 'application/soap+xml', envelope(inTag, 'x')), [200, 500]);
            }
        });
    });

    it('63, 64: 10,000 levels of JSON and XML, and a megabyte of brackets, at every door → refused in no time', { timeout: 60_000 }, async () => {

        for (const [what, body] of [['[', `${fill('[', 500_000)}${fill(']', 500_000)}`], ['objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`], ['customers', `${'{"customer":'.repeat(10_000)}1${'}'.repeat(10_000)}`], ['open', fill('[{"a":')], ['strings', `"${fill('\\\\')}"`], ['a name', `{"generateCustomerToken":${fill('[', 500_000)}`]] as const) {
            await expectBounded(`login ${what}`, () => logIn(body), [400]);
            await expectBounded(`forced ${what}`, () => put(body), what === 'strings' ? [200] : [400]);
            await expectBounded(`GraphQL ${what}`, () => post('/graphql', json, body), [200, 400]);
        }

        for (const body of ['<a>'.repeat(10_000) + '</a>'.repeat(10_000), '<customer>'.repeat(6_000)]) {
            await expectBounded('login', () => logIn(body, xml), [400, 413]);
            await expectBounded('forced', () => put(body, xml), [400]);
            await expectBounded('SOAP', () => post('/soap/default?services=integrationCustomerTokenServiceV1', 'application/soap+xml', body), [200, 500]);
        }

        const deep = `mutation{generateCustomerToken${'{a'.repeat(100_000)}`;
        for (const query of [deep, `${fill('#generateCustomerToken\n', 500_000)}{a}`, `{generateCustomerToken(email:"${fill('\\"', 400_000)}")}`, `mutation{${'...F '.repeat(400)}} fragment F on Mutation{generateCustomerToken ...F}`, `mutation{${'a:generateCustomerToken(email:"a",password:"b"){token}'.repeat(500)}}`]) {
            await expectBounded(query.slice(0, 40), () => post('/graphql', json, JSON.stringify({ query })), [200, 400, 500]);
        }
    });

    it('a body beyond the bound, with its length or without, at every door → 413', async () => {

        const body = `{"username":"${'a'.repeat(1_100_000)}"}`;
        for (const [method, target] of [['POST', '/rest/V1/integration/customer/token'], ['PUT', '/rest/V1/customers/me'], ['POST', '/graphql'], ['POST', '/soap/default?services=integrationCustomerTokenServiceV1']] as const) {
            const lines = [`Content-Type: ${json}`, `Authorization: Bearer ${token}`];
            const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
            for (const request of [{ lines, body }, { lines: [...lines, 'Transfer-Encoding: chunked'], body: chunked }]) {
                const { status, reached, body: answer } = await attack(shop, { method, target, ...request });
                expect([status === 413 || answer.includes('is longer than'), reached], `${target}: ${status}`).to.equal([true, []]);
            }
        }

        // And what no door reads is not held, however long it is

        expect((await attack(shop, { method: 'POST', target: '/rest/V1/files/a', body: 'x'.repeat(3_000_000) })).status).to.equal(200);
    });

    it('69: values that other parsers change → taken as they stand', async () => {

        const statusOf = async (body: string, type = xml) => (await logIn(body, type)).status;
        expect(await statusOf(login('zero@example.com', '01234'))).to.equal(200);
        expect(await statusOf(login('zero@example.com', '1234'))).to.equal(401);
        expect(await statusOf(login('zero@example.com', ' 01234'))).to.equal(401);
        expect(await statusOf(login('float@example.com', '1e5'))).to.equal(200);
        expect(await statusOf(login('float@example.com', '100000'))).to.equal(401);
        expect(await statusOf('{"username":"float@example.com","password":1e5}', json)).to.equal(401);
        expect(await statusOf('{"username":"zero@example.com","password":1234}', json)).to.equal(401);
        expect(await statusOf(login('blank@example.com', ' padded '))).to.equal(200);
        expect(await statusOf(login('blank@example.com', 'padded'))).to.equal(401);
        expect(await statusOf(login(' roni@example.com', password))).to.equal(401);
        expect(await statusOf(login(roni, `<![CDATA[${password}]]>`))).to.equal(200);
        expect(await statusOf(login(roni, password.replace('r', '&#114;').replace('0', '&#x30;')))).to.equal(200);

        for (const body of [
            `<l><username>${roni}</username><password>x</password><password>${password}</password></l>`, `<l><username>x</username><username>${roni}</username><password>${password}</password></l>`, `<l><username a="b">${roni}</username><password>${password}</password></l>`, `<l><username>${roni}</username><password>${password}</password>`,
            `<l><username>${roni}</username><password>${password}</pass></l>`, `<l><username>${roni}</username><password>${password}</password></l><l/>`, `<l><username><b>${roni}</b></username><password>${password}</password></l>`, `<l><n:username xmlns:n="a">${roni}</n:username><password>${password}</password></l>`, `x<l/>`, `<l/>x`, ''
        ]) {
            expect(await statusOf(body), body).to.equal(400);
        }
    });

    it('70: more than bcrypt reads → never right, whatever it begins with', async () => {

        const statusOf = async (secret: string) => (await logIn(JSON.stringify({ username: 'long@example.com', password: secret }))).status;
        expect(await statusOf(longPassword)).to.equal(200);
        for (const more of ['x', 'p', '\u0000', '\u0000x', '\u00e9', 'x'.repeat(1000)]) {
            expect(await statusOf(`${longPassword}${more}`), JSON.stringify(more.slice(0, 4))).to.equal(401);
        }

        expect((await logIn(JSON.stringify({ username: roni, password: `${password}\u0000` }))).status).to.equal(401);
        expect((await logIn(JSON.stringify({ username: roni, password: `${password}\u0000x` }))).status).to.equal(401);
        expect((await logIn(JSON.stringify({ username: `${roni}\u0000`, password }))).status).to.equal(401);
    });

    it('73: fields and keys of any name in Redis → neither polluted nor fatal', async () => {

        for (const key of ['postern:customer:7', 'postern:account:customer:roni@example.com', 'postern:lock:customer:roni@example.com', 'postern:seen:customer:7']) {
            await shop.redis.cli('HSET', key, '__proto__', '{"isAdmin":true}', 'constructor', 'x', 'toString', 'y', '', '');
        }

        await shop.redis.cli('SADD', 'postern:role:admin:1', '__proto__', 'constructor');
        const fresh = JSON.parse((await logIn(JSON.stringify({ username: roni, password }))).body) as string;
        const me = (lines: readonly string[], more: Attack = {}) => attack(shop, { target: '/rest/V1/customers/me', lines, ...more });
        expect((await me([`Authorization: Bearer ${fresh}`])).status).to.equal(200);
        expect((await me([`Authorization: Bearer ${fresh.replace(/\.[^.]{8}\./, '.__proto__.')}`])).status).to.equal(401);
        expect((await me([`Authorization: Bearer ${fresh.replace(/\.[^.]{8}\./, '.tostring.')}`])).status).to.equal(401);
        expect((await attack(shop, { method: 'POST', target: '/rest/V1/integration/customer/revoke-customer-token', lines: [`Authorization: Bearer ${fresh}`] })).status).to.equal(200);
        expect((await me([`Authorization: Bearer ${fresh}`])).status).to.equal(401);
        expect(({} as Record<string, unknown>)['isAdmin']).to.be.undefined();
        token = JSON.parse((await logIn(JSON.stringify({ username: roni, password }))).body) as string;

        // Names that reach for other keys

        for (const username of ['*', 'roni*', 'a\r\nDEL postern:customer:7', 'x} {y', 'known:customer:roni@example.com', '../customer:7', 'postern:customer:7', '%s%s%n', '${7*7}', '\' OR 1=1 --']) {
            expect((await logIn(JSON.stringify({ username, password }))).status, username).to.equal(401);
        }

        expect((await me([`Authorization: Bearer ${token}`])).status).to.equal(200);
    });

    describe('GraphQL documents that hide a token mutation → found, or refused; never forwarded', () => {

        const field = `generateCustomerToken(email:"${roni}",password:"${password}"){token}`;
        const mutation = `mutation{${field}}`;
        const text = JSON.stringify({ query: mutation });
        const escaped = text.replace('generate', 'g\\u0065nerat\\u0065');

        for (const [what, body, type, lines] of [
            ['in escapes', escaped], ['in capitals of escapes', text.replace('generate', '\\u0067\\U0065nerate')], ['as an alias', JSON.stringify({ query: `mutation{x:${field}}` })], ['twice', JSON.stringify({ query: `mutation{a:${field} b:${field}}` })], ['in a fragment', JSON.stringify({ query: `mutation{...F} fragment F on Mutation{...G} fragment G on Mutation{${field}}` })],
            ['in an inline fragment', JSON.stringify({ query: `mutation{...on Mutation{... @include(if:true){${field}}}}` })], ['behind a skip', JSON.stringify({ query: `mutation{${field.replace('{token}', ' @skip(if:false){token}')}}` })], ['beside another', JSON.stringify({ query: `mutation{createEmptyCart ${field}}` })],
            ['in another operation', JSON.stringify({ query: `query A{a} mutation B{${field}}`, operationName: 'A' })], ['in a chosen operation', JSON.stringify({ query: `query A{a} mutation B{${field}}`, operationName: 'B' })], ['in a batch', `[{"query":"{a}"},${text}]`], ['in the second of two keys', `{"query":"{a}","query":${JSON.stringify(mutation)}}`], ['in the first of two keys', `{"query":${JSON.stringify(mutation)},"query":"{a}"}`],
            ['behind comments', JSON.stringify({ query: `#x\nmutation #y\n{#z\n${field}}` })], ['behind commas and marks', JSON.stringify({ query: `\ufeff,,mutation,{,${field},}` })], ['with variables', JSON.stringify({ query: 'mutation($e:String!,$p:String!){generateCustomerToken(email:$e,password:$p){token}}', variables: { e: roni, p: password } })], ['behind a byte order mark', `\ufeff${text}`],
            ['compressed', gzipSync(text), json, ['Content-Encoding: gzip']], ['compressed twice', gzipSync(gzipSync(text)), json, ['Content-Encoding: gzip, gzip']], ['said to be compressed', text, json, ['Content-Encoding: br']], ['in UTF-16', Buffer.from(text, 'utf16le'), 'application/json; charset=utf-16'], ['in UTF-16 that is not named', Buffer.from(text, 'utf16le')],
            ['in UTF-32', Buffer.from(text, 'utf16le').swap16().toString('latin1').replace(/\0/g, '\0\0\0'), 'latin1'], ['in overlong UTF-8', Buffer.from(text.replace('generate', '\xc1\xa7enerate'), 'latin1')], ['in UTF-7', text.replace('generate', '+AGc-enerate'), 'application/json; charset=utf-7'], ['as a form', `query=${encodeURIComponent(mutation)}`, 'application/x-www-form-urlencoded'],
            ['as an escaped form', `query=${encodeURIComponent(mutation).replace('generate', '%67enerat%65')}`, 'application/x-www-form-urlencoded'], ['as a document', mutation, 'application/graphql'], ['in several parts', `--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n${text}\r\n--x--`, 'multipart/form-data; boundary=x'], ['as text', escaped, 'text/plain'], ['as nothing', escaped, ''],
            ['under two types', text, json, ['Content-Type: application/x-www-form-urlencoded']]
        ] as readonly (readonly [string, Buffer | string, string?, (readonly string[])?])[]) {
            it(what, async () => {

                for (const target of ['/graphql', '/index.php/graphql/', '//graphql?a=b', `/graphql?query=${encodeURIComponent('{a}')}`]) {
                    const { status, reached } = await post(target, type ?? json, body, lines);
                    expect(reached, target).to.equal([]);
                    expect([200, 400, 500].includes(status), `${target}: ${status}`).to.be.true();
                }
            });
        }

        it('in the address', async () => {

            const written = encodeURIComponent(mutation);
            for (const query of [`query=${written}`, `query=${written.replace('generate', '%67enerate')}`, `qu%65ry=${written}`, `+query=${written}`, `query[]=${written}`, `query%00x=${written}`, `query={a}&query=${written}`, `query=${written}&query={a}`, `query=${encodeURIComponent(`query A{a} ${mutation}`)}&operationName=A`]) {
                for (const method of ['GET', 'POST']) {
                    const { reached } = await attack(shop, { method, target: `/graphql?${query}`, ...(method === 'POST' ? { lines: [`Content-Type: ${json}`], body: '{"query":"{a}"}' } : {}) });
                    expect(reached, `${method} ${query.slice(0, 30)}`).to.equal([]);
                }
            }
        });
    });

    describe('bodies in which a parameter is forced → the upstream reads no other caller\'s id', () => {

        let gate: TestGateway;
        let own: string;

        before(async () => {

            gate = await startTestGateway();
            own = await gate.logIn('customer');
        });

        after(() => gate.stop());

        it('in JSON and XML, however it is spelt, repeated or wrapped', async () => {

            for (const [body, type = json] of [
                ['{"customer":{"id":8}}'], ['{"customer":{"Id":8,"id":7}}'], ['{"customer":{"id":7},"customer":{"id":8}}'], ['{"Customer":{"id":8}}'], ['{"customer":[{"id":8}]}'], ['{"customer":{"\\u0069d":8}}'], ['{"\\u0063ustomer":{"id":8}}'], ['{"customer_id":8}'], ['{"customerId":8,"customer":{}}'], ['{"customer":{"i_d":8}}'], ['{"customer":{"id":"8"}}'],
                ['{"customer":{"id":[8]}}'], ['{"customer":{"id":{"a":8}}}'], ['{"customer":{"id":8.0}}'], ['{"customer":{"id":8,"id":7}}'], ['{"customer":{"id":7,"id":8}}'], ['{"customer":{"\\u0000id":8}}'], ['<r><customer><id>8</id></customer></r>', xml], ['<r><customer id="8"/></r>', xml], ['<r><customer><ID>8</ID></customer></r>', xml], ['<r><n:customer xmlns:n="a"><n:id>8</n:id></n:customer></r>', xml],
                ['<r><customer><id>7</id><id>8</id></customer></r>', xml], ['<r><customer/><customer><id>8</id></customer></r>', xml], ['<r><customer><!----><id><![CDATA[8]]></id></customer></r>', xml], ['<customerId><customer_id>8</customer_id></customerId>', xml], ['<?x ?><r><customer><id>&#56;</id></customer></r>', 'text/xml'], ['\ufeff<r><customer><id>8</id></customer></r>', 'application/xhtml+xml']
            ] as readonly (readonly [string, string?])[]) {
                const { status, reached } = await attack(gate, { method: 'PUT', target: '/rest/V1/customers/me', lines: [`Content-Type: ${type}`, `Authorization: Bearer ${own}`], body });
                expect(status === 400 || status === 200, body).to.be.true();
                expect(reached.filter((one) => /8|&#56;/.test(one.body)), body).to.equal([]);
            }
        });

        it('in bodies that are not what they say → 400', async () => {

            const hidden = '{"customer":{"id":8}}';
            for (const [what, body, type, lines] of [
                ['compressed', gzipSync(hidden), json, ['Content-Encoding: gzip']], ['UTF-16', Buffer.from(hidden, 'utf16le'), json, []], ['no UTF-8', Buffer.from('{"\xe9":1}', 'latin1'), json, []], ['a form', 'customer[id]=8', 'application/x-www-form-urlencoded', []], ['parts', '--x\r\n\r\n8\r\n--x--', 'multipart/form-data; boundary=x', []],
                ['another charset', hidden, 'application/json; charset=utf-16', []], ['XML as JSON', '<r><customer><id>8</id></customer></r>', json, []], ['JSON as XML', hidden, xml, []], ['two types', hidden, json, ['Content-Type: application/xml']], ['no type', hidden, '', []], ['a list of types', hidden, 'application/json, application/xml', []]
            ] as readonly (readonly [string, Buffer | string, string, readonly string[]])[]) {
                const { status, reached } = await attack(gate, { method: 'PUT', target: '/rest/V1/customers/me', lines: [`Content-Type: ${type}`, `Authorization: Bearer ${own}`, ...lines], body });
                expect([status, reached], what).to.equal([400, []]);
            }
        });

        it('in the query, however it is spelt', async () => {

            for (const query of ['customerId=8', 'customer_id=8', 'customerId[]=8', 'customer%49d=8', 'CUSTOMERID=8', 'customer.id=8', 'customer+id=8', '+customerId=8', 'customerId%00=8', 'customer[id]=8', 'customer[id=8', 'customerId=7&customerId=8', 'a=b&&customerId=8', 'customer[][id]=8', 'customer%5Bid%5D=8', 'customer_%69d=8']) {
                for (const method of ['GET', 'PUT']) {
                    const { reached: [one] } = await attack(gate, { method, target: `/rest/V1/customers/me?${query}`, lines: [`Content-Type: ${json}`, `Authorization: Bearer ${own}`], body: method === 'PUT' ? '{}' : '' });
                    expect(one?.target.includes('8'), `${method} ${query}: ${String(one?.target)}`).to.be.false();
                }
            }
        });
    });

    it('SOAP calls that say one thing and mean another → decided by the one child of the Body, or refused', async () => {

        const own = 'integrationCustomerTokenServiceV1CreateCustomerAccessTokenRequest';
        const call = (name: string) => `<n:${name} xmlns:n="http://x/soap/default?services=shopTestCustomersV1"><customerId>8</customerId></n:${name}>`;
        const shut = 'shopTestCustomersV1GetByIdRequest';
        const wrap = (inner: string, prefix = '') => `${prefix}<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope">${inner}</e:Envelope>`;
        for (const body of [
            wrap(`<e:Body>${call(shut)}</e:Body>`), wrap(`<e:Body>${call(own)}${call(shut)}</e:Body>`), wrap(`<e:Body>${call(shut)}${call(own)}</e:Body>`), wrap(`<e:Body>${call(own)}</e:Body><e:Body>${call(shut)}</e:Body>`), wrap(`<e:Header>${call(shut)}</e:Header><e:Body>${call(own)}</e:Body>`), wrap(`<e:Body><!--${call(own)}-->${call(shut)}</e:Body>`),
            wrap(`<e:Body><![CDATA[${call(own)}]]>${call(shut)}</e:Body>`), wrap(`<e:Body><${own}>${call(shut)}</${own}></e:Body>`), wrap(`<e:Body>${call(shut.toUpperCase())}</e:Body>`), wrap(`<e:Body>${call(shut.replace('shop', 'Shop'))}</e:Body>`), wrap(`<e:Body>${call(shut.replace('GetById', 'getbyid'))}</e:Body>`), wrap(`<e:Body>${call(`${shut} `)}</e:Body>`),
            wrap(`<Body>${call(shut)}</Body>`), `<Envelope><Body>${call(shut)}</Body></Envelope>`, wrap(`<e:Body>${call(shut)}</e:Body>`, '\ufeff'), wrap(`<e:Body>${call(shut)}</e:Body>`, '<?xml version="1.1"?>'), wrap(`<e:Body>${call(shut)}</e:Body>`, '<?xml version="1.0" encoding="UTF-16"?>'), wrap(`<e:Body>${call(shut)}</e:Body>`).replace(/e:/g, '\u00e9:'), call(shut), `[${wrap('')}]`
        ]) {
            for (const target of ['/soap/default?services=shopTestCustomersV1', '/soap/default?services=shopTestCustomersV1,integrationCustomerTokenServiceV1', '/soap?services=integrationCustomerTokenServiceV1&services=shopTestCustomersV1', '/soap/default?services=shopTestCustomersV1&wsdl', '/soap/default?wsdl_list=1&services=shopTestCustomersV1', '/soap/default?WSDL&services=shopTestCustomersV1']) {
                for (const lines of [[], [`SOAPAction: "${own}"`], [`Content-Type: application/soap+xml; action="${own}"`], ['Content-Encoding: gzip']]) {
                    const { reached } = await attack(shop, { method: 'POST', target, lines, body });
                    expect(reached, `${target} ${body.slice(0, 200)}`).to.equal([]);
                }
            }
        }
    });

    it('75: whatever is sent and fails → no secret in any answer, nor in the log, also while Redis is away', { timeout: 30_000 }, async () => {

        const failing = await startShop(accounts, { POSTERN_STORE_TIMEOUT: '200ms' });
        const secrets = [password, longPassword, token.slice(-32), 'Basic-s3cret'];
        const sendAll = async () => {

            const results: Result[] = [];
            for (const lines of [[`Authorization: Bearer ${token}`], [`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`], ['Authorization: Basic Basic-s3cret'], [`Cookie: token=${token}`], [`Authorization: Bearer ${token}\x01`], [`X-A: ${token}`, ' obs-fold'], [`Accept: ${token}`], [`Content-Type: ${token}`]]) {
                for (const request of [
                    { target: '/rest/V1/customers/me' }, { target: `/rest/V1/customers/me?token=${token}` }, { target: `/rest/V1/nosuch/${token}` }, { method: 'POST', target: '/rest/V1/integration/customer/token', body: JSON.stringify({ username: roni, password }).slice(0, -1) }, { method: 'POST', target: '/rest/V1/integration/customer/token', body: login(password, longPassword) },
                    { method: 'PUT', target: '/rest/V1/customers/me', body: `{"password":"${password}"` }, { method: 'POST', target: '/graphql', body: JSON.stringify({ query: `mutation{generateCustomerToken(email:"x",password:"${longPassword}"){token}}` }) }, { method: 'POST', target: '/soap/default?services=integrationCustomerTokenServiceV1', body: envelope('x', longPassword) }
                ]) {
                    results.push(await attack(failing, { ...request, lines }));
                }
            }

            return results.flatMap(({ body, headers }) => [body, JSON.stringify(headers)]);
        };

        const answers = await sendAll();
        await failing.redis.stop();
        const answersWithout = await sendAll();
        const log = failing.notices.join('\n');
        expect([...answers, ...answersWithout, log].filter((text) => secrets.some((secret) => text.includes(secret))).map((text) => text.slice(0, 300))).to.equal([]);
        expect(log).to.not.match(/^Report/m);
        expect((await attack(failing, {})).status).to.equal(200);
        await failing.stop();
    });

    it('the upstream\'s own words about a failure → hidden from nobody, and our own tell no path and no stack', async () => {

        const gone = await startTestGateway({ POSTERN_UPSTREAM: 'http://127.0.0.1:1' });
        for (const { body } of [await attack(gone, {}), await attack(gone, { target: '/rest/V1/nosuch' }), await attack(gone, { method: 'PATCH' }), await attack(gone, { target: '*' })]) {
            expect(body).to.not.match(/127\.0\.0\.1|node_modules|\.[jt]s\b|\n *at |ECONN|Error:/);
        }

        await gone.stop();
    });

    it('61, 75: credentials of the client → none of them reaches the upstream', async () => {

        const { reached: [one] } = await attack(shop, { target: '/rest/V1/customers/me', lines: [`Authorization: Bearer ${token}`, 'Proxy-Authorization: Basic eDp5', 'X-Authorization: Basic eDp5', 'Cookie: a=b', 'Proxy-Connection: keep-alive', 'WWW-Authenticate: x'] });
        expect([...valuesOf(one!, 'Authorization'), ...valuesOf(one!, 'Proxy-Authorization'), ...valuesOf(one!, 'X-Authorization'), ...valuesOf(one!, 'Cookie')]).to.equal([]);
        expect(one!.rawHeaders.filter((value) => value.includes(token.slice(-32)))).to.equal([]);
    });
});

function envelope(username: string, secret: string): string {

    const operation = 'integrationCustomerTokenServiceV1CreateCustomerAccessTokenRequest';
    const content = `<n:${operation} xmlns:n="http://shop.example/soap/default?services=integrationCustomerTokenServiceV1"><username>${username}</username><password>${secret}</password></n:${operation}>`;
    return `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body>${content}</e:Body></e:Envelope>`;
}
