import type { ClientOf } from '../client-of.js';
import type { Force, Forcing } from '../force.js';
import type { Forward } from '../forwarder.js';
import type { Door } from '../gate.js';
import type { DecideRoute } from '../route-decision.js';
import { refuse } from '../../plugin/refusals/refuse.js';
import { hasBody } from '../forwarder.js';


interface RouteParts {
    readonly decide: DecideRoute;
    readonly clientOf: ClientOf;
    readonly force: Force;
    readonly forward: Forward;
}

// The methods whose body Magento reads (SPEC 6.1).
const bodied: ReadonlySet<string> = new Set(['POST', 'PUT']);

const noBody = Buffer.alloc(0);

/** Makes the door of REST routes: authorize ─▶ inject ─▶ forward. */
export function routeDoor({ decide, clientOf, force, forward }: RouteParts): Door<'route'> {

    return function route(call, passage) {

        const { req, standing } = passage;
        const decision = decide(call, standing, () => clientOf(req).isSecure);
        if (decision.kind === 'refused') {
            return refuse(decision.refusal, req);
        }

        const { forced } = decision;
        if (forced.length === 0) {
            return forward(passage);
        }

        const isBodied = bodied.has(String(req.method));
        const goOn = (forcing: Forcing) => {

            if (forcing.kind === 'refused') {
                return refuse(forcing.refusal, req);
            }

            // Others than Magento might read the body of any method: what nothing was forced in does not reach them

            return forward(passage, hasBody(req) && !isBodied ? { ...forcing.change, body: noBody } : forcing.change);
        };

        const forcing = force({ target: String(req.url), headers: req.headers, body: hasBody(req) && isBodied ? req : undefined }, forced);
        return forcing instanceof Promise ? forcing.then(goOn) : goOn(forcing);
    };
}
