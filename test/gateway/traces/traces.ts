import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { ProxyTracerProvider, SpanKind, SpanStatusCode } from '@opentelemetry/api';

import { createClientOf } from '../../../gateway/client-of.js';
import { openTraces } from '../../../gateway/traces/traces.js';
import type { TestGateway } from '../../support/gateway.js';
import { startTestGateway } from '../../support/gateway.js';
import type { TestSdk } from '../../support/sdk.js';
import { attributesOf, parentOf, startSdk } from '../../support/sdk.js';
import { sendRaw } from '../../support/send.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { after, afterEach, before, describe, it } = lab;

const asJson = { 'content-type': 'application/json' };
const soap12 = 'http://www.w3.org/2003/05/soap-envelope';

describe('openTraces()', () => {

    let sdk: TestSdk;
    let gate: TestGateway;
    let token: string;

    before(async () => {

        sdk = startSdk();
        gate = await startTestGateway({ POSTERN_FORCED_BODY: '1KiB' });
        token = await gate.logIn('customer');
        await until(() => sdk.spans().some(({ name }) => name === 'POST (login)'));
    });

    afterEach(() => {

        sdk.reset();
    });

    after(async () => {

        await gate.stop();
        await sdk.stop();
    });

    const call = async (...request: Parameters<TestGateway['fetch']>) => {

        gate.upstream.reached.length = 0;
        const answer = await gate.fetch(...request);
        await answer.arrayBuffer();
        return answer;
    };

    it('has each stage of a request in a span of its own, one after the other', async () => {

        await call('/rest/default/V1/customers/me/notes?note=private', { token, method: 'POST', body: '{}', headers: asJson });
        const spans = await sdk.traceOf('POST /V1/customers/me/notes');
        const [request, ...stages] = spans;
        expect(spans.map(({ name }) => name)).to.equal(['POST /V1/customers/me/notes', 'target', 'route', 'authenticate', 'authorize', 'inject', 'forward']);
        expect(stages.map(parentOf)).to.equal(Array<string | undefined>(6).fill(request?.spanContext().spanId));
        expect(spans.map(({ kind }) => kind)).to.equal([SpanKind.SERVER, ...Array<SpanKind>(5).fill(SpanKind.INTERNAL), SpanKind.CLIENT]);
        expect(spans.filter(({ status }) => status.code !== SpanStatusCode.UNSET)).to.equal([]);
        expect(request?.instrumentationScope.name).to.equal('postern');
    });

    it('names what is known by the semantic conventions, and the rest in its own words', async () => {

        await call('/rest/default/V1/customers/me/notes?note=private', { token, method: 'POST', body: '{}', headers: asJson });
        const spans = await sdk.traceOf('POST /V1/customers/me/notes');
        const findEntry = () => gate.entries.find(({ requestId }) => requestId === spans[0]?.attributes['postern.request.id']);
        await until(() => findEntry() !== undefined);
        const entry = findEntry();
        const { port } = new URL(gate.url);
        const caller = { 'postern.caller.type': 'customer', 'enduser.id': '7', 'session.id': entry?.sessionId, 'postern.credential': 'insufficient' };
        expect(attributesOf(spans, 'POST /V1/customers/me/notes')).to.equal({
            'http.request.method': 'POST', 'url.scheme': 'http', 'url.path': '/rest/default/V1/customers/me/notes', 'client.address': '127.0.0.1', 'server.address': '127.0.0.1', 'server.port': Number(port),
            'http.route': '/V1/customers/me/notes', 'http.response.status_code': 200, 'postern.request.id': entry?.requestId, 'postern.kind': 'route', ...caller, 'postern.decision': 'forwarded'
        });
        expect(attributesOf(spans, 'target')).to.equal({ 'postern.target': 'rest', 'postern.store': 'default' });
        expect(attributesOf(spans, 'route')).to.equal({ 'postern.kind': 'route', 'http.route': '/V1/customers/me/notes', 'postern.mode': 'sync' });
        expect(attributesOf(spans, 'authenticate')).to.equal(caller);
        expect(attributesOf(spans, 'authorize')).to.equal({ 'postern.resources': ['self'] });
        expect(attributesOf(spans, 'inject')).to.equal({});
        expect(attributesOf(spans, 'forward')).to.equal({
            'http.request.method': 'POST', 'url.full': `${gate.upstream.url}/rest/default/V1/customers/me/notes`, 'server.address': '127.0.0.1', 'server.port': Number(new URL(gate.upstream.url).port),
            'http.response.status_code': 200, 'postern.outcome': 'answered'
        });
    });

    it('goes on with the client\'s trace, and hands its own place in it to the upstream', async () => {

        const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
        await call('/rest/V1/currency', { headers: { traceparent, tracestate: 'vendor=1', 'x-case': 'kept' } });
        const [request, ...stages] = await sdk.traceOf('GET /V1/currency');
        const forward = stages.at(-1)?.spanContext();
        expect([request?.spanContext().traceId, request?.parentSpanContext?.spanId]).to.equal(traceparent.split('-').slice(1, 3));
        expect(forward?.traceId).to.equal('0af7651916cd43dd8448eb211c80319c');

        const [{ headers, rawHeaders } = { headers: {}, rawHeaders: [] }] = gate.upstream.reached;
        expect(headers).to.include({ traceparent: `00-${String(forward?.traceId)}-${String(forward?.spanId)}-01`, tracestate: 'vendor=1', 'x-case': 'kept' });
        expect(rawHeaders.filter((name) => /^trace/i.test(name))).to.have.length(2);
    });

    it('begins a trace where the client has none, or a garbled one', async () => {

        for (const headers of [{}, { traceparent: 'rubbish' }]) {
            await call('/rest/V1/currency', { headers });
            const [request, ...stages] = await sdk.traceOf('GET /V1/currency');
            const [reached] = gate.upstream.reached;
            expect(reached?.headers['traceparent']).to.equal(`00-${String(request?.spanContext().traceId)}-${String(stages.at(-1)?.spanContext().spanId)}-01`);
            sdk.reset();
        }
    });

    it('makes no spans of what the client does not sample, and passes that on', async () => {

        await call('/rest/V1/customers/me', { token, headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' } });
        const [reached] = gate.upstream.reached;
        expect(reached?.headers['traceparent']).to.match(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[\da-f]{16}-00$/);
        await call('/soap/default?wsdl_list', { headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' } });
        await call('/rest/V1/currency');
        const sampled = await sdk.traceOf('GET /V1/currency');
        expect(sdk.spans()).to.have.length(sampled.length);
    });

    it('ends with the reason of a refusal, which is no error', async () => {

        const cases = [
            ['GET /V1/customers/:customerId', () => call('/rest/V1/customers/8', { token }), 'authorize', 'not-authorized'],
            ['GET (unknown)', () => call('/rest/V1/nosuch'), 'route', 'unknown-route'],
            ['PATCH (refused)', () => call('/rest/V1/currency', { method: 'PATCH' }), 'route', 'method-unsupported']
        ] as const;
        for (const [name, run, last, reason] of cases) {
            await run();
            const spans = await sdk.traceOf(name);
            expect(attributesOf(spans, name)).to.include({ 'postern.decision': 'refused', 'postern.reason': reason });
            expect(attributesOf(spans, last)).to.include({ 'postern.reason': reason });
            expect(spans.some((span) => span.name === 'forward' || span.status.code !== SpanStatusCode.UNSET), name).to.be.false();
        }
    });

    it('has methods that nobody knows under one name', async () => {

        await sendRaw(gate.url, 'PROPFIND /rest/V1/currency HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n');
        expect(attributesOf(await sdk.traceOf('HTTP (refused)'), 'HTTP (refused)')).to.include({
            'http.request.method': '_OTHER', 'http.request.method_original': 'PROPFIND', 'server.address': '::1', 'server.port': 80
        });
    });

    it('has parameters that are forced within the inject stage', async () => {

        await call('/rest/V1/customers/me', { token });
        const spans = await sdk.traceOf('GET /V1/customers/me');
        expect(attributesOf(spans, 'inject')).to.equal({ 'postern.forced': ['customerId'] });

        await call('/rest/V1/customers/me', { token, method: 'PUT', headers: asJson, body: JSON.stringify({ customer: { note: 'x'.repeat(2_000) } }) });
        const tooLarge = await sdk.traceOf('PUT /V1/customers/me');
        expect(attributesOf(tooLarge, 'inject')).to.equal({ 'postern.forced': ['customer.id', 'customer.group_id'], 'postern.reason': 'body-too-large' });
        expect(tooLarge.map(({ name }) => name)).to.not.include(['forward']);
    });

    it('shows how logins end, at each door', async () => {

        await call('/rest/V1/integration/admin/token', { method: 'POST', headers: asJson, body: JSON.stringify({ username: 'x', password: 'wrong' }) });
        expect(attributesOf(await sdk.traceOf('POST (login)'), 'login')).to.equal({ 'postern.caller.type': 'admin', 'postern.reason': 'login-failed' });

        const query = 'mutation { generateCustomerToken(email: "x", password: "right") { token } }';
        await call('/graphql', { method: 'POST', headers: asJson, body: JSON.stringify({ query }) });
        expect(attributesOf(await sdk.traceOf('POST (graphql)'), 'login')).to.equal({ 'postern.caller.type': 'customer' });

        await call('/graphql', { method: 'POST', headers: asJson, body: JSON.stringify({ query: query.replace('right', 'busy') }) });
        expect(attributesOf(await sdk.traceOf('POST (graphql)'), 'login')).to.equal({ 'postern.caller.type': 'customer', 'postern.reason': 'login-busy' });
    });

    it('has a mistake of ours as an error, and nothing of what it says', async () => {

        await call('/rest/V1/integration/admin/token', { method: 'POST', headers: asJson, body: JSON.stringify({ username: 'x', password: 'bug' }) });
        const spans = await sdk.traceOf('POST (login)');
        expect(attributesOf(spans, 'login')).to.equal({ 'error.type': 'TypeError' });
        expect(attributesOf(spans, 'POST (login)')).to.include({ 'error.type': 'internal-error', 'postern.reason': 'internal-error', 'http.response.status_code': 500 });
        expect(spans.filter(({ status }) => status.code === SpanStatusCode.ERROR).map(({ name }) => name)).to.equal(['POST (login)', 'login']);
        expect(JSON.stringify(spans.map(({ events, status }) => [events, status.message]))).to.not.contain('a mistake of ours');
    });

    it('shows what a SOAP call is, and how it was decided on', async () => {

        const soap = (operation: string) => {

            const namespace = `${gate.url}/soap/default?services=shopTestCustomersV1`;
            const body = `<e:Envelope xmlns:e="${soap12}" xmlns:n="${namespace}"><e:Body><n:${operation}Request><customerId>8</customerId></n:${operation}Request></e:Body></e:Envelope>`;
            return call('/soap/default?services=shopTestCustomersV1', { method: 'POST', headers: { 'content-type': 'application/soap+xml' }, token, body });
        };

        await soap('shopTestCustomersV1GetById');
        const refused = await sdk.traceOf('POST (soap)');
        expect(attributesOf(refused, 'authorize')).to.equal({ 'postern.operation': 'shopTestCustomersV1GetById', 'postern.reason': 'unknown-route' });
        expect(attributesOf(refused, 'POST (soap)')).to.include({ 'postern.kind': 'soap', 'postern.reason': 'unknown-route' });

        await soap('shopTestCustomersV1Get');
        const allowed = await sdk.traceOf('POST shopTestCustomersV1Get');
        expect(attributesOf(allowed, 'authorize')).to.equal({ 'postern.operation': 'shopTestCustomersV1Get' });
        expect(attributesOf(allowed, 'POST shopTestCustomersV1Get')).to.include({ 'postern.kind': 'soap', 'postern.operation': 'shopTestCustomersV1Get' });

        await call('/soap/default?wsdl&services=shopTestCustomersV1', {});
        expect(attributesOf(await sdk.traceOf('GET (soap)'), 'authorize')).to.equal({ 'postern.reason': 'not-authorized' });
        sdk.reset();
        await call('/soap/default?wsdl_list', {});
        expect(attributesOf(await sdk.traceOf('GET (soap)'), 'authorize')).to.equal({});
    });

    it('shows why a SOAP body is none', async () => {

        await call('/soap/default?services=shopTestCustomersV1', { method: 'POST', body: 'x' });
        expect(attributesOf(await sdk.traceOf('POST (soap)'), 'authorize')).to.equal({ 'postern.reason': 'internal-error' });
    });

    it('has a log-out authorized', async () => {

        await call('/rest/V1/integration/customer/revoke-customer-token', { method: 'POST' });
        expect(attributesOf(await sdk.traceOf('POST (logout)'), 'authorize')).to.equal({ 'postern.resources': ['self'], 'postern.reason': 'not-authorized' });
    });

    it('has an upstream that refuses, or fails, as an error of the stage that asked it', async () => {

        await gate.upstream.stop();
        await call('/rest/V1/currency');
        const spans = await sdk.traceOf('GET /V1/currency');
        expect(attributesOf(spans, 'forward')).to.include({ 'error.type': 'refused', 'postern.outcome': 'failed', 'server.address': '127.0.0.1' });
        expect(attributesOf(spans, 'GET /V1/currency')).to.include({ 'error.type': 'upstream-failed', 'postern.failure': 'refused', 'http.response.status_code': 502, 'postern.decision': 'forwarded' });
        expect(attributesOf(spans, 'inject')).to.equal({});
        expect(spans.filter(({ status }) => status.code === SpanStatusCode.ERROR).map(({ name }) => name)).to.equal(['GET /V1/currency', 'forward']);
    });
});

describe('openTraces()', () => {

    it('leaves each stage as it is where there is no SDK', async () => {

        const { gate, stand, authorize, decideRoute, decideSoap, login, answerTokenRequest, force, forward, upstream, close } = openTraces(new ProxyTracerProvider(), createClientOf(() => false));
        const stage: never = Symbol('stage') as never;
        for (const leave of [gate, stand, authorize, decideRoute, decideSoap, login, answerTokenRequest, force, forward, upstream]) {
            expect(leave(stage)).to.shallow.equal(stage);
        }

        await close();
    });

    it('passes on what the client sent where there is no SDK', async () => {

        const gate = await startTestGateway();
        const sent = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'vendor=1' };
        await gate.fetch('/rest/V1/currency', { headers: sent });
        await until(() => gate.entries.length > 0);
        const [reached] = gate.upstream.reached;
        const [entry] = gate.entries;
        await gate.stop();
        expect(reached?.headers).to.include(sent);
        expect(entry).to.not.include(['traceId']);
    });

    it('has the requests alone where the SDK keeps no contexts', async () => {

        const sdk = startSdk({ keepsContexts: false });
        const gate = await startTestGateway();
        const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
        const token = await gate.logIn('customer');
        expect((await gate.fetch('/rest/V1/customers/me', { token, headers: { traceparent } })).status).to.equal(200);
        await sdk.traceOf('GET /V1/customers/me');
        const [reached] = gate.upstream.reached;
        const names = sdk.spans().map(({ name }) => name);
        await gate.stop();
        await sdk.stop();
        expect(names).to.equal(['POST (login)', 'GET /V1/customers/me']);
        expect(reached?.headers).to.include({ traceparent });
    });

    it('tells no secret, whatever happens', async () => {

        const sdk = startSdk();
        const gate = await startTestGateway();
        const token = await gate.logIn('customer', 'somebody@example.com');
        await gate.fetch('/rest/V1/customers/me?token=in-the-query', { token, headers: { cookie: 'PHPSESSID=crumbs' } });
        await gate.fetch(`/rest/V1/files/${token}`, { token, method: 'POST', body: 'in-the-body' });
        await until(() => sdk.spans().filter(({ name }) => name.startsWith('GET /') || name.startsWith('POST ')).length === 3);
        const told = JSON.stringify(sdk.spans().map(({ name, attributes, events, links, status }) => [name, attributes, events, links, status]));
        await gate.stop();
        await sdk.stop();

        expect(told).to.contain('/rest/V1/customers/me');
        for (const secret of [token.slice(-32), 'right', 'somebody', 'in-the-query', 'crumbs', 'in-the-body']) {
            expect(told).to.not.contain(secret);
        }
    });
});
