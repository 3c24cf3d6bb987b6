import { existsSync, readFileSync } from 'node:fs';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { decideCall, decideWsdl } from '../../../gateway/soap/decide.js';
import type { OperationRule, ServiceRules, SoapQuestion } from '../../../gateway/soap/decide.js';
import { endpointUrl } from '../../../gateway/soap/endpoint.js';
import { readEnvelope } from '../../../gateway/soap/envelope.js';
import type { SoapCall } from '../../../gateway/soap/envelope.js';
import { renderCallFault, renderWsdlFault } from '../../../gateway/soap/fault.js';
import { refusedByMagento } from '../../../gateway/soap/refusal.js';
import { readSoapRequest } from '../../../gateway/soap/request.js';
import { readSoapCredentials, renderTokenAnswer } from '../../../gateway/soap/token.js';
import { readTarget } from '../../../gateway/target.js';
import { decide } from '../../../plugin/authorize/decide.js';
import type { CallerType } from '../../../plugin/caller.js';
import { refusalsFor } from '../../../plugin/refusals/refusal.js';
import type { Answer } from '../../../plugin/refusals/render.js';


export const lab = Lab.script();
const { describe, it } = lab;

type RuleRoute = OperationRule['routes'][number];

const customer = 'customerCustomerRepositoryV1';
const customerToken = 'integrationCustomerTokenServiceV1';

const route = (resource: string, forced = false): RuleRoute => ({ resources: [resource], parameters: forced ? [{ name: 'customerId', value: '%customer_id%', force: true }] : [] });

function operation(...routes: readonly RuleRoute[]): OperationRule {

    return { resources: [...new Set(routes.flatMap(({ resources }) => resources))], secure: false, routes };
}

function serviceOf(name: string, operations: Readonly<Record<string, OperationRule>>): readonly [string, ServiceRules] {

    return [name, { operations: new Map(Object.entries(operations).map(([method, rule]) => [`${name}${method}`, rule])) }];
}

const services = new Map([
    serviceOf(customer, {
        GetById: operation(route('Magento_Customer::customer')),
        GetSelf: operation(route('self', true)),
        GetBoth: operation(route('Magento_Customer::customer'), route('self', true)),
        SaveOwn: operation(route('self')),
        GetShared: operation(route('self', true), route('self', true))
    }),
    serviceOf('directoryCurrencyInformationAcquirerV1', { GetCurrencyInfo: operation(route('anonymous')) }),
    serviceOf('analyticsLinkProviderV1', { Get: { ...operation(route('Magento_Analytics::analytics_api')), secure: true } })
]);

const roles: Readonly<Record<string, ReadonlySet<string>>> = {
    admin: new Set(['Magento_Backend::all']),
    limited: new Set(['Magento_Sales::sales', 'Magento_Analytics::analytics_api']),
    clerk: new Set(['Magento_Customer::customer'])
};

interface Situation {
    readonly store?: string;
    readonly profile?: '2.0' | '2.4';
    readonly isHttps?: boolean;
    readonly isChecked?: boolean;
}

function ask(who: string, requested: readonly string[], { store, profile = '2.4', isHttps = false, isChecked = true }: Situation = {}): SoapQuestion {

    const refusals = refusalsFor(profile);
    const role = roles[who];
    const callerType: CallerType = role === undefined ? who as CallerType : 'admin';
    return {
        endpoint: { store, services: requested }, services, callerType, isHttps, profile, refusals,
        reportId: '6b050283c9151',
        isAllowed: (resources) => decide({ resources, caller: { type: callerType, id: '1' }, role: role ?? new Set(), selfHere: true }).kind === 'allowed',
        refuse(resources) {

            return isChecked ? refusals.notAuthorized(resources, 'insufficient') : refusals.storeUnavailable();
        }
    };
}

function callOf(element: string, namespace: string): SoapCall {

    const text = `<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"><Body><${element} xmlns="${namespace}"/></Body></Envelope>`;
    return readEnvelope(Buffer.from(text), refusalsFor('2.4'), '') as SoapCall;
}

/** `allowed`, or the reason of the refusal with the resources that it names. */
function tellCall(name: string, question: SoapQuestion, namespace = endpointUrl('http://h', question.endpoint)): string {

    const decision = decideCall(callOf(`${name}Request`, namespace), question);
    return decision.kind === 'allowed' ? decision.kind : tellRefusal(decision.refusal);
}

function tellRefusal({ reason, parameters }: { readonly reason: string; readonly parameters?: unknown }): string {

    return parameters === undefined ? reason : `${reason} ${(parameters as { readonly resources: string }).resources}`;
}

