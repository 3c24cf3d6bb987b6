import { connect } from 'node:net';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { TestGateway } from '../../support/gateway.js';
import type { TestUpstream } from '../../support/upstream.js';
import { startTestGateway } from '../../support/gateway.js';
import { sendRaw } from '../../support/send.js';
import { until } from '../../support/until.js';
import { startUpstream } from '../../support/upstream.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

describe('readEntry()', () => {

    let gate: TestGateway;
    let upstream: TestUpstream;

    before(async () => {

        upstream = await startUpstream(({ target }, response) => {

            if (!target.includes('slow')) {
                response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}');
            }
        });
        gate = await startTestGateway({}, upstream);
    });

    after(() => gate.stop());

    const entryAfter = async (send: () => Promise<unknown>) => {

        const before = gate.entries.length;
        await send();
        await until(() => gate.entries.length > before);
        return gate.entries[before]!;
    };

    it('tells who called what, and what became of it', async () => {

        const token = await gate.logIn('customer');
        const entry = await entryAfter(() => gate.fetch('/rest/default/V1/customers/me?token=x', { token }));
        expect(entry).to.include({
            source: '127.0.0.1', method: 'GET', path: '/rest/default/V1/customers/me', kind: 'route', route: 'GET /V1/customers/me', mode: 'sync', store: 'default', resources: ['self'],
            caller: { type: 'customer', id: '7' }, credential: 'insufficient', fate: 'forwarded', status: 200, bytes: 7
        });
        expect(entry.sessionId).to.match(/^[a-z0-9]{8}$/);
        expect(Number(entry.upstreamMs)).to.be.above(0);
        expect(Number(entry.upstreamMs)).to.be.below(entry.totalMs);
        expect(upstream.reached.at(-1)?.headers['x-request-id']).to.equal(entry.requestId);
        expect(entry).to.not.include(['reason', 'failure']);
    });

    it('tells why a call was refused, whatever the door', async () => {

        const route = await entryAfter(() => gate.fetch('/rest/V1/customers/me', { token: 'nonsense' }));
        expect(route).to.include({ kind: 'route', fate: 'refused', reason: 'not-authorized', status: 401, credential: 'bad', caller: { type: 'guest', id: '0' } });
        expect(route).to.not.include(['sessionId', 'store', 'upstreamMs']);

        const target = await entryAfter(() => sendRaw(gate.url, 'GET http://x/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'));
        expect(target).to.include({ kind: 'refused', fate: 'refused', reason: 'bad-target', status: 400, resources: [] });
        expect(target).to.not.include(['route', 'mode']);

        const login = await entryAfter(() => gate.fetch('/rest/V1/integration/customer/token', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }));
        expect(login).to.include({ kind: 'login', fate: 'refused', reason: 'field-missing', status: 400 });

        const soap = await entryAfter(() => gate.fetch('/soap/default?services=shopTestCustomersV1', { method: 'POST', body: 'no' }));
        expect(soap).to.include({ kind: 'soap', fate: 'refused', reason: 'internal-error', store: 'default' });

        const document = JSON.stringify({ query: 'mutation { revokeCustomerToken { result } }' });
        const graphql = await entryAfter(() => gate.fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: document }));
        expect(graphql).to.include({ kind: 'graphql', fate: 'refused', reason: 'not-authorized', status: 200 });
    });

    it('tells where an admin\'s role comes from', async () => {

        const [admin, customer] = [await gate.logIn('admin'), await gate.logIn('customer')];
        expect((await entryAfter(() => gate.fetch('/rest/V1/customers/7', { token: admin }))).roleFrom).to.equal('gate');
        expect((await entryAfter(() => gate.fetch('/rest/V1/customers/7', { token: customer }))).roleFrom).to.be.undefined();
    });

    it('names the SOAP operation', async () => {

        const operation = 'integrationCustomerTokenServiceV1CreateCustomerAccessToken';
        const body = `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><n:${operation}Request xmlns:n="${gate.url}/soap/default?services=integrationCustomerTokenServiceV1"><username>x</username><password>right</password></n:${operation}Request></e:Body></e:Envelope>`;
        const entry = await entryAfter(() => gate.fetch('/soap?services=integrationCustomerTokenServiceV1', { method: 'POST', body }));
        expect(entry).to.include({ kind: 'soap', route: operation, fate: 'answered', status: 200 });
        expect(entry.bytes).to.be.above(100);
    });

    it('lists the resources of all demands once', async () => {

        const token = await gate.logIn('customer');
        const entry = await entryAfter(() => gate.fetch('/rest/async/V1/customers/me', { method: 'PUT', token, headers: { 'content-type': 'application/json' }, body: '{}' }));
        expect(entry).to.include({ mode: 'async', resources: ['self', 'Magento_Customer::manage'], reason: 'not-authorized' });
    });

    it('shows no token that somebody put into a path', async () => {

        const token = await gate.logIn('customer');
        expect((await entryAfter(() => gate.fetch(`/rest/V1/${token}`))).path).to.equal('/rest/V1/ptn_…');
    });

    it('shows no more of a path than there is room for', async () => {

        const { path } = await entryAfter(() => gate.fetch(`/${'x'.repeat(2_000)}`));
        expect(path).to.equal(`/${'x'.repeat(999)}…`);
    });

    it('tells of a client that left, and of an upstream that did', async () => {

        const { hostname, port } = new URL(gate.url);
        const left = await entryAfter(async () => {

            const socket = connect(Number(port), hostname);
            socket.write('POST /rest/V1/files/slow HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab');
            await until(() => upstream.reached.some(({ target }) => target.includes('slow')));
            socket.destroy();
        });
        expect(left).to.include({ fate: 'forwarded', status: 499, bytes: 0 });
        expect(left).to.not.include(['reason', 'failure', 'upstreamMs']);

        await upstream.stop();
        const failed = await entryAfter(() => gate.fetch('/rest/V1/currency'));
        expect(failed).to.include({ fate: 'forwarded', reason: 'upstream-failed', failure: 'refused', status: 502 });
    });
});
