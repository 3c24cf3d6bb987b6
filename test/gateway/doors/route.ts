import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { TestGateway } from '../../support/gateway.js';
import { startTestGateway } from '../../support/gateway.js';
import { sendRaw } from '../../support/send.js';


export const lab = Lab.script();
const { after, before, beforeEach, describe, it } = lab;

describe('routeDoor()', () => {

    let gate: TestGateway;
    let token: string;

    before(async () => {

        gate = await startTestGateway({ POSTERN_FORCED_BODY: '4KiB', POSTERN_TRUSTED_PROXIES: '127.0.0.1' });
        await gate.sessions.setRole('1', ['Magento_Backend::all']);
        token = await gate.logIn('customer');
    });

    beforeEach(() => {

        gate.upstream.reached.length = 0;
    });

    after(() => gate.stop());

    const put = (body: string, type = 'application/json', path = '/rest/V1/customers/me', by: string | undefined = token) => gate.fetch(path, { method: 'PUT', token: by, headers: { 'content-type': type }, body });

    it('puts the caller\'s own id in place of another, in JSON and XML', async () => {

        await put('{"customer":{"ID":2,"email":"a","x":1.0}}');
        await put('<r><customer><id>2</id></customer></r>', 'text/xml');
        expect(gate.upstream.reached.map(({ body }) => body)).to.equal(['{"customer":{"id":7,"email":"a","x":1.0}}', '<r><customer><id>7</id></customer></r>']);
        expect(gate.upstream.reached[0]?.headers['content-length']).to.equal('41');
    });

    it('leaves bodies alone that name nobody else, and bodies that Magento does not read', async () => {

        for (const body of ['{"customer":{"email":"a"}}', '0']) {
            await put(body);
        }

        expect(gate.upstream.reached.map(({ body }) => body)).to.equal(['{"customer":{"email":"a"}}', '0']);
    });

    it('keeps the body of a GET to itself, which Magento does not read, where a parameter is forced', async () => {

        const get = (target: string) => sendRaw(gate.url, `GET ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 16\r\nConnection: close\r\n\r\n{"customerId":8}`);
        await get('/rest/V1/customers/me?customerId=8');
        await get('/rest/V1/currency');
        expect(gate.upstream.reached.map(({ target, body }) => [target, body])).to.equal([['/rest/V1/customers/me?customerId=7', ''], ['/rest/V1/currency', '{"customerId":8}']]);
    });

    it('leaves a body alone that turns out to be empty', async () => {

        const answer = await sendRaw(gate.url, `PUT /rest/V1/customers/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n`);
        expect(answer.status).to.equal(200);
        expect(gate.upstream.reached[0]?.body).to.equal('');
    });

    it('forces the query, too', async () => {

        await gate.fetch('/rest/V1/customers/me?customer_id=2&a=%41', { token });
        expect(gate.upstream.reached[0]?.target).to.equal('/rest/V1/customers/me?customerId=7&a=%41');
    });

    it('refuses bodies in which it cannot force, and longer ones than it holds', async () => {

        const texts = [(await put('{')), (await put('{}', 'text/plain')), (await put(`{"a":"${'x'.repeat(5000)}"}`))];
        expect(texts.map(({ status }) => status)).to.equal([400, 400, 413]);
        expect(gate.upstream.reached).to.equal([]);
    });

    it('refuses a customer\'s own data in bulk, and queued changes of its group', async () => {

        const bulk = await gate.fetch('/rest/async/bulk/V1/customers/me/notes', { method: 'POST', token, body: '[{"customerId":2}]' });
        expect(bulk.status).to.equal(400);
        expect(await bulk.text()).to.contain('never changed in bulk');
        expect(await (await put('{"customer":{}}', 'application/json', '/rest/async/V1/customers/me')).text()).to.contain('Magento_Customer::manage');
        expect(gate.upstream.reached).to.equal([]);
    });

    it('forwards an admin\'s bulk call as it came', async () => {

        await put('[{"customer":{"id":2}}]', 'application/json', '/rest/async/bulk/V1/customers/me', await gate.logIn('admin', 'boss'));
        expect(gate.upstream.reached[0]?.body).to.equal('[{"customer":{"id":2}}]');
    });

    it('serves secure routes over HTTPS only, as a trusted proxy tells', async () => {

        const plain = await gate.fetch('/rest/V1/vault');
        expect(plain.status).to.equal(400);
        expect(await plain.text()).to.equal('{"message":"Operation allowed only in HTTPS"}');
        expect((await gate.fetch('/rest/V1/vault', { headers: { 'x-forwarded-proto': 'https' } })).status).to.equal(200);
    });

    it('refuses segments that an upstream could read as another path', async () => {

        for (const name of ['..', '%2e%2e', 'a%2f..%2fb', '%5c', '%00']) {
            const answer = await sendRaw(gate.url, `POST /rest/V1/files/${name} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
            expect(answer.status, name).to.equal(400);
        }

        expect(gate.upstream.reached).to.equal([]);
    });

    it('refuses to read the admin store in the profile of 2.0', async () => {

        const old = await startTestGateway({ POSTERN_PROFILE: '2.0' });
        const answer = await old.fetch('/rest/all/V1/currency');
        expect(answer.status).to.equal(400);
        expect(await answer.text()).to.equal('{"message":"Cannot perform GET operation with store code \'all\'"}');
        expect((await old.fetch('/rest/fr/V1/currency')).status).to.equal(200);
        await old.stop();
    });
});