describe('decideCall()', () => {

    const cases: readonly (readonly [who: string, method: string, told: string])[] = [
        ['guest', 'GetSelf', `not-authorized ${customer}`],
        ['guest', 'Nothing', `not-authorized ${customer}`],
        ['limited', 'GetById', `not-authorized ${customer}`],
        ['customer', 'GetSelf', 'allowed'],
        ['customer', 'SaveOwn', 'allowed'],
        ['customer', 'GetById', 'unknown-route'],
        ['customer', 'GetBoth', 'unknown-route'],
        ['customer', 'GetShared', 'unknown-route'],
        ['customer', 'Nothing', 'unknown-route'],
        ['customer', 'getSelf', 'unknown-route'],
        ['clerk', 'GetById', 'allowed'],
        ['clerk', 'GetSelf', 'unknown-route'],
        ['clerk', 'GetBoth', 'unknown-route'],
        ['admin', 'GetById', 'allowed'],
        ['admin', 'GetSelf', 'allowed'],
        ['admin', 'GetBoth', 'allowed'],
        ['admin', 'GetShared', 'allowed']
    ];

    for (const [who, method, told] of cases) {
        it(`answers "${told}" to ${who} who calls ${method}`, () => {

            expect(tellCall(`${customer}${method}`, ask(who, [customer]))).to.equal(told);
        });
    }

    it('knows the token services whatever the policy holds, and the services beside them', () => {

        const login = `${customerToken}CreateCustomerAccessToken`;
        expect([
            tellCall(login, ask('guest', [customerToken])),
            tellCall(login, ask('guest', [customer, customerToken])),
            tellCall(`${customer}GetSelf`, ask('guest', [customer, customerToken])),
            tellCall(`${customerToken}RevokeCustomerAccessToken`, ask('guest', [customerToken])),
            tellCall(`${customerToken}RevokeCustomerAccessToken`, ask('customer', [customerToken])),
            tellCall('integrationAdminTokenServiceV1CreateAdminAccessToken', ask('guest', ['integrationAdminTokenServiceV1'])),
            tellCall(login, ask('guest', ['integrationAdminTokenServiceV1']))
        ]).to.equal(['allowed', 'allowed', 'unknown-route', 'unknown-route', 'allowed', 'allowed', 'unknown-route']);
    });

    it('names all services that were asked for, and masks a service that nobody knows', () => {

        expect(tellCall(`${customer}GetSelf`, ask('guest', [customer, 'analyticsLinkProviderV1']))).to.equal(`not-authorized ${customer}, analyticsLinkProviderV1`);
        expect(tellCall(`${customer}GetSelf`, ask('admin', [customer, 'nobodyV1']))).to.equal('internal-error');
    });

    it('refuses a call whose address names no services', () => {

        expect(decideCall(callOf('aRequest', 'urn:a'), ask('admin', []))).to.include({ kind: 'refused', refusal: { status: 400, reason: 'bad-request', message: 'Incorrect format of request URI or Requested services are missing.' } });
    });

    it('finds an element in the endpoint\'s namespace only, and only a request', () => {

        const question = ask('customer', [customer], { store: 'fr' });
        const namespaces = ['', 'urn:a', `http://h/soap/default?services=${customer}`, `http://h/soap/fr?services=${customer}`];
        expect(namespaces.map((namespace) => tellCall(`${customer}GetSelf`, question, namespace))).to.equal(['unknown-route', 'unknown-route', 'unknown-route', 'allowed']);
        expect(decideCall(callOf(`${customer}GetSelf`, `http://h/soap/fr?services=${customer}`), question).kind).to.equal('refused');
    });

    it('keeps a secure operation to HTTPS', () => {

        const name = 'analyticsLinkProviderV1';
        expect([false, true].map((isHttps) => tellCall(`${name}Get`, ask('limited', [name], { isHttps })))).to.equal(['not-https', 'allowed']);
    });

    it('hides nothing behind a token that could not be checked', () => {

        const unchecked = { isChecked: false };
        const currency = 'directoryCurrencyInformationAcquirerV1';
        expect([
            tellCall(`${customer}GetSelf`, ask('guest', [customer], unchecked)),
            tellCall(`${customer}GetSelf`, ask('guest', [customer, currency], unchecked)),
            tellCall(`${currency}GetCurrencyInfo`, ask('guest', [customer, currency], unchecked))
        ]).to.equal(['store-unavailable', 'store-unavailable', 'allowed']);
    });

    it('asks for any one resource in the 2.0 profile, of a customer by a route that forces nothing', () => {

        const old = { profile: '2.0' } as const;
        const told = (who: string) => ['GetById', 'GetSelf', 'GetBoth', 'SaveOwn', 'Nothing'].map((method) => tellCall(`${customer}${method}`, ask(who, [customer], old)));
        const refused = (...resources: readonly string[]) => `not-authorized ${resources.join(', ')}`;
        expect(told('guest')).to.equal([refused('Magento_Customer::customer'), refused('self'), refused('Magento_Customer::customer', 'self'), refused('self'), 'unknown-route']);
        expect(told('customer')).to.equal([refused('Magento_Customer::customer'), refused('self'), refused('Magento_Customer::customer', 'self'), 'allowed', 'unknown-route']);
        expect(told('clerk')).to.equal(['allowed', refused('self'), 'allowed', refused('self'), 'unknown-route']);
        expect(told('admin')).to.equal(['allowed', 'allowed', 'allowed', 'allowed', 'unknown-route']);
    });
});

