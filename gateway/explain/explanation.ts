import type { BadTokenRule } from '../../plugin/authenticate/scheme.js';
import type { Standing } from '../../plugin/authenticate/standing.js';
import type { Caller } from '../../plugin/caller.js';
import type { Forced } from '../../plugin/inject/forced.js';
import type { Refusal, Refusals } from '../../plugin/refusals/refusal.js';
import type { Authorize } from '../authorize.js';
import type { Addresses, Call, Store } from '../call.js';
import type { Route } from '../policy/policy.js';
import type { RoleOrigin } from '../role-origin.js';
import type { DecideRoute, RouteCall } from '../route-decision.js';
import { guest } from '../../plugin/caller.js';
import { forceQuery } from '../../plugin/inject/forced-query.js';
import { identityHeaders } from '../../plugin/inject/identity.js';
import { resolveCall } from '../call.js';
import { decideLogout } from '../logout-decision.js';
import { originOf } from '../role-origin.js';
import { listDemands } from '../route-decision.js';


/** A call as somebody imagines it. */
export interface Question {
    readonly method: string;
    readonly target: string;
    readonly standing: Standing;
    /** Whether it comes over HTTPS. */
    readonly isSecure: boolean;
}

/** What becomes of a parameter that a route declares: `default` is filled in by the service where the client sends none, `untouched` not looked at (bulk calls). */
export interface ExplainedParameter {
    readonly name: string;
    /** As declared: `%customer_id%`. */
    readonly value: string;
    readonly becomes: 'default' | 'drop' | 'leave' | 'set' | 'untouched';
    /** What it is set to. */
    readonly text?: string;
}

export type ExplainedOutcome =
    | { readonly kind: 'answered' | 'depends'; readonly how: string }
    | { readonly kind: 'forwarded'; readonly target: string; /** Names and values. */ readonly headers: readonly (readonly [name: string, value: string])[] }
    | { readonly kind: 'refused'; readonly refusal: Refusal };

/** How a call would be decided, and why. */
export interface Explanation {
    readonly method: string;
    readonly target: string;
    readonly address: { readonly kind: Call['kind']; /** Of REST and SOAP. */ readonly store?: string; readonly mode?: RouteCall['mode'] };
    readonly caller: Caller & { readonly credential: Standing['credential']; /** The resources that the caller has. */ readonly has: readonly string[]; /** Of an admin: who says what it may do. Where that is Magento, nothing is refused here for want of a resource. */ readonly roleFrom?: RoleOrigin };
    readonly route?: Pick<Route, 'file' | 'line' | 'method' | 'secure' | 'service' | 'serviceMethod' | 'url'>;
    readonly asks: readonly string[];
    readonly lacks: readonly string[];
    readonly parameters: readonly ExplainedParameter[];
    readonly outcome: ExplainedOutcome;
}

/** The stages of the gate, and what it is told about calls. */
export interface ExplainParts {
    readonly addresses: () => Omit<Addresses, 'isHost'>;
    readonly authorize: Authorize;
    readonly decideRoute: DecideRoute;
    readonly refusals: Refusals;
    readonly unknownRoutes: 'deny' | 'pass';
    readonly badToken: BadTokenRule;
    readonly isSigned: boolean;
}

export type Explain = (question: Question) => Explanation;

/** Makes what tells how a call would be decided. It asks the stages that calls go through, and nothing is done. */
export function createExplain(parts: ExplainParts): Explain {

    const { addresses, authorize, refusals, badToken } = parts;

    return function explain(question) {

        const { method, target, standing } = question;
        const { caller, credential } = standing;
        const call = resolveCall(method, target, addresses());
        const store = 'store' in call ? call.store : undefined;
        const may = (resource: string) => authorize({ resources: [resource], store }, standing) === undefined;
        const asks = asksOf(call);
        const isRefusedToken = call.kind !== 'refused' && credential === 'bad' && badToken === 'refuse';
        const decided = isRefusedToken ? { parameters: [], outcome: refuse(refusals.badToken()) } : decideCall(call, question, parts);

        return {
            method, target,
            address: { kind: call.kind, ...('store' in call ? { store: nameStore(store) } : {}), ...(call.kind === 'route' ? { mode: call.mode } : {}) },
            caller: { ...caller, credential, has: ['anonymous', ...(may('self') && caller.type === 'customer' ? ['self'] : []), ...standing.role], ...(caller.type === 'admin' ? { roleFrom: originOf(standing.role) } : {}) },
            ...(call.kind === 'route' ? { route: pickRoute(call.route) } : {}),
            asks,
            lacks: asks.filter((resource) => !may(resource)),
            ...decided
        };
    };
}

