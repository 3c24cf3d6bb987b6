import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Asked, VerdictParts } from '../../../gateway/shadow/verdict.js';
import type { Standing } from '../../../plugin/authenticate/standing.js';
import { createAuthorize } from '../../../gateway/authorize.js';
import { resolveCall } from '../../../gateway/call.js';
import { assemblePolicy } from '../../../gateway/policy/assembly.js';
import { createDecideRoute } from '../../../gateway/route-decision.js';
import { boundBody, createJudge } from '../../../gateway/shadow/verdict.js';
import { createDecideSoap } from '../../../gateway/soap-decision.js';
import { anyStore } from '../../../gateway/target.js';
import { unknownRole } from '../../../plugin/authorize/acl.js';
import { guest } from '../../../plugin/caller.js';
import { refusalsFor } from '../../../plugin/refusals/refusal.js';


export const lab = Lab.script();
const { describe, it } = lab;

const text = `<routes>
<route url="/V1/open" method="GET"><service class="A\\B\\Api\\CInterface" method="open"/><resources><resource ref="anonymous"/></resources></route>
<route url="/V1/orders" method="GET"><service class="A\\B\\Api\\CInterface" method="list"/><resources><resource ref="A_B::orders"/></resources></route>
<route url="/V1/me" method="PUT">
    <service class="A\\B\\Api\\CInterface" method="save"/>
    <resources><resource ref="self"/></resources>
    <data><parameter name="customer.id" force="true">%customer_id%</parameter></data>
</route>
<route url="/V1/me/:id" method="PUT">
    <service class="A\\B\\Api\\CInterface" method="save"/>
    <resources><resource ref="A_B::all"/></resources>
</route>
</routes>`;

const acl = '<config><acl><resources><resource id="Magento_Backend::admin"><resource id="A_B::orders"/></resource></resources></acl></config>';
const policy = assemblePolicy([{ kind: 'webapi', path: 'etc/webapi.xml', text }, { kind: 'acl', path: 'etc/acl.xml', text: acl }]);
const refusals = refusalsFor('2.4');
const authorize = createAuthorize({ policy: () => policy, refusals, stores: undefined, profile: '2.4' });
const addresses = () => ({ policy, refusals, isStore: anyStore, isHost: (host: string) => host !== 'evil', hasSecondFactor: true });
const parts: VerdictParts = {
    addresses, authorize, refusals,
    decideRoute: createDecideRoute({ authorize, refusals, profile: '2.4' }),
    decideSoap: createDecideSoap({ policy: () => policy, refusals, authorize, profile: '2.4' }),
    badToken: 'guest', oauth: 'refuse', unknownRoutes: 'deny', hasKeys: false, hasUpgrade: false, hasCors: false, maxBodyBytes: 1_000, maxCredentialBytes: 2_000
};

const session = { type: 'customer', callerId: '7', id: 'q7m2k9ax', secretHash: Buffer.alloc(32), issuedAtSeconds: 0, source: '' } as const;
const standings = {
    guest: { caller: guest, role: new Set<string>(), credential: 'absent' },
    bad: { caller: guest, role: new Set<string>(), credential: 'bad' },
    customer: { caller: { type: 'customer', id: '7' }, role: new Set<string>(), credential: 'insufficient', session },
    admin: { caller: { type: 'admin', id: '1' }, role: unknownRole, credential: 'insufficient' },
    clerk: { caller: { type: 'admin', id: '2' }, role: new Set(['A_B::orders']), credential: 'insufficient' }
} as const satisfies Readonly<Record<string, Standing>>;

interface Situation extends Partial<VerdictParts> {
    readonly who?: keyof typeof standings;
    readonly headers?: Readonly<Record<string, string>>;
    /** `too-large` is no text. */
    readonly body?: Buffer | string;
    readonly isSecure?: boolean;
    readonly httpVersion?: string;
    readonly more?: readonly string[];
}

