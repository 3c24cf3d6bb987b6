import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Question } from '../../../gateway/explain/explanation.js';
import type { Standing } from '../../../plugin/authenticate/standing.js';
import { assemblePolicy } from '../../../gateway/policy/assembly.js';
import { createRules } from '../../../gateway/rules.js';
import { checkSettings } from '../../../gateway/settings.js';
import { unknownRole } from '../../../plugin/authorize/acl.js';
import { guest } from '../../../plugin/caller.js';
import { refusalsFor } from '../../../plugin/refusals/refusal.js';


export const lab = Lab.script();
const { describe, it } = lab;

const text = `<routes>
<route url="/V1/customers/me" method="PUT">
    <service class="A\\B\\Api\\CInterface" method="save"/>
    <resources><resource ref="self"/></resources>
    <data>
        <parameter name="customer.id" force="true">%customer_id%</parameter>
        <parameter name="customer.group_id" force="true">%customer_group_id%</parameter>
        <parameter name="cartId" force="true">%cart_id%</parameter>
        <parameter name="note">hello</parameter>
    </data>
</route>
<route url="/V1/customers/me" method="GET">
    <service class="A\\B\\Api\\CInterface" method="get"/>
    <resources><resource ref="self"/></resources>
    <data><parameter name="customerId" force="true">%customer_id%</parameter></data>
</route>
<route url="/V1/orders" method="GET" secure="true"><service class="A\\B\\Api\\CInterface" method="list"/><resources><resource ref="x"/><resource ref="y"/></resources></route>
</routes>`;
const acl = '<config><acl><resources><resource id="x" title="x"/><resource id="y" title="y"/></resources></acl></config>';

const policy = assemblePolicy([{ kind: 'webapi', path: 'A/etc/webapi.xml', text }, { kind: 'acl', path: 'A/etc/acl.xml', text: acl }]);

const standings = {
    guest: { caller: guest, role: new Set(), credential: 'absent' },
    bad: { caller: guest, role: new Set(), credential: 'bad' },
    customer: { caller: { type: 'customer', id: '7' }, role: new Set(), credential: 'insufficient' },
    clerk: { caller: { type: 'admin', id: '2' }, role: new Set(['x']), credential: 'insufficient' },
    foreign: { caller: { type: 'admin', id: '3' }, role: unknownRole, credential: 'insufficient' }
} as const satisfies Record<string, Standing>;

