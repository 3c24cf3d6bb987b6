import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';

import type { Attack, Result } from '../support/attack.js';
import { attack, bytesOf, expectUnharmed, valuesOf } from '../support/attack.js';
import type { TestGateway } from '../support/gateway.js';
import { startTestGateway } from '../support/gateway.js';
import type { PhpServer } from '../support/php.js';
import { hasPhp, startPhpServer } from '../support/php.js';
import { sendRaw } from '../support/send.js';
import { startEcho } from '../support/websockets.js';


export const lab = Lab.script();
const { after, afterEach, before, describe, it } = lab;

// What an attacker claims is always spelt so that it is found wherever it ends up
const claim = 'evil-1';

describe('attacks on identity headers and trust (C1)', () => {

    let gate: TestGateway;
    let token: string;
    let bearer: string;

    before(async () => {

        gate = await startTestGateway();
        token = await gate.logIn('customer');
        bearer = `Authorization: Bearer ${token}`;
    });

    afterEach(() => expectUnharmed(gate, [token, 'right']));

    after(() => gate.stop());

    const asGuest = (lines: readonly string[]) => attack(gate, { lines });
    const asCustomer = (lines: readonly string[], more: Attack = {}) => attack(gate, { target: '/rest/V1/customers/me', lines: [bearer, ...lines], ...more });

    /** The one request that an attack may have caused tells who calls as the gate knows it, each thing once, and nothing of what the attacker claims. */
    const expectIdentity = ({ status, reached }: Result, caller: 'customer' | 'guest', what: string) => {

        const [one, ...others] = reached;
        expect(status, what).to.equal(200);
        expect(one, what).to.exist();
        expect(others, what).to.equal([]);

        const request = one!;
        const isGuest = caller === 'guest';
        expect(request.rawHeaders.filter((text) => text.includes(claim)), what).to.equal([]);
        expect(valuesOf(request, 'X-Caller-Type'), what).to.equal([caller]);
        expect(valuesOf(request, 'X-Caller-Id'), what).to.equal(isGuest ? [] : ['7']);
        expect(valuesOf(request, 'X-Session-Id'), what).to.equal(isGuest ? [] : [token.split('.')[1]!]);
        expect(valuesOf(request, 'X-Request-Id'), what).to.have.length(1);
        expect(valuesOf(request, 'X-Forwarded-For'), what).to.equal(['127.0.0.1']);
        expect(valuesOf(request, 'X-Forwarded-Proto'), what).to.equal(['http']);
        expect(valuesOf(request, 'Authorization'), what).to.equal([]);
    };

    describe('1 to 3: the client names headers of ours in Connection → they reach the upstream all the same', () => {

        for (const lines of [
            ['Connection: close, X-Caller-Id'],
            ['connection: x-caller-id,X-CALLER-TYPE , x-session-id,,X-Request-Id, close'],
            ['Connection: X-Caller-Id', 'Connection: X-Caller-Type', 'Connection: close'],
            ['Connection:\tclose,\tX-Caller-Id\t'],
            ['Connection: close, "X-Caller-Id", X-Caller-Id;q=1, X_Caller_Id, *'],
            ['Connection: close, X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host, X-Real-Ip, Forwarded, Via'],
            ['Connection: close, Host, Content-Length, Transfer-Encoding, Authorization'],
            ['Proxy-Connection: X-Caller-Id, X-Forwarded-For', 'Keep-Alive: X-Caller-Id', 'TE: trailers, X-Caller-Id', 'Trailer: X-Caller-Id'],
            [`X-Caller-Id: ${claim}`, 'Connection: close, X-Caller-Id']
        ]) {
            it(lines.join(' | '), async () => {

                expectIdentity(await asCustomer(lines), 'customer', lines.join());
            });
        }

        it('1, 40: the signed assertion → it stays, and is ours, whatever algorithm the client\'s own names', async () => {

            const path = join(tmpdir(), `postern-attacks-${process.pid}.pem`);
            await writeFile(path, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
            const signing = await startTestGateway({ POSTERN_ASSERTION_KEY: path });
            await rm(path);
            const forged = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"admin:1","typ":"admin"}').toString('base64url')}.`;
            const { reached: [one] } = await attack(signing, {
                target: '/rest/V1/customers/me',
                lines: [`Authorization: Bearer ${await signing.logIn('customer')}`, 'Connection: close, X-Caller-Assertion', `X-Caller-Assertion: ${forged}`, `X_Caller_Assertion: ${forged}`]
            });
            const [assertion, ...others] = valuesOf(one!, 'X-Caller-Assertion');
            expect(others).to.equal([]);
            const keys = await (await signing.fetch('/.well-known/jwks.json')).json() as JSONWebKeySet;
            const { payload, protectedHeader } = await jwtVerify(assertion!, createLocalJWKSet(keys));
            expect(payload).to.include({ sub: 'customer:7', typ: 'customer' });
            expect(protectedHeader.alg).to.equal('EdDSA');

            // Neither is one good as a token, however it is signed

            for (const jwt of [assertion!, forged, assertion!.replace(/[^.]*$/, '')]) {
                expect((await attack(signing, { target: '/rest/V1/customers/me', lines: [`Authorization: Bearer ${jwt}`] })).status).to.equal(401);
            }

            await signing.stop();
        });
    });

    describe('4, 5, 7: names that upstreams fold to ours → none reaches the upstream', () => {

        const spellings = [
            'X_Caller_Id', 'X-Caller_Id', 'x_caller_id', 'X.Caller.Id', 'X__Caller__Id', 'X-Caller-Id-', 'X-Caller-Id_', 'X-Caller-Id.', '-X-Caller-Id', '_X_Caller_Id', 'X!Caller#Id', 'X~Caller|Id', 'X+Caller*Id', 'X\'Caller`Id', 'x%caller%id',
            'HTTP_X_CALLER_ID', 'HTTP-X-Caller-Id', 'REDIRECT_HTTP_X_CALLER_ID', 'Redirect-X-Caller-Id', 'HTTP_HTTP_X_CALLER_ID', 'X_Caller_Type', 'X_Session.Id', 'X_Request_Id', 'X-Caller_Assertion', 'X-Caller-Name',
            'X_Forwarded_Proto', 'X.Forwarded-For', 'X_Forwarded-Host', 'X_Forwarded_Prefix', 'X-Real_Ip', 'Authorization_', 'HTTP_AUTHORIZATION', 'REDIRECT_HTTP_AUTHORIZATION', 'Proxy_Authorization'
        ];

        it('one by one, also in capitals', async () => {

            for (const name of spellings.flatMap((spelling) => [spelling, spelling.toUpperCase()])) {
                expectIdentity(await asCustomer([`${name}: ${claim}`]), 'customer', name);
            }
        });

        it('all at once, before and after the token', async () => {

            const lines = spellings.map((name) => `${name}: ${claim}`);
            expectIdentity(await attack(gate, { target: '/rest/V1/customers/me', lines: [...lines, bearer, ...lines] }), 'customer', 'all');
        });

        it('a blank before the colon → 400', async () => {

            for (const line of [`X-Caller-Id : ${claim}`, `X-Caller-Id\t: ${claim}`, `X-Caller-Id\x0b: ${claim}`, ` X-Caller-Id: ${claim}`, `X-Caller-Id\x00: ${claim}`, `X-Caller\xc2\xadId: ${claim}`]) {
                const { status, reached } = await asCustomer([line]);
                expect([status, reached], line).to.equal([400, []]);
            }
        });
    });

    describe('4, 5: an upstream in PHP, which folds names by itself', { skip: !hasPhp }, () => {

        let php: PhpServer;
        let front: TestGateway;

        before(async () => {

            php = await startPhpServer('test/support/echo.php');
            front = await startTestGateway({ POSTERN_UPSTREAM: php.url });
        });

        after(async () => {

            await front.stop();
            await php.stop();
        });

        const tell = async (request: Attack) => {

            const own = await front.logIn('customer');
            const { body } = await sendRaw(front.url, bytesOf({ ...request, lines: [`Authorization: Bearer ${own}`, ...request.lines ?? []] }));
            return JSON.parse(body) as { readonly server: Record<string, unknown>; readonly post: unknown; readonly cookie: unknown; readonly body: string };
        };

        it('4: it hears of the caller whom the gate knows', async () => {

            const { server, cookie } = await tell({
                target: '/rest/V1/customers/me', lines: [
                    'X_Caller_Id', 'X.Caller.Id', 'X-Caller_Id', 'X_Caller_Type', 'X.Session.Id', 'X_Request_Id', 'HTTP_X_CALLER_ID', 'REDIRECT_HTTP_AUTHORIZATION', 'Authorization_', 'X_Forwarded_For', 'X_Forwarded_Proto', 'X.Real.Ip', 'Client_Ip',
                    'X_Original_Url', 'X.Rewrite.Url', 'X_HTTP_Method_Override', 'Remote_User', 'Proxy', 'Cookie', 'HTTP_COOKIE', 'Host_', 'HTTP_HOST', 'Transfer_Encoding'
                ].map((name) => `${name}: ${claim}=1`)
            });
            expect(Object.entries(server).filter(([, value]) => String(value).includes(claim))).to.equal([]);
            expect(server).to.include({ HTTP_X_CALLER_TYPE: 'customer', HTTP_X_CALLER_ID: '7', HTTP_X_FORWARDED_PROTO: 'http', HTTP_X_FORWARDED_FOR: '127.0.0.1' });
            expect(server).to.not.include(['HTTP_AUTHORIZATION', 'PHP_AUTH_USER', 'HTTP_PROXY', 'HTTP_COOKIE']);
            expect(cookie).to.equal([]);
        });

        it('a forced body is the body that it reads: no other spelling of Content-Type or Content-Length reaches it', async () => {

            for (const name of ['Content_Type', 'CONTENT.TYPE', 'HTTP_CONTENT_TYPE', 'Content-Type_']) {
                const { server, post, body } = await tell({
                    method: 'PUT', target: '/rest/V1/customers/me', body: '{"customer":{"id":8},"x":"&customer[id]=8&"}', lines: ['Content-Type: application/json', `${name}: application/x-www-form-urlencoded`, 'Content_Length: 4']
                });
                expect(server, name).to.include({ CONTENT_TYPE: 'application/json', CONTENT_LENGTH: '44' });
                expect(post, name).to.equal([]);
                expect(JSON.parse(body), name).to.equal({ customer: { id: 7 }, x: '&customer[id]=8&' });
            }
        });
    });

    describe('9, 10: identity headers where nothing is injected in their place → they go, too', () => {

        const names = [
            'X-Caller-Id', 'X-Caller-Type', 'X-Session-Id', 'X-Caller-Role', 'X-Caller-Assertion', 'X-Userinfo', 'X-User-Id', 'X-User', 'X-User-Email', 'Remote-User', 'Remote-Groups', 'X-Remote-User', 'X-Forwarded-User', 'X-Forwarded-Email', 'X-Auth-Request-User',
            'X-Consumer-Id', 'X-Authenticated-Userid', 'X-Webauth-User', 'X-Credential-Identifier', 'X-Client-Cert', 'X-SSL-Client-S-DN', 'Cf-Access-Authenticated-User-Email', 'X-Goog-Authenticated-User-Id', 'X-MS-Client-Principal-Id', 'X-Amzn-Oidc-Identity'
        ];

        it('of guests on anonymous routes', async () => {

            expectIdentity(await attack(gate, { lines: names.map((name) => `${name}: ${claim}`) }), 'guest', 'no token');
            expectIdentity(await attack(gate, { lines: ['Authorization: Bearer nonsense', ...names.map((name) => `${name}: ${claim}`)] }), 'guest', 'bad token');
        });

        it('of guests at every other door', async () => {

            for (const target of ['/graphql?query={a}', '/rest/schema', '/soap?wsdl_list=1', '/rest/V1/currency']) {
                expectIdentity(await attack(gate, { target, lines: names.map((name) => `${name}: ${claim}`) }), 'guest', target);
            }
        });

        it('of guests whose call no route matches, where such calls are passed on', async () => {

            const pass = await startTestGateway({ POSTERN_UNKNOWN_ROUTES: 'pass' });
            const own = await pass.logIn('customer');
            const { reached: [one] } = await attack(pass, { target: '/customer/account', lines: [`Authorization: Bearer ${own}`, ...names.map((name) => `${name}: ${claim}`)] });
            expect(one?.rawHeaders.filter((text) => text.includes(claim) || text === '7')).to.equal([]);
            expect(valuesOf(one!, 'X-Caller-Type')).to.equal(['guest']);
            await pass.stop();
        });
    });

    describe('11: identity headers on an upgrade → the same builder', () => {

        for (const [what, lines] of [
            ['h2c', ['Upgrade: h2c', 'Connection: Upgrade, HTTP2-Settings, close', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA']],
            ['a protocol of its own', ['Upgrade: TLS/1.0, x-postern', 'Connection: upgrade, close']]
        ] as const) {
            it(what, async () => {

                const claims = [`X-Caller-Id: ${claim}`, `x_caller_id: ${claim}`, `x-warpgate-username: ${claim}`];
                const unknown = await asGuest([...lines, ...claims]);
                expectIdentity(unknown, 'guest', what);
                const known = await asCustomer([...lines, ...claims]);
                expectIdentity(known, 'customer', what);
                for (const { reached: [one] } of [unknown, known]) {
                    expect([...valuesOf(one!, 'Upgrade'), ...valuesOf(one!, 'HTTP2-Settings')]).to.equal([]);
                }
            });
        }
    });

    it('11: identity headers on a WebSocket handshake → 403, or the same builder where it is allowed', async () => {

        const lines = ['Upgrade: websocket', 'Connection: Upgrade, close, X-Caller-Type, X-Caller-Id', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13', `X-Caller-Id: ${claim}`, `x_caller_id: ${claim}`, `x-warpgate-username: ${claim}`];
        const { status, reached } = await asCustomer(lines);
        expect([status, reached]).to.equal([403, []]);

        const echo = await startEcho();
        const open = await startTestGateway({ POSTERN_UPGRADE: 'websocket' }, echo);
        const opened = connect(Number(new URL(open.url).port), '127.0.0.1');
        opened.write(bytesOf({ target: '/rest/V1/customers/me', lines: [...lines, `Authorization: Bearer ${await open.logIn('customer')}`] }));
        expect(String((await once(opened, 'data') as [Buffer])[0])).to.startWith('HTTP/1.1 101 Switching Protocols');
        const [one] = echo.reached;
        expect([valuesOf(one!, 'X-Caller-Type'), valuesOf(one!, 'X-Caller-Id')]).to.equal([['customer'], ['7']]);
        expect(one!.rawHeaders.filter((text) => text.includes(claim))).to.equal([]);
        opened.destroy();
        await open.stop();
    });

    it('12: headers that switch checks off elsewhere → 401 as ever, and they go', async () => {

        const lines = [
            'x-middleware-subrequest: middleware:middleware:middleware:middleware:middleware', 'x-middleware-next: 1', 'X-Postern-Skip: 1', 'X-Postern-Mode: shadow', 'X-Internal: 1', 'X-Forwarded-Authenticated: true', 'X-Envoy-Internal: true', 'X-Debug: 1',
            'X-Caller-Type: admin', 'X-Original-Method: GET', 'X-Accel-Redirect: /', 'X-Requested-With: XMLHttpRequest'
        ];
        const { status, reached } = await attack(gate, { target: '/rest/V1/customers/8', lines });
        expect([status, reached]).to.equal([401, []]);
        const passed = await attack(gate, { lines });
        expect(Object.keys(passed.reached[0]!.headers).filter((name) => /middleware|postern|envoy|accel|original/.test(name))).to.equal([]);
    });

    it('13, 7: the client says that it came over HTTPS → a route that needs it stays shut', async () => {

        for (const line of ['X-Forwarded-Proto: https', 'X_Forwarded_Proto: https', 'Forwarded: proto=https', 'SSL_OFFLOADED: https', 'Front-End-Https: on', 'X-Forwarded-Port: 443', 'X-Forwarded-Ssl: on', 'X-Url-Scheme: https']) {
            const { status, reached } = await attack(gate, { target: '/rest/V1/vault', lines: [line] });
            expect([status, reached], line).to.equal([400, []]);
        }
    });

    it('13, 14: behind a trusted proxy only the word of the last proxy counts', async () => {

        const trusting = await startTestGateway({ POSTERN_TRUSTED_PROXIES: '127.0.0.1' });
        const secure = async (...lines: string[]) => (await attack(trusting, { target: '/rest/V1/vault', lines })).status;
        expect([await secure('X-Forwarded-Proto: https'), await secure('X-Forwarded-Proto: https, http'), await secure('X-Forwarded-Proto: https', 'X-Forwarded-Proto: http'), await secure('X_Forwarded_Proto: https')]).to.equal([200, 400, 400, 400]);

        const { reached: [one] } = await attack(trusting, { lines: ['X-Forwarded-For: 203.0.113.9', 'X-Forwarded-For: 198.51.100.7'] });
        expect(valuesOf(one!, 'X-Forwarded-For')).to.equal(['203.0.113.9, 198.51.100.7, 127.0.0.1']);
        await trusting.stop();
    });

    it('8, 14, 15: the client says where it comes from and whom it asked → overwritten', async () => {

        const lines = [
            `X-Forwarded-For: 127.0.0.1, ${claim}`, `Forwarded: for=127.0.0.1;host=${claim}`, `X-Forwarded-Host: ${claim}`, `X-Forwarded-Prefix: /${claim}`, `X-Forwarded-Server: ${claim}`, `X-Forwarded-Port: ${claim}`, `X-Real-Ip: ${claim}`,
            `True-Client-Ip: ${claim}`, `CF-Connecting-Ip: ${claim}`, `X-Client-Ip: ${claim}`, `X-Cluster-Client-Ip: ${claim}`, `Fastly-Client-Ip: ${claim}`, `Via: 1.1 ${claim}`, `X-Host: ${claim}`, `X-Original-Host: ${claim}`, `X-Forwarded-For: ${claim}`
        ];
        const result = await asCustomer(lines);
        expectIdentity(result, 'customer', 'all');
        expect(valuesOf(result.reached[0]!, 'X-Forwarded-Host')).to.equal(['shop.example']);
    });

    it('17, 18: headers that name another address → decided on the bytes that are forwarded, and stripped', async () => {

        const lines = ['X-Forwarded-Uri', 'X-Original-URL', 'X-Original-Uri', 'X-Rewrite-URL', 'X_Original_Url', 'X.Rewrite.Url', 'X-Accel-Redirect', 'X-Envoy-Original-Path', 'X-Forwarded-Path'].map((name) => `${name}: /rest/V1/${claim}`);
        const open = await attack(gate, { lines });
        expectIdentity(open, 'guest', 'open route');
        expect(open.reached[0]?.target).to.equal('/rest/V1/currency');
        const shut = await attack(gate, { target: '/rest/V1/customers/8', lines: lines.map((line) => line.replace(claim, 'currency')) });
        expect([shut.status, shut.reached]).to.equal([401, []]);
    });

    it('19: the client asks for another method → the one of the request line counts, and the header goes', async () => {

        const names = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', 'X_HTTP_Method_Override', 'x-http-method-OVERRIDE'];
        for (const name of names) {
            expect((await asCustomer([`${name}: PUT`], { method: 'POST', body: '{}' })).status, name).to.equal(404);
            const result = await asCustomer([`${name}: ${claim}`]);
            expectIdentity(result, 'customer', name);
            expect(result.reached[0]?.method).to.equal('GET');
        }

        const { reached: [one] } = await asCustomer([], { target: '/rest/V1/customers/me?_method=DELETE' });
        expect(one?.method).to.equal('GET');
    });

    it('20: two Authorization lines → 400, whatever they say and however they are written', async () => {

        for (const lines of [
            [bearer, bearer], [bearer, 'Authorization: Bearer nonsense'], ['Authorization: Bearer nonsense', bearer], [bearer, 'authorization: Basic eDp5'], [bearer, 'AUTHORIZATION:'], ['Authorization:', bearer], [bearer, 'X-Between: 1', bearer]
        ]) {
            const { status, reached } = await attack(gate, { target: '/rest/V1/customers/me', lines });
            expect([status, reached], lines.join(' | ').replaceAll(token, 'T')).to.equal([400, []]);
        }

        for (const value of [`Bearer nonsense, Bearer ${token}`, `Bearer ${token}, Basic eDp5`, `Basic eDp5, Bearer ${token}`]) {
            const { status, reached } = await attack(gate, { target: '/rest/V1/customers/me', lines: [`Authorization: ${value}`] });
            expect([status, reached], value.replaceAll(token, 'T')).to.equal([401, []]);
        }
    });

    it('20: two of any header that a decision rests on → 400', async () => {

        for (const lines of [['Host: a', 'Host: a'], ['Host: a', 'host: b'], ['Content-Type: application/json', 'content-type: application/json'], ['Content-Encoding: identity', 'Content-Encoding: gzip'], ['Content-Length: 2', 'Content-Length: 2']]) {
            const { status, reached } = await asCustomer(lines, { method: 'PUT', body: '{}' });
            expect([status, reached], lines.join(' | ')).to.equal([400, []]);
        }
    });
});
