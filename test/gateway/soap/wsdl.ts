import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { decideCall, decideWsdl } from '../../../gateway/soap/decide.js';
import type { SoapQuestion } from '../../../gateway/soap/decide.js';
import { endpointUrl } from '../../../gateway/soap/endpoint.js';
import { readEnvelope } from '../../../gateway/soap/envelope.js';
import { renderCallFault, renderWsdlFault } from '../../../gateway/soap/fault.js';
import { refusedByMagento } from '../../../gateway/soap/refusal.js';
import { readSoapRequest } from '../../../gateway/soap/request.js';
import { readSoapCredentials, renderTokenAnswer, tokenOperations } from '../../../gateway/soap/token.js';
import { hasOwnWsdl, renderWsdl } from '../../../gateway/soap/wsdl.js';
import { refusalsFor } from '../../../plugin/refusals/refusal.js';
import type { Answer } from '../../../plugin/refusals/render.js';
import { hasPhpSoap, runPhp } from '../../support/php.js';


export const lab = Lab.script();
const { describe, it, before, after } = lab;

const admin = 'integrationAdminTokenServiceV1';
const customer = 'integrationCustomerTokenServiceV1';
const logIn = `${customer}CreateCustomerAccessToken`;
const logInAdmin = `${admin}CreateAdminAccessToken`;
const logOut = `${customer}RevokeCustomerAccessToken`;
const right = { username: 'a@example.com', password: '<p&w> ' };
const wrong = { ...right, password: 'x' };
const signIn = 'The account sign-in was incorrect or your account is disabled temporarily. Please wait and try again later.';

const soapPackage = join(process.cwd(), 'node_modules/soap/package.json');
const hasSoapPackage = existsSync(soapPackage);

/** A gate of nothing but the token services: one password, one bearer token. */
async function answer(request: IncomingMessage): Promise<Answer> {

    const refusals = refusalsFor('2.4');
    const asked = readSoapRequest(request.url?.split('?')[1] ?? '');
    const isCustomer = request.headers.authorization === 'Bearer right';
    const question: SoapQuestion = {
        endpoint: { store: undefined, services: 'services' in asked ? asked.services ?? [] : [] },
        services: new Map(), callerType: isCustomer ? 'customer' : 'guest', isHttps: false, profile: '2.4', refusals, reportId: '0123456789abc',
        isAllowed: (resources) => resources.every((resource) => resource === 'anonymous' || (isCustomer && resource === 'self')),
        refuse: (resources) => refusals.notAuthorized(resources, 'absent')
    };
    const url = endpointUrl(`http://${request.headers.host ?? ''}`, question.endpoint);
    if (asked.kind === 'wsdl') {
        const shown = decideWsdl(question);
        return shown.kind === 'refused' ? renderWsdlFault(shown.refusal, url) : renderWsdl(url, shown.operations);
    }

    const chunks: Buffer[] = [];
    for await (const chunk of request) {
        chunks.push(chunk as Buffer);
    }

    const call = readEnvelope(Buffer.concat(chunks), refusals, question.reportId);
    if (call.kind === 'refused') {
        return renderCallFault(call, url);
    }

    const decision = decideCall(call, question);
    if (decision.kind === 'refused') {
        return renderCallFault(decision, url);
    }

    const operation = tokenOperations.get(decision.operation);
    if (operation?.kind === 'logout') {
        return renderTokenAnswer(call, decision.operation, 'true');
    }

    const credentials = readSoapCredentials(call, refusals);
    if (credentials.kind === 'refused') {
        return renderCallFault(credentials, url);
    }

    return credentials.username === right.username && credentials.password === right.password ?
        renderTokenAnswer(call, decision.operation, `token of ${operation?.type ?? ''}`) :
        renderCallFault(refusedByMagento(refusals.loginFailed('customer')), url);
}

describe('hasOwnWsdl()', () => {

    it('is for the token services alone', () => {

        expect([[admin], [customer, admin], [customer, 'customerCustomerRepositoryV1'], ['customerCustomerRepositoryV1']].map(hasOwnWsdl)).to.equal([true, true, false, false]);
    });
});

