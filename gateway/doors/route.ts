import type { Profile } from '../../plugin/refusals/messages.js';
import type { Refusal, Refusals } from '../../plugin/refusals/refusal.js';
import type { Authorize } from '../authorize.js';
import type { Call } from '../call.js';
import type { ClientOf } from '../client-of.js';
import type { Force } from '../force.js';
import type { Forward } from '../forwarder.js';
import type { Door, Passage } from '../gate.js';
import { forcedValues } from '../../plugin/inject/forced.js';
import { respond } from '../../plugin/refusals/boom.js';
import { hasBody } from '../forwarder.js';
import { targetOf } from '../raw-target.js';
import { hasAmbiguousSegment } from '../target.js';


interface RouteParts {
    readonly authorize: Authorize;
    readonly refusals: Refusals;
    readonly clientOf: ClientOf;
    readonly force: Force;
    readonly forward: Forward;
    readonly profile: Profile;
}

type RouteCall = Extract<Call, { readonly kind: 'route' }>;

// What a queued change of a customer's group asks for, beside the route's own resource: Customer/Plugin/AsyncRequestCustomerGroupAuthorization.php.
const groupResource = 'Magento_Customer::manage';

/** Makes the door of REST routes: authorize ─▶ inject ─▶ forward, in Magento's order of checks (SPEC 2). */
export function routeDoor({ authorize, refusals, clientOf, force, forward, profile }: RouteParts): Door<'route'> {

    const refuse = (call: RouteCall, { request, standing }: Passage): Refusal | undefined => {

        const { route: { resources, secure, parameters }, store, mode, path } = call;
        const refusal = authorize({ resources, store }, standing);
        if (refusal !== undefined) {
            return refusal;
        }

        if (mode !== 'sync' && parameters.some(({ name, force }) => force && name === 'customer.group_id')) {
            return authorize({ resources: [groupResource], store }, standing);
        }

        // The stock bulk consumer forces nothing, so that a customer could name another one (SPEC 1.8)

        if (mode === 'bulk' && standing.caller.type === 'customer' && (resources.includes('self') || parameters.some(({ force }) => force))) {
            return refusals.notInBulk();
        }

        if (secure && !clientOf(request.raw.req).isSecure) {
            return refusals.notHttps();
        }

        if (profile === '2.0' && store === 'all' && request.method === 'get') {
            return refusals.badRequest('Cannot perform GET operation with store code \'all\'');
        }

        return hasAmbiguousSegment(path) ? refusals.badTarget('The path may hold neither dot segments nor control characters nor backslashes, encoded or not.') : undefined;
    };

    return async function route(call, passage) {

        const { request, h, standing } = passage;
        const refusal = refuse(call, passage);
        if (refusal !== undefined) {
            return respond(refusal, request, h);
        }

        const forced = call.mode === 'bulk' ? [] : forcedValues(call.route.parameters, standing.caller);
        if (forced.length === 0) {
            return forward(passage);
        }

        const { req } = request.raw;
        const readsBody = hasBody(req) && (request.method === 'post' || request.method === 'put');
        const forcing = await force({ target: targetOf(req), contentType: req.headers['content-type'], body: readsBody ? req : undefined }, forced);
        return forcing.kind === 'refused' ? respond(forcing.refusal, request, h) : forward(passage, forcing.change);
    };
}
