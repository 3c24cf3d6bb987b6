import type { RequestRoute } from '@hapi/hapi';

import type { Caller } from '../caller.js';
import { allResources } from '../authorize/acl.js';


const named = new WeakMap<object, readonly string[]>();

/** The strategies that a hapi route names itself. */
export function strategiesOf({ settings: { auth } }: RequestRoute): readonly string[] {

    return auth?.strategies ?? [];
}

/** The resources that a hapi route asks for in `auth.access.scope`, without their `+` and `!`; hapi keeps them sorted by kind. */
export function namedScopes({ settings: { auth } }: RequestRoute): readonly string[] {

    if (!auth?.access) {
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
