import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Addresses } from '../../gateway/call.js';
import { resolveCall } from '../../gateway/call.js';
import { loadPolicy } from '../../gateway/policy/load.js';
import { anyStore } from '../../gateway/target.js';
import { refusalsFor } from '../../plugin/refusals/refusal.js';


export const lab = Lab.script();
const { before, describe, it } = lab;

describe('resolveCall()', () => {

    let addresses: Omit<Addresses, 'isHost'>;

    before(async () => {

        addresses = { policy: await loadPolicy('config/policy'), refusals: refusalsFor('2.4'), isStore: anyStore };
    });

    const resolve = (line: string) => {

        const [method = '', target = ''] = line.split(' ');
        const call = resolveCall(method, target, addresses);
        return 'refusal' in call ? { kind: call.kind, status: call.refusal.status, reason: call.refusal.reason } : { ...call, ...('route' in call ? { route: `${call.route.method} ${call.route.url}` } : {}) };
    };

    const table: readonly (readonly [line: string, call: object])[] = [
        ['GET /rest/V1/customers/me', { kind: 'route', mode: 'sync', store: undefined, route: 'GET /V1/customers/me', path: '/V1/customers/me', isAmbiguous: false }],
        ['GET //index.php/rest/fr/V1/customers/me/?a=1', { kind: 'route', mode: 'sync', store: 'fr', route: 'GET /V1/customers/me', path: '/V1/customers/me', isAmbiguous: false }],
        ['PUT /rest/async/V1/customers/me', { kind: 'route', mode: 'async', store: undefined, route: 'PUT /V1/customers/me', path: '/V1/customers/me', isAmbiguous: false }],
        ['PUT /rest/async/bulk/V1/customers/me', { kind: 'route', mode: 'bulk', store: undefined, route: 'PUT /V1/customers/me', path: '/V1/customers/me', isAmbiguous: false }],
        ['POST /rest/V1/integration/admin/token?a=1', { kind: 'login', type: 'admin', store: undefined, query: 'a=1' }],
        ['POST /rest/fr/V1/integration/customer/token/', { kind: 'login', type: 'customer', store: 'fr', query: '' }],
        ['POST /rest/V1/integration/customer/revoke-customer-token', { kind: 'logout', sessions: 'all', store: undefined }],
        ['DELETE /rest/all/V1/integration/session', { kind: 'logout', sessions: 'own', store: 'all' }],
        ['POST /rest/async/V1/integration/customer/token', { kind: 'refused', status: 400, reason: 'not-queued' }],
        ['POST /rest/async/bulk/V1/integration/admin/token', { kind: 'refused', status: 400, reason: 'not-queued' }],
        ['GET /rest/V1/integration/customer/token', { kind: 'unknown', status: 404, reason: 'unknown-route' }],
        ['GET /rest/V1/nosuch', { kind: 'unknown', status: 404, reason: 'unknown-route' }],
        ['GET /rest/v1/customers/me', { kind: 'unknown', status: 400, reason: 'unprocessable' }],
        ['GET /rest/async/V1/customers/me', { kind: 'unknown', status: 400, reason: 'unprocessable' }],
        ['GET /rest/schema?services=all', { kind: 'schema' }],
        ['PATCH /rest/V1/nosuch', { kind: 'refused', status: 405, reason: 'method-unsupported' }],
        ['POST /soap/default?services=x', { kind: 'soap', store: 'default', path: '/', query: 'services=x' }],
        ['POST /graphql?query=x', { kind: 'graphql', path: '/', query: 'query=x' }],
        ['PURGE /graphql', { kind: 'refused', status: 405, reason: 'method-unsupported' }],
        ['GET /rest/schema/../V1/customers/1', { kind: 'refused', status: 400, reason: 'bad-target' }],
        ['GET /rest/async/schema/%2e%2e/V1/customers/1', { kind: 'refused', status: 400, reason: 'bad-target' }],
        ['GET /rest/schemaX', { kind: 'schema' }],
        ['GET /rest/schema/V1/orders', { kind: 'refused', status: 400, reason: 'bad-target' }],
        ['GET /rest/fr/async/schema%66/v1/orders', { kind: 'refused', status: 400, reason: 'bad-target' }],
        ['GET /graphql/../rest/V1/customers/1', { kind: 'refused', status: 400, reason: 'bad-target' }],
        ['POST /soap/default/..%2frest/V1/customers/1', { kind: 'refused', status: 400, reason: 'bad-target' }],
        ['GET /.well-known/jwks.json', { kind: 'keys' }],
        ['GET /customer/account', { kind: 'unknown', status: 404, reason: 'not-found' }],
        ['GET http://evil.example/rest/V1/customers/me', { kind: 'refused', status: 400, reason: 'bad-target' }],
        ['GET /rest/V1/customers/me#x', { kind: 'refused', status: 400, reason: 'bad-target' }]
    ];

    for (const [line, call] of table) {
        it(`resolves ${line}`, () => {

            expect(resolve(line)).to.equal(call);
        });
    }

    it('finds nothing below /async in 2.0', () => {

        const old = { ...addresses, refusals: refusalsFor('2.0'), profile: '2.0' } as const;
        const tell = (method: string, target: string) => {

            const call = resolveCall(method, target, old);
            return call.kind === 'unknown' ? [call.refusal.status, call.refusal.message, call.isPassable()] : call.kind;
        };

        expect(tell('PUT', '/rest/async/V1/customers/me')).to.equal([404, 'Request does not match any route.', false]);
        expect(tell('POST', '/rest/async/V1/integration/customer/token')).to.equal([404, 'Request does not match any route.', false]);
        expect(tell('GET', '/rest/schema')).to.equal('schema');
    });

    it('tells what else others would read in a path', () => {

        const twinOf = (line: string) => {

            const [method = '', target = ''] = line.split(' ');
            const call = resolveCall(method, target, addresses);
            return call.kind === 'route' ? [call.route.url, call.twin?.url] : call.kind;
        };

        expect(twinOf('GET /rest/V1/customers/m%65')).to.equal(['/V1/customers/:customerId', '/V1/customers/me']);
        expect(twinOf('GET /rest/V1/customers/me;a=b')).to.equal(['/V1/customers/:customerId', '/V1/customers/me']);
        expect(twinOf('GET /rest/V1/customers/%6d%2565')).to.equal(['/V1/customers/:customerId', '/V1/customers/me']);
        expect(twinOf('GET /rest/V1/customers/ME')).to.equal(['/V1/customers/:customerId', '/V1/customers/me']);
        expect(twinOf('GET /rest/V1/customers/me.')).to.equal(['/V1/customers/:customerId', '/V1/customers/me']);
        expect(twinOf('GET /rest/V1/customers/%EF%BD%8De.json')).to.equal(['/V1/customers/:customerId', '/V1/customers/me']);
        expect(twinOf('GET /rest/V1/customers/A1')).to.equal(['/V1/customers/:customerId', undefined]);
        expect(twinOf('GET /rest/V1/customers/%37')).to.equal(['/V1/customers/:customerId', undefined]);
        expect(twinOf('GET /rest/V1/customers/me')).to.equal(['/V1/customers/me', undefined]);
        expect(twinOf('GET /rest/V1/customers/a%2Fb%2Fc%2Fd')).to.equal(['/V1/customers/:customerId', undefined]);
    });

    it('tells which unknown calls may be passed on: none that somebody could take for the web API\'s, and none to a cache', () => {

        const isPassable = (line: string) => {

            const [method = '', target = ''] = line.split(' ');
            const call = resolveCall(method, target, addresses);
            return call.kind === 'unknown' && call.isPassable();
        };

        const passed = [
            'GET /', 'HEAD /customer/account', 'POST /checkout/?a=/rest/V1/x', 'GET /caf%C3%A9.html', 'GET /a%20b;c//d', 'GET /rest', 'GET /forest/V1', 'GET /interest', 'GET /bath/soap.html', 'GET /soap.d', 'GET /rest/V1/nosuch', 'GET /rest/V1/nosuch/%41;a', 'GET /rest/v1/x', 'OPTIONS /graphqlx'
        ];
        const kept = [
            'PURGE /', 'TRACE /', 'BAN /x', 'GET /a/../b', 'GET /%2e%2e/rest/V1/x', 'GET /REST/V1/customers/1', 'GET /%72est/V1/customers/1', 'GET /rest%2fV1/customers/1', 'GET /rest%252fV1', 'GET /fr/rest/V1/customers/1', 'GET /pub/index.php/rest/V1/x',
            'GET /INDEX.PHP/Rest/V1/x', 'GET /x//rest/V1', 'GET /rest;a/V1/x', 'POST /GraphQL', 'POST /fr/graphql/', 'POST /SOAP/default?services=x', 'GET /rest/V1/%63ustomers/me', 'GET /rest/V1/customers;a/me', 'GET /rest/V1/customers%2f8', 'GET /rest/V1//customers/me',
            'GET /rest/%64efault/V1/customers/me', 'GET /rest/default//V1/customers/me', 'POST /rest/V1/integration/customer/%74oken', 'POST /rest/V1/integration/customer/token;a', 'POST /rest/async%2fV1/integration/customer/token', 'GET /rest/%73chema',
            'GET /rest/v1/customers/me', 'GET /rest/V1/Customers/8', 'GET /rest/V1/customers./8', 'GET /rest/V1/orders.json', 'GET /rest/V1/customers/...//8', 'GET /rest./V1/orders', 'GET /fr/rest%20/V1/orders', 'POST /soap./default', 'POST /graphql%EF%BC%8E', 'GET /rest/DEFAULT/v1/orders', 'PUT /rest/Async/V1/customers/me', 'POST /rest/v1/integration/customer/token', 'DELETE /rest/V1/Integration/Session'
        ];
        expect(passed.filter((line) => !isPassable(line))).to.equal([]);
        expect(kept.filter(isPassable)).to.equal([]);
    });

    it('takes a second factor\'s token services for logins where accounts are Magento\'s own', () => {

        const kindOf = (path: string, hasSecondFactor: boolean) => resolveCall('POST', path, { ...addresses, hasSecondFactor }).kind;
        const path = '/rest/fr/V1/tfa/provider/authy/authenticate-onetouch';
        expect(resolveCall('POST', path, { ...addresses, hasSecondFactor: true })).to.equal({
            kind: 'login', type: 'admin', store: 'fr', query: '', secondFactorPath: '/V1/tfa/provider/authy/authenticate-onetouch'
        });
        expect(kindOf(path, false)).to.equal('unknown');
        expect(kindOf('/rest/V1/tfa/provider/u2fkey/verify', true)).to.equal('login');
        expect(kindOf('/rest/V1/tfa/provider/google/activate', true)).to.equal('unknown');
        expect(kindOf('/rest/async/V1/tfa/provider/google/authenticate', true)).to.equal('refused');
    });
});