describe('renderWsdl()', () => {

    it('names everything after its service and its operation', () => {

        const { status, headers, body } = renderWsdl('http://h/soap/default?services=a&b', [logIn]);
        expect([status, headers['content-type']]).to.equal([200, 'text/xml; charset=UTF-8']);
        for (const piece of [
            'xmlns:tns="http://h/soap/default?services=a&amp;b"', 'name="MagentoWSDL" targetNamespace="http://h/soap/default?services=a&amp;b"',
            `<xsd:element name="${logIn}Request" type="tns:I${logIn.slice(1)}Request"/>`, `<message name="${logIn}Response">`, `<portType name="${customer}PortType">`,
            `<binding name="${customer}Binding" type="tns:${customer}PortType"><soap12:binding style="document"`, `<soap12:operation soapAction="${logIn}"/>`,
            `<service name="${customer}Service"><port name="${customer}Port" binding="tns:${customer}Binding"><soap12:address location="http://h/soap/default?services=a&amp;b"/>`
        ]) {
            expect(body).to.include(piece);
        }
    });

    it('holds what is shown and no more', () => {

        expect(renderWsdl('http://h', [logIn]).body).to.not.match(/Admin|Revoke/);
        expect(renderWsdl('http://h', [logOut, logInAdmin]).body).to.match(/AdminAccessTokenRequest.*<portType name="integrationAdmin.*<portType name="integrationCustomer/).and.not.include('CreateCustomer');
    });
});

describe('stock SOAP clients', () => {

    let server: Server;
    const gate = { base: '' };

    before(async () => {

        server = createServer((request, response) => {

            void answer(request).then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        gate.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/soap?wsdl&services=`;
    });

    after(async () => {

        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
    });

    for (const version of ['1.1', '1.2']) {
        it(`PHP's SoapClient logs in and out in SOAP ${version}`, { skip: !hasPhpSoap }, async () => {

            const call = callPhp.bind(undefined, gate.base, version);
            expect(await call(customer, logIn, right)).to.equal({ answer: { result: 'token of customer' } });
            expect(await call(admin, logInAdmin, right)).to.equal({ answer: { result: 'token of admin' } });
            expect(await call(`${customer},${admin}`, logInAdmin, right)).to.equal({ answer: { result: 'token of admin' } });
            expect(await call(customer, logOut, { customerId: 0 }, 'right')).to.equal({ answer: { result: true } });
            expect(await call(customer, logIn, wrong)).to.equal({ fault: signIn, code: 'env:Sender', detail: null });
            expect(await call(customer, logIn, { ...right, password: '' })).to.include({ fault: '"%fieldName" is required. Enter and try again.' });
            expect(await call(customer, logOut, { customerId: 0 })).to.include({ fault: `Function ("${logOut}") is not a valid method for this service` });
        });

        it(`the npm package soap logs in and out in SOAP ${version}`, { skip: !hasSoapPackage }, async () => {

            const call = callPackage.bind(undefined, gate.base, version);
            expect(await call(customer, logIn, right)).to.equal('token of customer');
            expect(await call(`${customer},${admin}`, logInAdmin, right)).to.equal('token of admin');
            expect(await call(customer, logOut, { customerId: 0 }, 'right')).to.equal(true);
            await expect(call(customer, logIn, wrong)).to.reject(new RegExp(signIn));
        });
    }
});

function callPhp(base: string, version: string, services: string, operation: string, args: object, token?: string): Promise<unknown> {

    return runPhp('test/support/soap-client.php', JSON.stringify({ wsdl: base + services, version, operation, arguments: args, token }));
}

/** The package is asked for at run time, so that these tests stand without it. */
async function callPackage(base: string, version: string, services: string, operation: string, args: object, token?: string): Promise<unknown> {

    interface Client extends Readonly<Record<string, unknown>> {
        addHttpHeader(name: string, value: string): void;
    }

    const soap = createRequire(soapPackage)('soap') as { createClientAsync(url: string, options: object): Promise<Client> };
    const authorization = { Authorization: `Bearer ${token ?? ''}` };
    const client = await soap.createClientAsync(base + services, { wsdl_headers: authorization, forceSoap12Headers: version === '1.2', disableCache: true });
    client.addHttpHeader('Authorization', authorization.Authorization);
    const method = client[`${operation}Async`] as (args: object) => Promise<readonly [{ readonly result: unknown }]>;
    const [{ result }] = await method(args);
    return result;
}
