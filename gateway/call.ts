import type { AccountType } from '../plugin/caller.js';
import type { Profile } from '../plugin/refusals/messages.js';
import type { Refusal, Refusals } from '../plugin/refusals/refusal.js';
import type { Policy } from './policy/load.js';
import type { Route, RouteMatch } from './policy/policy.js';
import type { Target } from './target.js';
import { foldPath, hasAmbiguousSegment, plainPath } from './lenient.js';
import { chooseProcessor, isSupportedMethod } from './processor.js';
import { readTarget } from './target.js';


/** Which store view a call is for: a code, `all` for the admin store, undefined for the default one (SPEC 1.3). */
export type Store = string | undefined;

/** What a request asks for, as its method and target say, before anybody looks at who asks. */
export type Call =
    | { readonly kind: 'route'; readonly mode: 'async' | 'bulk' | 'sync'; readonly store: Store; readonly route: Route; readonly path: string; /** Whether others could take the path for another one. */ readonly isAmbiguous: boolean; /** What others than Magento would read in it. */ readonly twin?: Route }
    | { readonly kind: 'login'; readonly type: AccountType; readonly store: Store; readonly query: string; readonly secondFactorPath?: string }
    | { readonly kind: 'logout'; readonly sessions: 'all' | 'own'; readonly store: Store }
    | { readonly kind: 'schema' }
    | { readonly kind: 'graphql'; readonly path: string; readonly query: string }
    | { readonly kind: 'soap'; readonly store: Store; readonly path: string; readonly query: string }
    | { readonly kind: 'keys' }
    | { readonly kind: 'unknown'; readonly refusal: Refusal; /** Whether it may be passed on, where such calls are: found out where it is asked. */ readonly isPassable: () => boolean }
    | { readonly kind: 'refused'; readonly refusal: Refusal };

/** A call that was not refused for what it asks alone. */
export type OpenCall = Exclude<Call, { readonly kind: 'refused' }>;

/** What the addresses mean here. */
export interface Addresses {
    readonly policy: Policy;
    readonly refusals: Refusals;
    readonly isStore: (code: string) => boolean;
    /** Whether a client may name this in `Host`. */
    readonly isHost: (host: string) => boolean;
    /** Whether accounts are Magento's own, so that a second factor's token services sign in, too. */
    readonly hasSecondFactor?: boolean;
    /** Absent: `2.4`. */
    readonly profile?: Profile;
}

// Answered by the gate itself, whatever the policy says. The last one is our own: it ends the session that asks, and no other.
export const ownRoutes: ReadonlyMap<string, (store: Store, query: string) => Call> = new Map([
    ['POST /V1/integration/admin/token', (store: Store, query: string): Call => ({ kind: 'login', type: 'admin', store, query })],
    ['POST /V1/integration/customer/token', (store: Store, query: string): Call => ({ kind: 'login', type: 'customer', store, query })],
    ['POST /V1/integration/customer/revoke-customer-token', (store: Store): Call => ({ kind: 'logout', sessions: 'all', store })],
    ['DELETE /V1/integration/session', (store: Store): Call => ({ kind: 'logout', sessions: 'own', store })]
]);

const likeOwn: ReadonlySet<string> = new Set(Array.from(ownRoutes.keys(), (route) => route.replace('V1', 'v1')));

// The services that return an admin's token where Magento asks for a second factor (SPEC 4.7)
const secondFactor = /^POST (\/V1\/tfa\/provider\/[\w-]+\/(?:authenticate(?:-onetouch)?|verify))$/;

// What an upstream's applications serve; PURGE, TRACE and their kin are for the servers and caches in front of them (ATTACKS 48)
const passableMethods = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

// The web API below a store code or another script, in other letters, or with what some file systems drop at the end of a name (ATTACKS 29, 33)
const apiInDisguise = /\/(?:rest(?:\.|%20)*\/|(?:graphql|soap)(?:\.|%20)*(?:\/|$))/i;

/** Finds what a method and a raw request target ask for. */
export type Resolve = (method: string, rawTarget: string, addresses: Omit<Addresses, 'isHost'>) => Call;

type MatchedRoute = Extract<RouteMatch, { readonly kind: 'matched' }>;

