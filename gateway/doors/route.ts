import type { ClientOf } from '../client-of.js';
import type { Force } from '../force.js';
import type { Forward } from '../forwarder.js';
import type { Door } from '../gate.js';
import type { DecideRoute } from '../route-decision.js';
import { respond } from '../../plugin/refusals/boom.js';
import { hasBody } from '../forwarder.js';
import { targetOf } from '../raw-target.js';


interface RouteParts {
    readonly decide: DecideRoute;
    readonly clientOf: ClientOf;
    readonly force: Force;
    readonly forward: Forward;
}

// The methods whose body Magento reads (SPEC 6.1).
const bodied: ReadonlySet<string> = new Set(['post', 'put']);

const noBody = Buffer.alloc(0);

/** Makes the door of REST routes: authorize ─▶ inject ─▶ forward. */
export function routeDoor({ decide, clientOf, force, forward }: RouteParts): Door<'route'> {

    return async function route(call, passage) {

        const { request, h, standing } = passage;
        const { req } = request.raw;
        const decision = decide(call, standing, () => clientOf(req).isSecure);
        if (decision.kind === 'refused') {
            return respond(decision.refusal, request, h);
        }

        const { forced } = decision;
        if (forced.length === 0) {
            return forward(passage);
        }

        const isBodied = bodied.has(request.method);
        const forcing = await force({ target: targetOf(req), headers: req.headers, body: hasBody(req) && isBodied ? req : undefined }, forced);
        if (forcing.kind === 'refused') {
            return respond(forcing.refusal, request, h);
        }

        // Others than Magento might read the body of any method: what nothing was forced in does not reach them

        return forward(passage, hasBody(req) && !isBodied ? { ...forcing.change, body: noBody } : forcing.change);
    };
}