describe('createExplain()', () => {

    const explain = (line: string, who: keyof typeof standings, env: Readonly<Record<string, string>> = {}, more: Partial<Question> = {}) => {

        const check = checkSettings(env, [], process.cwd());
        const settings = check.kind === 'sound' ? check.settings : undefined;
        const [method = '', target = ''] = line.split(' ');
        return createRules(settings!, { policy: () => policy, refusals: refusalsFor('2.4'), hasSecondFactor: false }).explain({ method, target, standing: standings[who], isSecure: false, ...more });
    };

    it('tells all of a call that is forwarded', () => {

        expect(explain('GET /rest/fr/V1/customers/me?customer_id=2&a=%41', 'customer')).to.equal({
            method: 'GET', target: '/rest/fr/V1/customers/me?customer_id=2&a=%41',
            address: { kind: 'route', store: 'fr', mode: 'sync' },
            caller: { type: 'customer', id: '7', credential: 'insufficient', has: ['anonymous', 'self'] },
            route: { method: 'GET', url: '/V1/customers/me', file: 'A/etc/webapi.xml', line: 12, service: 'A\\B\\Api\\CInterface', serviceMethod: 'get', secure: false },
            asks: ['self'], lacks: [],
            parameters: [{ name: 'customerId', value: '%customer_id%', becomes: 'set', text: '7' }],
            outcome: {
                kind: 'forwarded', target: '/rest/fr/V1/customers/me?customerId=7&a=%41',
                headers: [['x-caller-type', 'customer'], ['x-request-id', '(an id of the request)'], ['x-caller-id', '7'], ['x-session-id', '(the session\'s id)']]
            }
        });
    });

    it('tells all of a call that is refused, with what is lacking', () => {

        const { caller, asks, lacks, parameters, outcome } = explain('GET /rest/V1/orders', 'clerk');
        expect({ caller, asks, lacks, parameters }).to.equal({ caller: { type: 'admin', id: '2', credential: 'insufficient', has: ['anonymous', 'x'], roleFrom: 'gate' }, asks: ['x', 'y'], lacks: ['y'], parameters: [] });
        expect(outcome).to.equal({ kind: 'refused', refusal: refusalsFor('2.4').notAuthorized(['x', 'y'], 'insufficient') });
    });

    it('tells what becomes of each parameter', () => {

        const fates = (line: string, who: keyof typeof standings) => explain(line, who).parameters.map(({ name, becomes, text: value = '' }) => `${name} ${becomes} ${value}`.trim());
        expect(fates('PUT /rest/V1/customers/me', 'customer')).to.equal(['customer.id set 7', 'customer.group_id drop', 'cartId leave', 'note default']);
        expect(fates('PUT /rest/async/bulk/V1/customers/me', 'foreign')).to.equal(['customer.id untouched', 'customer.group_id untouched', 'cartId untouched', 'note untouched']);
    });

    it('tells all that a call asks for, beyond its route', () => {

        expect(explain('PUT /rest/async/V1/customers/me', 'customer')).to.include({ asks: ['self', 'Magento_Customer::manage'], lacks: ['Magento_Customer::manage'] }).and.to.part.include({ outcome: { kind: 'refused' } });
    });

    it('takes what is in the query of a PUT away, for the body has it', () => {

        expect(explain('PUT /rest/V1/customers/me?id=2', 'customer').outcome).to.include({ kind: 'forwarded', target: '/rest/V1/customers/me' });
    });

    it('names the session of a token, and says that the identity is signed', () => {

        const session = { type: 'customer', callerId: '7', id: 'q7m2k9ax', secretHash: Buffer.alloc(32), issuedAtSeconds: 1, source: '' } as const;
        const { outcome } = explain('GET /rest/V1/customers/me', 'customer', { POSTERN_ASSERTION_KEY: '/key.pem' }, { standing: { ...standings.customer, session } });
        expect(outcome.kind === 'forwarded' && outcome.headers.slice(-2)).to.equal([['x-session-id', 'q7m2k9ax'], ['x-caller-assertion', '(a signed JWT)']]);
    });

    it('says where an admin\'s role comes from', () => {

        expect(explain('GET /rest/V1/orders', 'foreign', {}, { isSecure: true })).to.include({ lacks: [] }).and.to.part.include({ caller: { roleFrom: 'magento' }, outcome: { kind: 'forwarded' } });
        expect(explain('GET /rest/V1/orders', 'clerk').caller.roleFrom).to.equal('gate');
        expect(explain('GET /rest/V1/orders', 'customer').caller.roleFrom).to.be.undefined();
    });

    const unknown = { POSTERN_UNKNOWN_ROUTES: 'pass' };
    const table: readonly (readonly [line: string, who: keyof typeof standings, env: Readonly<Record<string, string>>, kind: string, outcome: string])[] = [
        ['GET /rest/V1/orders', 'foreign', {}, 'route', 'refused not-https'],
        ['GET /rest/V1/orders', 'bad', {}, 'route', 'refused not-authorized'],
        ['GET /rest/V1/orders', 'bad', { POSTERN_BAD_TOKEN: 'refuse' }, 'route', 'refused bad-token'],
        ['PATCH /rest/V1/orders', 'bad', { POSTERN_BAD_TOKEN: 'refuse' }, 'refused', 'refused method-unsupported'],
        ['GET /rest/de/V1/orders', 'clerk', { POSTERN_STORES: 'default,fr' }, 'unknown', 'refused unprocessable'],
        ['POST /rest/V1/integration/admin/token', 'guest', {}, 'login', 'answered by the gate: admin credentials are exchanged for a token, for everybody'],
        ['POST /rest/V1/integration/customer/revoke-customer-token', 'customer', {}, 'logout', 'answered by the gate: all sessions of the customer end'],
        ['POST /rest/V1/integration/customer/revoke-customer-token', 'guest', {}, 'logout', 'refused not-authorized'],
        ['POST /rest/V1/integration/customer/revoke-customer-token', 'foreign', {}, 'logout', 'refused field-missing'],
        ['DELETE /rest/V1/integration/session', 'clerk', {}, 'logout', 'answered by the gate: the session that asks ends'],
        ['DELETE /rest/V1/integration/session', 'guest', {}, 'logout', 'refused not-authorized'],
        ['GET /.well-known/jwks.json', 'guest', {}, 'keys', 'refused not-found'],
        ['GET /.well-known/jwks.json', 'guest', { POSTERN_ASSERTION_KEY: '/key.pem' }, 'keys', 'answered by the gate: the keys that assertions are checked with'],
        ['POST /.well-known/jwks.json', 'guest', { POSTERN_ASSERTION_KEY: '/key.pem' }, 'keys', 'refused not-found'],
        ['GET /rest/schema?services=all', 'guest', {}, 'schema', 'forwarded guest'],
        ['POST /soap/default?services=x', 'customer', {}, 'soap', 'depends on the operation that the body names: it asks for the resources of all routes of its service method'],
        ['POST /graphql', 'customer', {}, 'graphql', 'depends on the document: generateCustomerToken and revokeCustomerToken are answered by the gate, everything else is forwarded'],
        ['GET /rest/V1/nosuch', 'customer', {}, 'unknown', 'refused unknown-route'],
        ['GET /rest/V1/nosuch?..', 'customer', unknown, 'unknown', 'forwarded guest'],
        ['GET /shop/%2e%2e/rest', 'customer', unknown, 'unknown', 'refused not-found']
    ];

    for (const [line, who, env, kind, expected] of table) {
        it(`explains ${line} of ${who}${Object.entries(env).map((pair) => ` with ${pair.join('=')}`).join('')}`, () => {

            const { address, outcome } = explain(line, who, env);
            const told = outcome.kind === 'refused' ? outcome.refusal.reason : outcome.kind === 'forwarded' ? outcome.headers[0]?.[1] : outcome.how;
            expect(address.kind).to.equal(kind as typeof address.kind);
            expect(`${outcome.kind} ${told ?? ''}`).to.equal(expected);
        });
    }
});
