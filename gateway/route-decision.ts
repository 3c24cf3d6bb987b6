import type { Standing } from '../plugin/authenticate/standing.js';
import type { Forced } from '../plugin/inject/forced.js';
import type { Profile } from '../plugin/refusals/messages.js';
import type { Refusal, Refusals } from '../plugin/refusals/refusal.js';
import type { Authorize } from './authorize.js';
import type { Call } from './call.js';
import { forcedValues } from '../plugin/inject/forced.js';


export type RouteCall = Extract<Call, { readonly kind: 'route' }>;

/** `forced` is what the request must say of the caller before it is forwarded. */
export type RouteDecision = { readonly kind: 'forward'; readonly forced: readonly Forced[] } | { readonly kind: 'refused'; readonly refusal: Refusal };

interface RuleParts {
    readonly authorize: Authorize;
    readonly refusals: Refusals;
    readonly profile: Profile;
}

/** Decides whether a call of a route is forwarded; `isSecure` tells whether it came over HTTPS. */
export type DecideRoute = (call: RouteCall, standing: Standing, isSecure: () => boolean) => RouteDecision;

// What a queued change of a customer's group asks for, beside the route's own resource: Customer/Plugin/AsyncRequestCustomerGroupAuthorization.php.
const groupResource = 'Magento_Customer::manage';

/** What a call asks for, one demand after the other: its route's resources first. */
export function listDemands({ route: { resources, parameters }, mode, twin }: RouteCall): readonly (readonly string[])[] {

    const demands: (readonly string[])[] = [resources];
    if (mode !== 'sync' && parameters.some(({ name, force }) => force && name === 'customer.group_id')) {
        demands.push([groupResource]);
    }

    if (twin !== undefined) {
        demands.push(twin.resources);
    }

    return demands;
}

/** Makes the decision on REST routes, in Magento's order of checks (SPEC 2). It knows nothing of the transport: the door carries it out, `explain` tells it. */
export function createDecideRoute({ authorize, refusals, profile }: RuleParts): DecideRoute {

    const refuse = (call: RouteCall, standing: Standing, isSecure: () => boolean): Refusal | undefined => {

        const { route: { method, resources, secure, parameters }, store, mode, isAmbiguous } = call;
        for (const demand of listDemands(call)) {
            const refusal = authorize({ resources: demand, store }, standing);
            if (refusal !== undefined) {
                return refusal;
            }
        }

        // The stock bulk consumer forces nothing, so that a customer could name another one (SPEC 1.8)

        if (mode === 'bulk' && standing.caller.type === 'customer' && (resources.includes('self') || parameters.some(({ force }) => force))) {
            return refusals.notInBulk();
        }

        if (secure && !isSecure()) {
            return refusals.notHttps();
        }

        if (profile === '2.0' && store === 'all' && method === 'GET') {
            return refusals.badRequest('Cannot perform GET operation with store code \'all\'');
        }

        return isAmbiguous ? refusals.ambiguousPath() : undefined;
    };

    return function decideRoute(call, standing, isSecure) {

        const refusal = refuse(call, standing, isSecure);
        if (refusal !== undefined) {
            return { kind: 'refused', refusal };
        }

        return { kind: 'forward', forced: call.mode === 'bulk' ? [] : forcedValues(call.route.parameters, standing.caller) };
    };
}
