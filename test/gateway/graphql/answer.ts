import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { parse } from 'graphql';

import type { TokenOperation } from '../../../gateway/graphql/answer.js';
import type { Refusal } from '../../../plugin/refusals/refusal.js';
import { answerFault, answerGenerated, answerNotAuthenticated, answerNotCustomer, answerRefusal, answerRevoked } from '../../../gateway/graphql/answer.js';


export const lab = Lab.script();
const { describe, it } = lab;

const operation = (source: string, variables: TokenOperation['variables'] = {}): TokenOperation => ({ document: parse(source), variables });

const generate = operation('mutation { generateCustomerToken(email: "a", password: "b") { token } }');
const revoke = operation('mutation {\n  revokeCustomerToken { result }\n}');
const failed: Refusal = { status: 401, reason: 'login-failed', message: 'The account sign-in was incorrect.', challenge: 'Bearer' };

const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };

describe('answerGenerated()', () => {

    it('answers with the token', () => {

        expect(answerGenerated(generate, 'abc.def')).to.equal({ status: 200, headers, body: '{"data":{"generateCustomerToken":{"token":"abc.def"}}}' });
    });

    it('keeps to aliases, fragments, directives and the order of the fields', () => {

        const asked = operation(`
            mutation Sign($e: String!, $p: String!, $no: Boolean!) { ...Root }
            fragment Root on Mutation { kind: __typename me: generateCustomerToken(email: $e, password: $p) { __typename jwt: token token @skip(if: $no) } }
        `, { e: 'a', p: 'b', no: true });
        expect(answerGenerated(asked, 'é/"').body).to.equal('{"data":{"kind":"Mutation","me":{"__typename":"CustomerToken","jwt":"\\u00e9\\/\\""}}}');
    });
});

describe('answerRevoked()', () => {

    it('answers true', () => {

        expect(answerRevoked(revoke)).to.equal({ status: 200, headers, body: '{"data":{"revokeCustomerToken":{"result":true}}}' });
    });
});

describe('answerNotCustomer()', () => {

    it('answers in the shape that Magento was recorded to use', () => {

        expect(answerNotCustomer(revoke)).to.equal({
            status: 200,
            reason: 'not-authorized',
            headers,
            body: '{"errors":[{"message":"The current customer isn\'t authorized.","locations":[{"line":2,"column":3}],"path":["revokeCustomerToken"],"extensions":{"category":"graphql-authorization"}}],"data":{"revokeCustomerToken":null}}'
        });
    });
});

describe('answerNotAuthenticated()', () => {

    it('answers with the reason, under the alias that was asked for', () => {

        const aliased = operation('mutation{me:generateCustomerToken(email:"a",password:"b"){token}}');
        expect(answerNotAuthenticated(aliased, failed)).to.equal({
            status: 200,
            reason: 'login-failed',
            headers,
            body: '{"errors":[{"message":"The account sign-in was incorrect.","locations":[{"line":1,"column":10}],"path":["me"],"extensions":{"category":"graphql-authentication"}}],"data":{"me":null}}'
        });
    });
});

describe('answerRefusal()', () => {

    it('keeps the status of what kept the operation from being run, and when to try again', () => {

        expect(answerRefusal({ status: 503, reason: 'login-busy', message: 'Later.', retryAfterSeconds: 3 })).to.equal({
            status: 503, reason: 'login-busy', headers: { ...headers, 'retry-after': '3' }, body: '{"errors":[{"message":"Later."}]}'
        });
    });
});

describe('answerFault()', () => {

    it('answers with one error', () => {

        expect(answerFault(500, { message: 'a/b', extensions: { category: 'graphql-input' } })).to.equal({
            status: 500, reason: 'bad-request', headers, body: '{"errors":[{"message":"a\\/b","extensions":{"category":"graphql-input"}}]}'
        });
    });
});
