import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { TestGateway } from '../../support/gateway.js';
import { startTestGateway } from '../../support/gateway.js';
import { sendRaw } from '../../support/send.js';


export const lab = Lab.script();
const { after, before, beforeEach, describe, it } = lab;

const soap12 = 'http://www.w3.org/2003/05/soap-envelope';

describe('soapDoor()', () => {

    let gate: TestGateway;

    before(async () => {

        gate = await startTestGateway({ POSTERN_FORCED_BODY: '4KiB', POSTERN_TRUSTED_PROXIES: '127.0.0.1' });
    });

    beforeEach(() => {

        gate.upstream.reached.length = 0;
    });

    after(() => gate.stop());

    const envelope = (service: string, operation: string, content: string) => {

        const namespace = `${gate.url}/soap/default?services=${service}`;
        return `<?xml version="1.0"?><e:Envelope xmlns:e="${soap12}" xmlns:n="${namespace}"><e:Body><n:${operation}Request>${content}</n:${operation}Request></e:Body></e:Envelope>`;
    };

    const call = (service: string, operation: string, content = '', token?: string) => {

        return gate.fetch(`/soap/default?services=${service}`, { method: 'POST', token, headers: { 'content-type': 'application/soap+xml' }, body: envelope(service, operation, content) });
    };

    const logIn = (content: string) => call('integrationCustomerTokenServiceV1', 'integrationCustomerTokenServiceV1CreateCustomerAccessToken', content);

    it('answers a login with a token that works over REST', async () => {

        const answer = await logIn('<username>x</username><password>right</password>');
        const [, token] = /<result>([^<]+)<\/result>/.exec(await answer.text()) ?? [];
        expect(answer.status).to.equal(200);
        expect((await gate.fetch('/rest/V1/customers/me', { token })).status).to.equal(200);
    });

    it('answers failed and incomplete logins with faults', async () => {

        const failed = await logIn('<username>x</username><password>wrong</password>');
        expect(failed.status).to.equal(200);
        expect(await failed.text()).to.contain('The account sign-in was incorrect');
        expect(await (await logIn('<username>x</username>')).text()).to.contain('<m:value>password</m:value>');
        expect(gate.upstream.reached).to.equal([]);
    });

    it('ends a customer\'s sessions, and tells an admin what is missing', async () => {

        const redo = (token?: string) => call('integrationCustomerTokenServiceV1', 'integrationCustomerTokenServiceV1RevokeCustomerAccessToken', '', token);
        const token = await gate.logIn('customer');
        expect(await (await redo(token)).text()).to.contain('<result>true</result>');
        expect((await gate.fetch('/rest/V1/customers/me', { token })).status).to.equal(401);
        expect((await redo()).status).to.equal(500);

        const sessions = gate.sessions;
        await sessions.setRole('1', ['Magento_Backend::all']);
        expect(await (await redo(await gate.logIn('admin', 'boss'))).text()).to.contain('customerId');
    });

    it('forwards what the caller may do byte for byte, and nothing else', async () => {

        const open = await call('shopTestCurrencyV1', 'shopTestCurrencyV1Get', '<a> &amp;</a>');
        expect(open.status).to.equal(200);
        expect(gate.upstream.reached[0]?.target).to.equal('/soap/default?services=shopTestCurrencyV1');
        expect(gate.upstream.reached[0]?.body).to.contain('<a> &amp;</a>');

        const closed = await call('shopTestNotesV1', 'shopTestNotesV1Add');
        expect(await closed.text()).to.contain('<m:value>shopTestNotesV1</m:value>');
        expect(gate.upstream.reached).to.have.length(1);
        expect((await call('shopTestNotesV1', 'shopTestNotesV1Add', '', await gate.logIn('customer'))).status).to.equal(200);
        expect(gate.upstream.reached).to.have.length(2);
    });

    it('puts the caller\'s own id in place of another, as over REST', async () => {

        const token = await gate.logIn('customer');
        for (const [sent, reached] of [
            ['<customerId>7</customerId>', '<customerId>7</customerId>'], ['<customerId>8</customerId><a/>', '<customerId>7</customerId><a/>'], ['<n:customer_id>8</n:customer_id>', '<customerId>7</customerId>'], ['', '']
        ] as const) {
            gate.upstream.reached.length = 0;
            await call('shopTestCustomersV1', 'shopTestCustomersV1Get', sent, token);
            expect(/Request>(.*)<\/n:shopTest/.exec(gate.upstream.reached[0]?.body ?? '')?.[1], sent).to.equal(reached);
        }
    });

    it('follows no reference past what is forced, as PHP would', async () => {

        const token = await gate.logIn('customer');
        const encoding = 'xmlns:c="http://www.w3.org/2003/05/soap-encoding"';
        for (const sent of ['<customerId href="#a"/><x id="a">8</x>', `<customerId ${encoding} c:ref="a"/><x ${encoding} c:id="a">8</x>`, '<b><c href="#a"/></b>', '<customerId>7</customerId><x href="cid:a"/>']) {
            const answer = await call('shopTestCustomersV1', 'shopTestCustomersV1Get', sent, token);
            expect(await answer.text(), sent).to.contain('Decoding error.');
        }

        expect(gate.upstream.reached).to.equal([]);
        await call('shopTestCurrencyV1', 'shopTestCurrencyV1Get', '<a href="#b"/>', token);
        expect(gate.upstream.reached).to.have.length(1);
    });

    it('passes no body on with a question, which some would take for a call', async () => {

        await sendRaw(gate.url, `GET /soap?wsdl&services=shopTestCurrencyV1 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\n<a/>`);
        expect(gate.upstream.reached.map(({ method, body }) => [method, body])).to.equal([['GET', '']]);
    });

    it('lets no customer of 2.0 name another one', async () => {

        const old = await startTestGateway({ POSTERN_PROFILE: '2.0' });
        const service = 'shopTestCustomersV1';
        const answer = await old.fetch(`/soap/default?services=${service}`, {
            method: 'POST', token: await old.logIn('customer'),
            body: `<e:Envelope xmlns:e="${soap12}" xmlns:n="${old.url}/soap/default?services=${service}"><e:Body><n:${service}GetRequest><customerId>8</customerId></n:${service}GetRequest></e:Body></e:Envelope>`
        });
        expect(await answer.text()).to.contain('Consumer is not authorized');
        expect(old.upstream.reached).to.equal([]);
        await old.stop();
    });

    it('refuses what is no envelope, what is too long, and what asks for no service', async () => {

        const send = (body: string, query = '?services=shopTestCurrencyV1') => gate.fetch(`/soap${query}`, { method: 'POST', body });
        expect(await (await send('')).text()).to.contain('Invalid XML');
        expect(await (await send('<!DOCTYPE a><a/>')).text()).to.contain('Detected use of illegal DOCTYPE');
        expect((await send(`<a>${'x'.repeat(5000)}</a>`)).status).to.equal(413);
        expect((await send('', '')).status).to.equal(200);
        expect(gate.upstream.reached).to.equal([]);
    });

    it('shows the WSDL of the token services, and forwards the request for others\'', async () => {

        const own = await gate.fetch('/soap/default?wsdl&services=integrationCustomerTokenServiceV1');
        expect(own.status).to.equal(200);
        expect(await own.text()).to.contain('integrationCustomerTokenServiceV1CreateCustomerAccessToken').and.not.contain('RevokeCustomerAccessToken');

        const secure = await gate.fetch('/soap/default?wsdl&services=integrationCustomerTokenServiceV1', { headers: { 'x-forwarded-proto': 'https' } });
        expect(await secure.text()).to.contain('location="https://');
        expect((await gate.fetch('/soap/default?wsdl&services=shopTestCurrencyV1')).headers.get('x-upstream')).to.equal('yes');
        expect((await gate.fetch('/soap/default?wsdl&services=shopTestNotesV1')).status).to.equal(401);
        expect((await gate.fetch('/soap/default?wsdl&services=shopTestCurrencyV1&a=1')).status).to.equal(400);
        expect((await gate.fetch('/soap?wsdl&services=shopTestCurrencyV1', { method: 'POST', body: '<a/>' })).status).to.equal(405);
        expect((await gate.fetch('/soap?wsdl_list=1')).headers.get('x-upstream')).to.equal('yes');
    });
});