describe('decideWsdl()', () => {

    const shown = (question: SoapQuestion) => {

        const decision = decideWsdl(question);
        return decision.kind === 'allowed' ? decision.operations.map((name) => name.replace(/^.*V1/, '')) : tellRefusal(decision.refusal);
    };

    it('shows what the caller may use', () => {

        expect(shown(ask('customer', [customer]))).to.equal(['GetSelf', 'SaveOwn']);
        expect(shown(ask('guest', [customerToken]))).to.equal(['CreateCustomerAccessToken']);
        expect(shown(ask('customer', [customerToken, 'integrationAdminTokenServiceV1']))).to.equal(['CreateCustomerAccessToken', 'RevokeCustomerAccessToken', 'CreateAdminAccessToken']);
    });

    it('refuses where that is nothing, or the service is unknown', () => {

        expect(shown(ask('guest', [customer]))).to.equal(`not-authorized ${customer}`);
        expect(shown(ask('admin', ['nobodyV1']))).to.equal('internal-error');
    });

    it('shows everything to everybody in the 2.0 profile', () => {

        expect(shown(ask('guest', [customer], { profile: '2.0' }))).to.equal(['GetById', 'GetSelf', 'GetBoth', 'SaveOwn', 'GetShared']);
    });
});

describe('the stages of a SOAP request', () => {

    interface Case {
        readonly n: number;
        readonly name: string;
        readonly group: string;
        readonly judge: 'edge' | 'refuse' | 'through';
        readonly request: { readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly body?: string };
        readonly response: { readonly status: number; readonly type: string; readonly body: string };
    }

    const file = '../shared/conformance/cases.jsonl';
    const hasCases = existsSync(file);
    const refusals = refusalsFor('2.4');
    const tokens: Readonly<Record<string, string>> = { 'Bearer {{CUSTOMER_TOKEN}}': 'customer', 'Bearer {{ADMIN_TOKEN}}': 'admin', 'Bearer {{LIMITED_ADMIN_TOKEN}}': 'limited' };

    /** What the gate answers, or that it forwards. */
    function answer({ path, headers, body = '' }: Case['request']): Answer | 'forwarded' | 'not SOAP' {

        const target = readTarget(path, (code) => ['default', 'fr', 'off'].includes(code));
        if (target.kind !== 'soap') {
            return 'not SOAP';
        }

        const request = readSoapRequest(target.query);
        const question = ask(tokens[headers['Authorization'] ?? ''] ?? 'guest', 'services' in request ? request.services ?? [] : [], target.store === undefined ? {} : { store: target.store });
        const url = endpointUrl('http://127.0.0.1:8181', question.endpoint);
        switch (request.kind) {
            case 'list':
                return 'forwarded';
            case 'refused':
                return renderWsdlFault(request.refusal, url);
            case 'wsdl': {
                const decision = decideWsdl(question);
                return decision.kind === 'refused' ? renderWsdlFault(decision.refusal, url) : 'forwarded';
            }

            case 'call': {
                const call = readEnvelope(Buffer.from(body), refusals, question.reportId);
                if (call.kind === 'refused') {
                    return renderCallFault(call, url);
                }

                const decision = decideCall(call, question);
                if (decision.kind === 'refused') {
                    return renderCallFault(decision, url);
                }

                return /TokenServiceV1/.test(decision.operation) ? logIn(call, decision.operation, url) : 'forwarded';
            }
        }
    }

    function logIn(call: SoapCall, name: string, url: string): Answer {

        const credentials = readSoapCredentials(call, refusals);
        if (credentials.kind === 'refused') {
            return renderCallFault(credentials, url);
        }

        return ['Admin123pw!', 'Customer1pw!'].includes(credentials.password) ? renderTokenAnswer(call, name, '<token>') : renderCallFault(refusedByMagento(refusals.loginFailed('customer')), url);
    }

    it('answer as Magento did', { skip: !hasCases }, () => {

        const cases = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Case).filter(({ group }) => group === 'soap' || group === 'wsdl');
        const mask = (text: string) => text.replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+|&lt;token&gt;/g, '<token>').replace(/webapi-[0-9a-f]{10,}/g, '<report>');
        for (const { n, judge, request, response: { status, type, body } } of cases) {
            const result = answer(request);
            if (judge === 'edge') {
                const { status: ours, headers, body: written } = result as Answer;
                expect({ status: ours, type: headers['content-type'], body: mask(written) }, String(n)).to.equal({ status, type, body: mask(body) });
            }
            else {
                expect(result, String(n)).to.equal(judge === 'through' ? 'forwarded' : 'not SOAP');
            }
        }

        expect(cases.length).to.be.above(20);
    });
});
