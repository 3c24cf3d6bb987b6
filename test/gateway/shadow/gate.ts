import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createClientOf } from '../../../gateway/client-of.js';
import { createShadowGate } from '../../../gateway/shadow/gate.js';
import { createUpstream, openOrigins } from '../../../gateway/forward/upstream.js';
import { hostGate } from '../../support/host.js';
import { clerk, roni } from '../../support/magento-gateway.js';
import { startMagento } from '../../support/magento.js';
import { sendRaw } from '../../support/send.js';
import { issueToken, startShadowGateway } from '../../support/shadow.js';
import { until } from '../../support/until.js';
import { startUpstream } from '../../support/upstream.js';


export const lab = Lab.script();
const { describe, it } = lab;

/** An upstream that shows the bytes that reach it, and answers what it is told. */
async function startEcho(answer: (req: IncomingMessage, res: ServerResponse) => void): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {

    const server = createServer({ maxHeaderSize: 128 * 1024 }, (req, res) => {

        answer(req, res);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        async stop() {

            server.close();
            server.closeAllConnections();
            await once(server, 'close');
        }
    };
}

describe('createShadowGate()', () => {

    it('sends a call on as it came: method, target, headers, credentials, Host and body', async () => {

        const upstream = await startUpstream();
        const gate = await startShadowGateway(upstream.url);
        await sendRaw(gate.url, 'PATCH //index.php/rest/V1/%2e%2e;x?a=%41&b HTTP/1.1\r\nHost: shop.example\r\nauthorization: Bearer theirs\r\nX-Caller-Type: admin\r\nx_caller_id: 1\r\nCookie: PHPSESSID=a\r\n'
            + 'X-Two: 1\r\nX-Request-Id: theirs\r\nx-two: 2\r\nContent-Type: a/b\r\nContent-Type: c/d\r\nX-Forwarded-Proto: https\r\nContent-Length: 5\r\nConnection: close\r\n\r\n\0\x01{"x');
        await gate.stop();
        await upstream.stop();

        const [reached] = upstream.reached;
        expect([reached?.method, reached?.target, reached?.body]).to.equal(['PATCH', '//index.php/rest/V1/%2e%2e;x?a=%41&b', '\0\x01{"x']);
        expect(reached?.rawHeaders.filter((_, i, all) => all[i - (i % 2)]?.toLowerCase() !== 'connection')).to.equal([
            'host', 'shop.example', 'authorization', 'Bearer theirs', 'Cookie', 'PHPSESSID=a', 'X-Two', '1', 'X-Request-Id', 'theirs', 'x-two', '2', 'Content-Type', 'a/b', 'Content-Type', 'c/d',
            'X-Forwarded-Proto', 'https', 'X-Forwarded-For', '127.0.0.1', 'X-Forwarded-Host', 'shop.example', 'content-length', '5'
        ]);
    });

    it('sends an answer back as it came, compressed or not, and reads it along', async () => {

        const text = '{"message":"The consumer isn\'t authorized to access %resources.","parameters":{"resources":"self"}}';
        const [zipped, brotli] = [gzipSync(text), brotliCompressSync(text)];
        const upstream = await startEcho(({ url }, res) => {

            const [coding, body] = url?.includes('br') === true ? ['br', brotli] as const : ['gzip', zipped] as const;
            res.writeHead(401, 'No Way', ['Content-Type', 'application/json', 'Content-Encoding', coding, 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Magento-Tags', 'x', 'Content-Length', String(body.length)]).end(body);
        });
        const gate = await startShadowGateway(upstream.url);
        for (const path of ['/rest/V1/customers/me', '/rest/V1/customers/me?br']) {
            const raw = await new Promise<Buffer>((resolve) => {

                const chunks: Buffer[] = [];
                const { hostname, port } = new URL(gate.url);
                const socket = connect(Number(port), hostname, () => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`));
                socket.on('data', (chunk) => chunks.push(chunk)).once('close', () => {

                    resolve(Buffer.concat(chunks));
                });
            });
            const end = raw.indexOf('\r\n\r\n');
            expect(raw.subarray(0, end).toString()).to.startWith(`HTTP/1.1 401 No Way\r\nContent-Type: application/json\r\nContent-Encoding: ${path.includes('br') ? 'br' : 'gzip'}\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Magento-Tags: x\r\n`);
            expect(raw.subarray(0, end).toString()).to.not.match(/x-request-id|cache-control|vary|www-authenticate|x-postern/i);
            expect(raw.subarray(end + 4)).to.equal(path.includes('br') ? brotli : zipped);
        }

        expect(gunzipSync(zipped).toString()).to.equal(text);
        expect((await gate.comparisons(2)).map((shadow) => shadow?.result)).to.equal(['agreed', 'agreed']);
        await gate.stop();
        await upstream.stop();
    });

    it('refuses nothing, whatever the gate would have said', async () => {

        const upstream = await startEcho((req, res) => {

            req.resume();
            res.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
        });
        const gate = await startShadowGateway(upstream.url, { POSTERN_HOSTS: 'shop.example', POSTERN_BAD_TOKEN: 'refuse', POSTERN_CALLER_RATE: '1/1h', POSTERN_SOURCE_RATE: '1/1h' });
        const json = 'Content-Type: application/json\r\n';
        const soap = '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><nosuch/></e:Body></e:Envelope>';
        const requests: readonly (readonly [line: string, head: string, body: string, ours: string])[] = [
            ['GET /rest/V1/customers/me', '', '', 'not-authorized'],
            ['GET /rest/V1/customers/me', 'Authorization: Bearer unknown\r\n', '', 'bad-token'],
            ['GET /rest/V1/customers/me', 'Authorization: Bearer a\r\nAuthorization: Bearer b\r\n', '', 'bad-request'],
            ['GET /rest/V1/orders', 'Authorization: OAuth oauth_token="x"\r\n', '', 'signature-refused'],
            ['GET /rest/V1/nosuch', '', '', 'unknown-route'],
            ['GET /checkout/cart', '', '', 'not-found'],
            ['GET /.well-known/jwks.json', '', '', 'not-found'],
            ['OPTIONS /rest/V1/orders', 'Origin: https://a.example\r\nAccess-Control-Request-Method: GET\r\n', '', 'method-unsupported'],
            ['GET /rest/async/V1/orders', '', '', 'unprocessable'],
            ['POST /rest/async/V1/integration/customer/token', json, '{}', 'not-queued'],
            ['POST /rest/V1/integration/customer/token?username=a&password=b', json, '{}', 'credentials-in-query'],
            ['GET /rest/V1/products/..%2f', '', '', 'not-authorized'],
            ['GET http://shop.example/rest/V1/orders', '', '', 'bad-target'],
            ['GET /rest/V1/directory/currency', `X-Long: ${'x'.repeat(20_000)}\r\n`, '', 'bad-request'],
            ['GET /rest/V1/directory/currency', 'X-Many: 1\r\n'.repeat(200), '', 'bad-request'],
            ['POST /soap?services=nosuchV1', '', soap, 'internal-error'],
            ['POST /soap?services=', '', soap, 'bad-request'],
            ['POST /graphql', json, JSON.stringify({ query: 'mutation { revokeCustomerToken { result } generateCustomerToken(email: "a", password: "b") { token } }' }), 'bad-request']
        ];

        for (const [line, head, body] of requests) {
            const { status } = await sendRaw(gate.url, `${line} HTTP/1.1\r\nHost: shop.example\r\n${head}${body === '' ? '' : `Content-Length: ${body.length}\r\n`}Connection: close\r\n\r\n${body}`);
            expect(status, line).to.equal(200);
        }

        expect((await sendRaw(gate.url, 'GET /rest/V1/directory/currency HTTP/1.1\r\nHost: elsewhere\r\nConnection: close\r\n\r\n')).status).to.equal(200);
        expect((await sendRaw(gate.url, 'GET /rest/V1/directory/currency HTTP/1.0\r\n\r\n')).status).to.equal(200);

        const compared = (await gate.comparisons(requests.length + 2)).map((shadow) => `${shadow?.result ?? ''} ${shadow !== undefined && 'ours' in shadow ? shadow.ours : ''}`);
        expect(compared).to.equal([...requests.map(([, , , ours]) => `too-strict ${ours}`), 'too-strict bad-request', 'too-strict bad-request']);
        await gate.stop();
        await upstream.stop();
    });

    it('answers what cannot be sent on by itself, and nothing that follows on the connection', async () => {

        const upstream = await startUpstream();
        const gate = await startShadowGateway(upstream.url);
        const twice = await sendRaw(gate.url, 'GET /rest/V1/orders HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n');
        expect([twice.status, twice.headers['connection'], twice.body]).to.equal([400, 'close', '{"message":"The Host header must name one host."}']);
        expect(twice.headers['x-request-id']).to.be.a.string();

        const coded = 'POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n';
        const { hostname, port } = new URL(gate.url);
        const text = await new Promise<string>((resolve) => {

            let all = '';
            const socket = connect(Number(port), hostname, () => socket.write(`${coded}GET /b HTTP/1.1\r\nHost: a\r\n\r\n`));
            socket.on('data', (chunk) => {

                all += chunk.toString();
            }).once('close', () => {

                resolve(all);
            });
        });
        expect(text).to.startWith('HTTP/1.1 400 ');
        expect(upstream.reached).to.equal([]);
        expect(gate.entries.every(({ shadow }) => shadow === undefined)).to.be.true();
        await gate.stop();
        await upstream.stop();
    });

    it('lets the upstream sign callers in, and knows whose its tokens are', async () => {

        for (const tokens of ['jwt', 'opaque', 'jwe'] as const) {
            const magento = await startMagento({ tokens });
            const gate = await startShadowGateway(magento.url);
            const logIn = async ([username, password]: readonly [string, string]) => {

                const answer = await gate.fetch(`/rest/V1/integration/${username.includes('@') ? 'customer' : 'admin'}/token`, {
                    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ username, password })
                });
                return await answer.json() as string;
            };

            const [customer, admin] = [await logIn(roni), await logIn(clerk)];
            expect(magento.issued).to.equal([customer, admin]);
            await gate.comparisons(2);
            const results = [
                await gate.compare('/rest/V1/customers/me', { token: customer }),
                await gate.compare('/rest/V1/customers/7', { token: admin }),
                await gate.compare('/rest/V1/customers/me', { token: customer }),
                await gate.compare('/rest/V1/integration/customer/revoke-customer-token', { method: 'POST', token: customer }),
                await gate.compare('/rest/V1/customers/me', { token: customer })
            ];
            expect(results.map((shadow) => shadow?.result), tokens).to.equal(['agreed', 'left', 'agreed', 'agreed', 'agreed']);
            expect(gate.entries.map(({ status }) => status)).to.equal([200, 200, 200, 200, 200, 200, 401]);
            expect(gate.entries.slice(2, 5).map(({ caller: { type }, credential, sessionId }) => [type, credential, sessionId !== undefined])).to.equal([['customer', 'insufficient', true], ['admin', 'insufficient', true], ['customer', 'insufficient', true]]);
            expect(magento.reached.every(({ headers }) => headers['x-caller-type'] === undefined)).to.be.true();
            await gate.stop();
            await magento.stop();
        }
    });

    it('answers a call before it knows who called', async () => {

        const held: ServerResponse[] = [];
        const upstream = await startUpstream(({ target }, response) => {

            if (target === '/rest/V1/customers/me') {
                held.push(response);
            }
            else {
                response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"served":true}');
            }
        });
        const gate = await startShadowGateway(upstream.url);
        const answers = await Promise.all(['a', 'b', 'c'].map(async (letter) => (await gate.fetch(`/rest/V1/carts/mine?${letter}`, { token: letter.repeat(32) })).json()));
        expect(answers).to.equal(Array(3).fill({ served: true }));
        await until(() => held.length === 3);
        expect(gate.entries).to.equal([]);

        held.splice(0).forEach((response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"id":7}'));
        expect((await gate.comparisons(3)).map((shadow) => shadow?.result)).to.equal(['agreed', 'agreed', 'agreed']);
        await gate.stop();
        await upstream.stop();
    });

    it('streams both ways while a body is read along', async () => {

        const upstream = await startEcho((req, res) => {

            res.writeHead(200, { 'Content-Type': 'text/plain' });
            req.on('data', (chunk: Buffer) => res.write(`<${chunk.toString()}>`)).once('end', () => res.end());
        });
        const gate = await startShadowGateway(upstream.url, { POSTERN_FORCED_BODY: '16' });
        const { hostname, port } = new URL(gate.url);
        let all = '';
        const socket = connect(Number(port), hostname, () => socket.write('POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\none\r\n'));
        socket.on('data', (chunk) => {

            all += chunk.toString();
        });
        await until(() => all.includes('<one>'));
        socket.write('14\r\ntwo, which is longer\r\n0\r\n\r\n');
        await until(() => all.includes('<two, which is lon') && socket.readableEnded);
        expect((await gate.comparisons(1))[0]).to.include({ route: 'GraphQL', result: 'too-strict', ours: 'body-too-large' });
        await gate.stop();
        await upstream.stop();
    });

    it('tells a client that waits to go on at once', async () => {

        const upstream = await startUpstream();
        const gate = await startShadowGateway(upstream.url);
        const { status } = await sendRaw(gate.url, 'POST /graphql HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}');
        expect(status).to.equal(100);
        await until(() => upstream.reached.length === 1);
        expect(upstream.reached[0]?.body).to.equal('{}');
        await gate.stop();
        await upstream.stop();
    });

    it('answers 502 and 504 where the upstream fails, and judges nothing then', async () => {

        const gone = await startShadowGateway('http://127.0.0.1:1');
        expect((await gone.fetch('/rest/V1/orders')).status).to.equal(502);
        expect((await gone.comparisons(1))[0]).to.equal({ result: 'unjudged', why: 'answer' });
        await gone.stop();

        const silent = await startUpstream(() => undefined);
        const slow = await startShadowGateway(silent.url, { POSTERN_HEADERS_TIMEOUT: '50ms' });
        expect((await slow.fetch('/rest/V1/orders')).status).to.equal(504);
        await slow.stop();
        await silent.stop();
    });

    it('judges nothing of a client that left', async () => {

        const upstream = await startUpstream(() => undefined);
        const gate = await startShadowGateway(upstream.url);
        const { hostname, port } = new URL(gate.url);
        const socket = connect(Number(port), hostname, () => socket.write('GET /rest/V1/orders HTTP/1.1\r\nHost: x\r\n\r\n'));
        await until(() => upstream.reached.length === 1);
        socket.destroy();
        expect((await gate.comparisons(1))[0]).to.equal({ result: 'unjudged', why: 'client' });
        await gate.stop();
        await upstream.stop();
    });

    it('lets calls go their way where a mistake of ours keeps it from reading them', async () => {

        const behind = await startUpstream();
        const { origins, close } = openOrigins({ urls: [behind.url], connectTimeoutMs: 1_000, headersTimeoutMs: 1_000, idleTimeoutMs: 1_000, connections: 1 });
        const upstream = createUpstream(origins);
        const fail = () => {

            throw new TypeError('a mistake of ours');
        };

        const gate = createShadowGate({
            addresses: fail,
            upstream, clientOf: createClientOf(() => false), maxBodyBytes: 1, maxCredentialBytes: 1, onComparing: () => undefined,
            compareCall: () => Promise.resolve({ comparison: { result: 'unjudged', why: 'mistake' } })
        });
        const { url, stop } = await hostGate({ gate });
        const answer = await fetch(`${url}/rest/V1/orders`, { method: 'POST', body: 'x' });
        expect(await answer.text()).to.equal('{"upstream":true}');
        await stop();
        await close();
        await behind.stop();
    });

    it('knows SOAP operations by their body', async () => {

        const upstream = await startUpstream((_reached, response) => {

            response.writeHead(500, { 'Content-Type': 'application/soap+xml' }).end('<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"><env:Body><env:Fault><env:Reason><env:Text>Procedure not present</env:Text></env:Reason></env:Fault></env:Body></env:Envelope>');
        });
        const gate = await startShadowGateway(upstream.url, { POSTERN_POLICY: 'test/support/policy' });
        const service = 'shopTestCurrencyV1';
        const body = `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:n="${gate.url}/soap/default?services=${service}"><e:Body><n:${service}GetRequest/></e:Body></e:Envelope>`;
        const shadow = await gate.compare(`/soap/default?services=${service}`, { method: 'POST', body });
        expect(shadow).to.include({ route: `SOAP ${service}Get`, result: 'too-lax', ours: 'served', theirs: 'unknown-route', rule: 'Shop/Test/etc/webapi.xml:28' });
        expect(upstream.reached[0]?.body).to.equal(body);
        await gate.stop();
        await upstream.stop();
    });

    it('asks again whether a token is good before it calls a rule too lax', async () => {

        const magento = await startMagento();
        const gate = await startShadowGateway(magento.url);
        const token = await issueToken(magento, ...roni);
        expect((await gate.compare('/rest/V1/customers/me', { token }))?.result).to.equal('agreed');
        magento.revoke('customer', 5);
        expect((await gate.compare('/rest/V1/customers/me', { token }))?.result).to.equal('agreed');
        expect(gate.entries.at(-1)?.status).to.equal(401);
        await gate.stop();
        await magento.stop();
    });
});
