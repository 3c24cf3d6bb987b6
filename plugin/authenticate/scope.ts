import type { AuthSettings, RequestRoute } from '@hapi/hapi';

import type { Caller } from '../caller.js';
import { allResources } from '../authorize/acl.js';


const named = new WeakMap<object, readonly string[]>();

/** hapi keeps the auth settings of a route in their long form, in whatever form they were given. */
function settingsOf({ settings: { auth } }: RequestRoute): AuthSettings | undefined {

    return typeof auth === 'object' ? auth : undefined;
}

/** The strategies that a hapi route names itself. */
export function strategiesOf(route: RequestRoute): readonly string[] {

    return settingsOf(route)?.strategies ?? [];
}

/** The resources that a hapi route asks for in `auth.access.scope`, without their `+` and `!`; hapi keeps them sorted by kind. */
export function namedScopes(route: RequestRoute): readonly string[] {

    const auth = settingsOf(route);
    if (auth?.access === undefined) {
        return [];
    }

    const scopes = named.get(auth) ?? auth.access.flatMap(({ scope }) => (scope ? Object.values(scope).flat() as string[] : []));
    named.set(auth, scopes);
    return scopes;
}

/**
 * What a caller has, in the words of hapi's access rules: `anonymous` for everybody, `self` for a customer, and for an admin what the role lists.
 * Where the role lists everything, also whatever the route names.
 */
export function scopeOf(caller: Caller, role: ReadonlySet<string>, route: RequestRoute): string[] {

    const scope = ['anonymous', ...role];
    if (caller.type === 'customer') {
        scope.push('self');
    }

    return role.has(allResources) ? [...scope, ...namedScopes(route)] : scope;
}