function decideCall(call: Call, question: Question, parts: ExplainParts): Pick<Explanation, 'outcome' | 'parameters'> {

    const { method, target, standing, isSecure } = question;
    const { caller } = standing;
    if (call.kind === 'route') {
        const decision = parts.decideRoute(call, standing, () => isSecure);
        if (decision.kind === 'refused') {
            return { parameters: [], outcome: refuse(decision.refusal) };
        }

        // A body is where PUT and POST send their arguments

        const place = ['POST', 'PUT'].includes(method) ? 'body' : 'query';
        return { parameters: explainParameters(call, decision.forced), outcome: forward(standing, forceQuery(target, decision.forced, place), parts) };
    }

    const outcomeOf = (): ExplainedOutcome => {

        switch (call.kind) {
            case 'login':
                return { kind: 'answered', how: `by the gate: ${call.type} credentials are exchanged for a token, for everybody` };
            case 'logout': {
                const held = caller.type === 'admin' || caller.type === 'customer' ? { type: caller.type } : undefined;
                const decision = decideLogout(call, held, standing, parts);
                return decision.kind === 'refused' ?
                    refuse(decision.refusal) :
                    { kind: 'answered', how: `by the gate: ${decision.kind === 'own' ? 'the session that asks ends' : 'all sessions of the customer end'}` };
            }

            case 'keys':
                return parts.isSigned && method === 'GET' ? { kind: 'answered', how: 'by the gate: the keys that assertions are checked with' } : refuse(parts.refusals.notFound());
            case 'soap':
                return { kind: 'depends', how: 'on the operation that the body names: it asks for the resources of all routes of its service method' };
            case 'graphql':
                return { kind: 'depends', how: 'on the document: generateCustomerToken and revokeCustomerToken are answered by the gate, everything else is forwarded' };
            case 'schema':
                return forward(standing, target, parts);
            case 'unknown':
                return parts.unknownRoutes === 'deny' || !call.isPassable() ?
                    refuse(call.refusal) :
                    forward({ caller: guest, role: standing.role, credential: standing.credential }, target, parts);
            case 'refused':
                return refuse(call.refusal);
        }
    };

    return { parameters: [], outcome: outcomeOf() };
}

function asksOf(call: Call): readonly string[] {

    if (call.kind === 'route') {
        return [...new Set(listDemands(call).flat())];
    }

    return call.kind === 'logout' && call.sessions === 'all' ? ['self'] : [];
}

/** The default store has no code that is known here. */
function nameStore(store: Store): string {

    return store ?? 'default';
}

function pickRoute({ method, url, file, line, service, serviceMethod, secure }: Route): NonNullable<Explanation['route']> {

    return { method, url, file, line, service, serviceMethod, secure };
}

function explainParameters({ route, mode }: RouteCall, forced: readonly Forced[]): readonly ExplainedParameter[] {

    return route.parameters.map(({ name, value, force }): ExplainedParameter => {

        if (mode === 'bulk') {
            return { name, value, becomes: 'untouched' };
        }

        const fate = force ? forced.find(({ path }) => path.join('.') === name) : undefined;
        return { name, value, becomes: fate?.kind ?? 'default', ...(fate?.kind === 'set' ? { text: fate.text } : {}) };
    });
}

function refuse(refusal: Refusal): ExplainedOutcome {

    return { kind: 'refused', refusal };
}

function forward({ caller, session }: Standing, target: string, { isSigned }: ExplainParts): ExplainedOutcome {

    const sessionId = session?.id ?? (caller.type === 'guest' ? undefined : '(the session\'s id)');
    const flat = [...identityHeaders(caller, sessionId, '(an id of the request)'), ...(isSigned ? ['x-caller-assertion', '(a signed JWT)'] : [])];
    return { kind: 'forwarded', target, headers: flat.flatMap((name, place) => (place % 2 === 0 ? [[name, String(flat[place + 1])] as const] : [])) };
}