/** Finds what a request asks for: the route stage, in Magento's order of checks (SPEC 2). `target` is what the target stage made of the raw one. */
export function resolveCall(method: string, rawTarget: string, addresses: Omit<Addresses, 'isHost'>, target = readTarget(rawTarget, addresses.isStore)): Call {

    const call = readCall(method, rawTarget, target, addresses);
    if (call.kind !== 'unknown') {
        return call;
    }

    const isPassable = () => {

        const path = pathOf(rawTarget);
        const plain = plainPath(path);
        return call.isPassable() && passableMethods.has(method) && !hasAmbiguousSegment(path) && !isLikeRoute(method, path, addresses.policy)
            && (plain === path || readCall(method, plain, readTarget(plain, addresses.isStore), addresses).kind === 'unknown');
    };

    return { ...call, isPassable };
}

function pathOf(rawTarget: string): string {

    return rawTarget.replace(/\?.*/s, '');
}

function readCall(method: string, rawTarget: string, target: Target, { policy, refusals, hasSecondFactor = false, profile = '2.4' }: Omit<Addresses, 'isHost'>): Call {

    switch (target.kind) {
        case 'malformed':
            return { kind: 'refused', refusal: refusals.badTarget(target.sentence) };
        case 'unknown':
            return rawTarget === '/.well-known/jwks.json' ? { kind: 'keys' } : { kind: 'unknown', refusal: refusals.notFound(), isPassable: () => !apiInDisguise.test(plainPath(pathOf(rawTarget))) };
        case 'graphql':
        case 'soap':
            if (hasAmbiguousSegment(target.path)) {
                return { kind: 'refused', refusal: refusals.ambiguousPath() };
            }

            return method === 'GET' || method === 'POST' ? target : { kind: 'refused', refusal: refusals.methodUnsupported(method, 'GET, POST') };
        case 'rest':
            return isSupportedMethod(method) ? resolveRest(method, target, { policy, refusals, hasSecondFactor, profile }) : { kind: 'refused', refusal: refusals.methodUnsupported(method) };
    }
}

function resolveRest(method: string, { store, path, query }: { readonly store: Store; readonly path: string; readonly query: string }, { policy, refusals, hasSecondFactor, profile }: Pick<Required<Addresses>, 'hasSecondFactor' | 'policy' | 'profile' | 'refusals'>): Call {

    const processor = chooseProcessor(method, policy.rewriteAlias(method, path), profile);
    if (processor.kind === 'schema') {

        // Magento takes whatever begins so for the schema: where others could take the word for a store code, and find a route behind it, it is not for everybody

        return hasAmbiguousSegment(path) || isLikeRoute(method, `/rest${path}`, policy) ? { kind: 'refused', refusal: refusals.ambiguousPath() } : processor;
    }

    if (processor.kind === 'unprocessable') {
        return { kind: 'unknown', refusal: refusals.unprocessable(), isPassable: () => true };
    }

    // A login is never queued: its password would lie in the upstream's tables

    const called = `${method} ${processor.path}`;
    const [, secondFactorPath] = hasSecondFactor ? secondFactor.exec(called) ?? [] : [];
    const call: Call | undefined = secondFactorPath === undefined ? ownRoutes.get(called)?.(store, query) : { kind: 'login', type: 'admin', store, query, secondFactorPath };
    if (call !== undefined) {
        return processor.kind === 'sync' ? call : { kind: 'refused', refusal: refusals.notQueued() };
    }

    const find = processor.kind === 'bulk' ? policy.matchBulk : policy.match;
    const match = find(method, processor.path);
    if (match.kind === 'none') {
        return { kind: 'unknown', refusal: refusals.unknownRoute(), isPassable: () => true };
    }

    const twin = findTwin(method, processor.path, match, policy);
    return { kind: 'route', mode: processor.kind, store, route: match.route, path: processor.path, isAmbiguous: hasAmbiguousSegment(processor.path), ...twin !== undefined && { twin } };
}

/** Finds the route whose words a value is to others than Magento: `M%65` is `me` to some (ATTACKS 25). */
function findTwin(method: string, path: string, { route, parameters }: MatchedRoute, { matchLike }: Policy): Route | undefined {

    for (const value of parameters.values()) {
        if (!/^[\da-z_-]+$/.test(value)) {
            const other = matchLike(method, foldPath(path));
            return other.kind === 'matched' && other.route !== route ? other.route : undefined;
        }
    }

    return undefined;
}

/** Whether others than Magento could find a route in a path in which it finds none, whatever they take for a store code (ATTACKS 29). */
function isLikeRoute(method: string, path: string, { matchLike }: Policy): boolean {

    const [, like] = /^\/(?:index\.php\/)?rest(?:\/.*?)?(\/v\d.*)/s.exec(foldPath(path)) ?? [];
    return like !== undefined && (matchLike(method, like).kind === 'matched' || likeOwn.has(`${method} ${like}`));
}