/** Judges a request line; the verdict in a few words. */
function judge(line: string, { who = 'guest', headers = {}, body = Buffer.alloc(0), isSecure = true, httpVersion = '1.1', more = [], ...changed }: Situation = {}): string {

    const [method = '', target = ''] = line.split(' ');
    const all: Readonly<Record<string, string>> = { host: 'shop.example', ...headers };
    const asked: Asked = {
        frame: { method, httpVersion, headers: all, rawHeaders: [...Object.entries(all).flat(), ...more] },
        target, standing: standings[who], isSecure, body: body === 'too-large' ? body : Buffer.from(body)
    };
    const { word, route, asks, rule } = createJudge({ ...parts, ...changed })(asked);
    const said = word.kind === 'refused' ? `${word.refusal.status} ${word.refusal.reason}` : word.kind;
    return [said, route, ...asks.length === 0 ? [] : [asks.join('+')], ...rule === undefined ? [] : [rule]].join(' | ');
}

const json = { 'content-type': 'application/json' };
const credentials = '{"username":"x","password":"y"}';

describe('createJudge()', () => {

    it('decides on routes as their door does, and names the rule', () => {

        expect(judge('GET /rest/V1/open')).to.equal('forwarded | GET /V1/open | anonymous | etc/webapi.xml:2');
        expect(judge('GET /rest/V1/orders')).to.equal('401 not-authorized | GET /V1/orders | A_B::orders | etc/webapi.xml:3');
        expect(judge('GET /rest/V1/orders', { who: 'clerk' })).to.equal('forwarded | GET /V1/orders | A_B::orders | etc/webapi.xml:3');
        expect(judge('GET /rest/V1/open', { headers: { 'content-type': 'x' }, more: ['content-type', 'y'] })).to.equal('400 bad-request | GET (bad-request)');
    });

    it('leaves to the upstream what hangs on a role that the gate does not know, and nothing else', () => {

        expect(judge('GET /rest/V1/orders', { who: 'admin' })).to.equal('left | GET /V1/orders | A_B::orders | etc/webapi.xml:3');
        expect(judge('GET /rest/V1/open', { who: 'admin' })).to.equal('forwarded | GET /V1/open | anonymous | etc/webapi.xml:2');
    });

    it('looks into bodies in which a parameter would be forced', () => {

        const route = 'PUT /V1/me | self | etc/webapi.xml:4';
        expect(judge('PUT /rest/V1/me', { who: 'customer', headers: json, body: '{"customer":{}}' })).to.equal(`forwarded | ${route}`);
        expect(judge('PUT /rest/V1/me', { who: 'customer', headers: json, body: '{"customer":' })).to.equal(`400 decoding-failed | ${route}`);
        expect(judge('PUT /rest/V1/me', { who: 'customer', body: 'too-large' })).to.equal(`413 body-too-large | ${route}`);
        expect(judge('PUT /rest/async/bulk/V1/me', { who: 'customer' })).to.equal('400 not-queued | PUT /V1/me (bulk) | self | etc/webapi.xml:4');
    });

    it('decides on logins without looking a password up', () => {

        const route = 'POST /V1/integration/customer/token';
        expect(judge('POST /rest/V1/integration/customer/token', { headers: json, body: credentials })).to.equal(`answered | ${route}`);
        expect(judge('POST /rest/V1/integration/customer/token?a=1', { headers: json, body: credentials })).to.equal(`400 credentials-in-query | ${route}`);
        expect(judge('POST /rest/V1/integration/customer/token', { headers: { accept: 'image/png' } })).to.equal(`406 accept-unsupported | ${route}`);
        expect(judge('POST /rest/V1/integration/customer/token', { body: 'too-large' })).to.equal(`413 body-too-large | ${route}`);
        expect(judge('POST /rest/V1/tfa/provider/google/authenticate', { headers: json, body: credentials })).to.equal('answered | POST /V1/tfa/provider');
        expect(judge('POST /rest/async/V1/integration/admin/token')).to.equal('400 not-queued | POST (not-queued)');
    });

    it('decides on the end of sessions', () => {

        const all = 'POST /V1/integration/customer/revoke-customer-token | self';
        expect(judge('POST /rest/V1/integration/customer/revoke-customer-token', { who: 'customer' })).to.equal(`answered | ${all}`);
        expect(judge('POST /rest/V1/integration/customer/revoke-customer-token')).to.equal(`401 not-authorized | ${all}`);
        expect(judge('DELETE /rest/V1/integration/session', { who: 'customer' })).to.equal('answered | DELETE /V1/integration/session');
    });

    it('decides on SOAP by the body', () => {

        const call = (operation: string, situation: Situation = {}, service = 'aBCV1') => {

            const body = `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:n="http://x/soap/default?services=${service}"><e:Body><n:${operation}Request/></e:Body></e:Envelope>`;
            return judge(`POST /soap?services=${service}`, { body, ...situation });
        };

        expect(call('aBCV1Open')).to.equal('forwarded | SOAP aBCV1Open | anonymous | etc/webapi.xml:2');
        expect(call('aBCV1List')).to.equal('500 unknown-route | SOAP aBCV1List | A_B::orders | etc/webapi.xml:3');
        expect(call('aBCV1List', { who: 'admin' })).to.equal('left | SOAP aBCV1List | A_B::orders | etc/webapi.xml:3');
        expect(call('aBCV1Save')).to.equal('500 unknown-route | SOAP aBCV1Save | self+A_B::all | etc/webapi.xml:4, etc/webapi.xml:9');
        expect(call('aBCV1Nosuch')).to.equal('500 unknown-route | SOAP');
        expect(call('integrationCustomerTokenServiceV1CreateCustomerAccessToken', {}, 'integrationCustomerTokenServiceV1')).to.equal('answered | SOAP integrationCustomerTokenServiceV1CreateCustomerAccessToken');
        expect(call('aBCV1Open', { body: 'too-large' })).to.equal('413 body-too-large | SOAP');
        expect(call('aBCV1Open', { body: '<' })).to.equal('500 internal-error | SOAP');
        expect(call('aBCV1Open', { headers: { host: '' } })).to.equal('forwarded | SOAP aBCV1Open | anonymous | etc/webapi.xml:2');
        expect(createJudge(parts)({ frame: { method: 'POST', httpVersion: '1.0', headers: {} }, target: '/soap?services=aBCV1', standing: standings.guest, isSecure: true, body: Buffer.from('<') })).to.include({ route: 'SOAP' });
        expect(judge('POST /soap?wsdl_list')).to.equal('405 method-unsupported | SOAP');
        expect(judge('GET /soap?wsdl&services=nosuchV1')).to.equal('500 internal-error | SOAP');
        expect(judge('GET /soap?wsdl&services=integrationCustomerTokenServiceV1')).to.equal('answered | SOAP');
        expect(judge('GET /soap?wsdl_list')).to.equal('forwarded | SOAP');
    });

    it('looks for token mutations in GraphQL', () => {

        const ask = (query: string) => judge('POST /graphql', { headers: json, body: JSON.stringify({ query }) });
        expect(ask('{ products { items { sku } } }')).to.equal('forwarded | GraphQL');
        expect(ask('mutation { generateCustomerToken(email: "a", password: "b") { token } }')).to.equal('answered | GraphQL');
        expect(ask('mutation { generateCustomerToken(email: "a", password: "b") { token } addProductsToCart { x } }')).to.equal('200 bad-request | GraphQL');
        expect(ask('mutation { generateCustomerToken(email: "a", password: "b") @skip(if: true) { token } }')).to.equal('answered | GraphQL');
        expect(ask('query { __typename } mutation a { revokeCustomerToken { result } }')).to.match(/bad-request \| GraphQL$/);
        expect(judge('POST /graphql', { body: 'too-large' })).to.equal('413 body-too-large | GraphQL');
    });

    it('knows the gate\'s own addresses, and the schema', () => {

        expect(judge('GET /.well-known/jwks.json')).to.equal('404 not-found | GET /.well-known/jwks.json');
        expect(judge('GET /.well-known/jwks.json', { hasKeys: true })).to.equal('answered | GET /.well-known/jwks.json');
        expect(judge('POST /.well-known/jwks.json', { hasKeys: true })).to.equal('404 not-found | GET /.well-known/jwks.json');
        expect(judge('GET /rest/schema')).to.equal('forwarded | REST schema');
    });

    it('refuses unknown addresses, or leaves them to the upstream', () => {

        expect(judge('GET /rest/V1/nosuch')).to.equal('404 unknown-route | GET (unknown-route)');
        expect(judge('HEAD /checkout')).to.equal('404 not-found | HEAD (not-found)');
        expect(judge('PURGE /checkout')).to.equal('404 not-found | another method (not-found)');
        expect(judge('GET /checkout', { unknownRoutes: 'pass' })).to.equal('left | GET (not-found)');
        expect(judge('GET /x/rest/V1', { unknownRoutes: 'pass' })).to.equal('404 not-found | GET (not-found)');
    });

    it('refuses by the outside of a request what the gate would', () => {

        expect(judge('GET /rest/V1/open', { httpVersion: '1.2' })).to.equal('400 bad-request | GET (bad-request)');
        expect(judge('GET /rest/V1/open', { headers: { host: 'evil' } })).to.equal('400 bad-request | GET (bad-request)');
        expect(judge('GET /rest/V1/open', { more: ['cookie', 'x'.repeat(16_384)] })).to.equal('400 bad-request | GET (bad-request)');
        expect(judge('GET http://shop.example/rest/V1/open')).to.equal('400 bad-target | GET (bad-target)');
        expect(judge('GET /rest/V1/open', { headers: { authorization: 'Bearer a' }, more: ['Authorization', 'Bearer b'] })).to.equal('400 bad-request | GET /V1/open | anonymous | etc/webapi.xml:2');
        expect(createJudge(parts)({ frame: { httpVersion: '1.1', headers: { host: 'x' } }, target: '/graphql', standing: standings.guest, isSecure: true, body: Buffer.alloc(0) })).to.include({ route: 'another method (method-unsupported)' });
    });

    it('refuses WebSocket handshakes, unless it is told to take them', () => {

        const headers = { connection: 'Upgrade', upgrade: 'websocket' };
        expect(judge('GET /rest/V1/open', { headers })).to.match(/^403 upgrade-refused/);
        expect(judge('GET /rest/V1/open', { headers, hasUpgrade: true })).to.match(/^forwarded/);
        expect(judge('GET /checkout', { headers, hasUpgrade: true })).to.match(/^404/);
        expect(judge('GET /graphql', { headers, hasUpgrade: true })).to.match(/^403 upgrade-refused/);
    });

    it('refuses bad tokens and signatures as it is told to', () => {

        expect(judge('GET /rest/V1/open', { who: 'bad' })).to.match(/^forwarded/);
        expect(judge('GET /rest/V1/open', { who: 'bad', badToken: 'refuse' })).to.match(/^401 bad-token/);
        const authorization = 'OAuth oauth_consumer_key="x"';
        expect(judge('GET /rest/V1/open', { headers: { authorization } })).to.match(/^401 signature-refused/);
        expect(judge('GET /rest/V1/orders', { headers: { authorization }, oauth: 'pass' })).to.match(/^left/);
    });

    it('answers the questions of browsers where it is told to', () => {

        const headers = { origin: 'https://shop.example', 'access-control-request-method': 'GET' };
        expect(judge('OPTIONS /rest/V1/open', { headers })).to.match(/^405 method-unsupported/);
        expect(judge('OPTIONS /rest/V1/open', { headers, hasCors: true })).to.match(/^answered/);
        for (const line of ['GET /rest/V1/orders', 'OPTIONS /checkout']) {
            expect(judge(line, { headers, hasCors: true })).to.match(/^40\d/);
        }

        expect(judge('OPTIONS /rest/V1/open', { headers: { origin: 'x' }, hasCors: true })).to.match(/^405/);
        expect(judge('OPTIONS /rest/V1/open', { hasCors: true })).to.match(/^405/);
        expect(judge('OPTIONS /rest/V1/open', { headers, hasCors: true, httpVersion: '1.2' })).to.match(/^400/);
    });
});

describe('boundBody()', () => {

    it('bounds the bodies that a decision hangs on', () => {

        const bound = (line: string) => {

            const [method = '', target = ''] = line.split(' ');
            return boundBody(resolveCall(method, target, addresses()), method, parts);
        };

        expect(['PUT /rest/V1/me', 'POST /soap', 'POST /graphql', 'POST /rest/V1/integration/admin/token'].map(bound)).to.equal([1_000, 1_000, 1_000, 2_000]);
        expect(['PUT /rest/async/bulk/V1/me', 'PUT /rest/V1/me/7', 'GET /rest/V1/open', 'GET /soap', 'GET /graphql', 'GET /x'].map(bound)).to.equal(Array<undefined>(6).fill(undefined));
    });
});
