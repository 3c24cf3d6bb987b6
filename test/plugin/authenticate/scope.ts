import { expect } from '@hapi/code';
import * as Hapi from '@hapi/hapi';
import * as Lab from '@hapi/lab';

import type { RequestRoute, RouteOptionsAccess } from '@hapi/hapi';

import { namedScopes, scopeOf, strategiesOf } from '../../../plugin/authenticate/scope.js';


export const lab = Lab.script();
const { describe, it } = lab;

/** A route as hapi has it, with the auth settings given. */
function routeWith(auth: RouteOptionsAccess | false | undefined): RequestRoute {

    const server = Hapi.server();
    server.auth.scheme('any', () => ({ authenticate: (_request, h) => h.continue }));
    server.auth.strategy('any', 'any');
    server.route({ method: 'GET', path: '/', options: { id: 'it', ...(auth === undefined ? {} : { auth }) }, handler: () => '' });
    return server.lookup('it')!;
}

describe('namedScopes()', () => {

    it('names the resources of every access rule, without hapi\'s signs', () => {

        const route = routeWith({ strategy: 'any', access: [{ scope: ['+a', 'b'] }, { scope: '!c' }, { entity: 'user' }] });
        expect(namedScopes(route)).to.only.include(['a', 'b', 'c']);
        expect(namedScopes(route)).to.shallow.equal(namedScopes(route));
    });

    it('names none where a route has no access rule', () => {

        expect([routeWith(undefined), routeWith(false), routeWith({ strategy: 'any' })].map(namedScopes)).to.equal([[], [], []]);
    });
});

describe('strategiesOf()', () => {

    it('names the strategies that a route has of its own', () => {

        expect([routeWith({ strategy: 'any' }), routeWith(false), routeWith(undefined)].map(strategiesOf)).to.equal([['any'], [], []]);
    });
});

describe('scopeOf()', () => {

    const route = routeWith({ strategy: 'any', access: { scope: ['+Shop_Test::orders'] } });
    const table = [
        [{ type: 'customer', id: '7' }, [], ['anonymous', 'self']],
        [{ type: 'admin', id: '2' }, ['Shop_Test::a'], ['anonymous', 'Shop_Test::a']],
        [{ type: 'admin', id: '1' }, ['Magento_Backend::all'], ['anonymous', 'Magento_Backend::all', 'Shop_Test::orders']]
    ] as const;

    for (const [caller, role, scope] of table) {
        it(`gives ${caller.type} ${caller.id} ${scope.join(', ')}`, () => {

            expect(scopeOf(caller, new Set(role), route)).to.equal([...scope]);
        });
    }
});
