import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Arrived, Identity } from '../support/oracle/judge.js';
import { identities, policyFolder } from '../support/fuzz/accounts.js';
import { judge } from '../support/oracle/judge.js';
import { readOraclePolicy } from '../support/oracle/policy.js';


export const lab = Lab.script();
const { describe, it } = lab;

const policy = readOraclePolicy(policyFolder);
const guest: Identity = { type: 'guest' };
const { boss, clerk, customer } = identities;

/** What an upstream hears of a caller, and some more. */
function arrive(identity: Identity, method: string, target: string, body = '', more: readonly string[] = ['Content-Type', 'application/json']): Arrived {

    return { method, target, body: Buffer.from(body), rawHeaders: ['Host', 'x', ...more, 'X-Caller-Type', identity.type, ...identity.id === undefined ? [] : ['X-Caller-Id', identity.id]] };
}

const envelope = (operation: string) => `<e:Envelope xmlns:e="u"><e:Body><n:${operation}Request/></e:Body></e:Envelope>`;

describe('judge(), by which fuzzers tell what should not have arrived', () => {

    const right: readonly (readonly [Identity, ...Parameters<typeof arrive> extends readonly [Identity, ...infer Rest] ? Rest : never])[] = [
        [guest, 'GET', '/rest/V1/directory/currency'],
        [customer, 'GET', '/rest/V1/customers/me?customerId=7'],
        [customer, 'PUT', '/rest/default/V1/customers/me/', '{"customer":{"id":7,"email":"a"}}'],
        [customer, 'PUT', '/rest/V1/customers/me', '<a><customer><id>7</id></customer></a>', ['Content-Type', 'text/xml']],
        [clerk, 'GET', '/rest//V1/products/a%2Fb/options'],
        [clerk, 'POST', '/rest/async/bulk/V1/products', '[{}]'],
        [boss, 'GET', '/rest/V1/customers/me'],
        [boss, 'DELETE', '/rest/all/V1/customers/me'],
        [guest, 'GET', '/rest/schema'],
        [guest, 'POST', '/graphql', '{"query":"{generateCustomerToken}"}'],
        [customer, 'POST', '/soap?services=fuzzShopCustomersV1', envelope('fuzzShopCustomersV1GetSelf')],
        [guest, 'GET', '/soap?wsdl&services=fuzzShopCustomersV1']
    ];

    const wrong: typeof right = [
        [guest, 'GET', '/rest/V1/customers/me'],
        [guest, 'GET', '/rest/V1/nothing'],
        [guest, 'GET', '/elsewhere'],
        [guest, 'GET', '/rest/V1/directory/../customers/me'],
        [guest, 'GET', '/rest/V1/guest-carts/%2e%2e'],
        [guest, 'GET', '/rest/V1/vault'],
        [guest, 'POST', '/rest/V1/integration/customer/token'],
        [guest, 'GET', '/rest/V1/directory/currency', '', ['x_caller_type', 'admin']],
        [guest, 'GET', '/rest/V1/directory/currency', '', ['Authorization', 'Bearer x']],
        [guest, 'POST', '/rest/V1/guest-carts', '', ['Content-Length', '0', 'Transfer-Encoding', 'chunked']],
        [customer, 'GET', '/rest/all/V1/customers/me'],
        [customer, 'GET', '/rest/V1/customers/7'],
        [customer, 'DELETE', '/rest/V1/customers/me'],
        [customer, 'GET', '/rest/V1/customers/me?customer_id=8'],
        [customer, 'GET', '/rest/V1/customers/me?customer%5Bid%5D=8'],
        [customer, 'GET', '/rest/V1/customers/me', 'customerId=8'],
        [customer, 'PUT', '/rest/V1/customers/me', '{"customer":{"id":8,"id":7}}'],
        [customer, 'PUT', '/rest/V1/customers/me', '{"Customer":[{"i\\u0064":8}]}'],
        [customer, 'PUT', '/rest/V1/customers/me?id=8', '{}'],
        [customer, 'PUT', '/rest/V1/customers/me', '<a><x:customer id="8"/></a>', ['Content-Type', 'text/xml']],
        [customer, 'PUT', '/rest/async/bulk/V1/customers/me', '[]'],
        [clerk, 'GET', '/rest/V1/products/attributes/options'],
        [clerk, 'GET', '/rest/V1/report'],
        [boss, 'GET', '/rest/V1/customers/me?customer_id=8'],
        [guest, 'POST', '/graphql', '{"query":"mutation M{...F} fragment F on Mutation{x:revokeCustomerToken{result}}"}'],
        [guest, 'POST', '/soap?services=fuzzShopCustomersV1', envelope('fuzzShopCustomersV1GetSelf')],
        [customer, 'POST', '/soap?services=fuzzShopProductsV1', envelope('fuzzShopCustomersV1GetSelf')],
        [clerk, 'POST', '/soap?services=fuzzShopCartsV1', envelope('fuzzShopCartsV1SaveItem')],
        [guest, 'POST', '/soap?services=integrationCustomerTokenServiceV1', envelope('integrationCustomerTokenServiceV1CreateCustomerAccessToken')],
        [guest, 'POST', '/soap?wsdl&services=fuzzShopCustomersV1', envelope('fuzzShopCustomersV1GetSelf')]
    ];

    it('finds nothing wrong where nothing is', () => {

        expect(right.map(([identity, ...rest]) => judge(arrive(identity, ...rest), identity, policy)).filter((why) => why !== undefined)).to.equal([]);
    });

    it('finds what is wrong', () => {

        expect(wrong.filter(([identity, ...rest]) => judge(arrive(identity, ...rest), identity, policy) === undefined)).to.equal([]);
        expect(judge(arrive(customer, 'GET', '/rest/V1/directory/currency'), guest, policy)).to.contain('says that "customer" calls');
        expect(judge(arrive(customer, 'GET', '/rest/V1/directory/currency'), { ...customer, id: '8' }, policy)).to.contain('says that "7" calls');
    });
});
