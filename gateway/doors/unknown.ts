import type { Forward } from '../forwarder.js';
import type { Door } from '../gate.js';
import { guest } from '../../plugin/caller.js';
import { respond } from '../../plugin/refusals/boom.js';


/** Makes the door of calls that no route of the policy matches: refused, or passed on as a guest's, whoever sends them. */
export function unknownDoor(rule: 'deny' | 'pass', forward: Forward): Door<'unknown'> {

    return function unknown(call, { request, h, standing }) {

        return rule === 'deny' || !call.isPassable() ?
            respond(call.refusal, request, h) :
            forward({ request, h, standing: { caller: guest, role: standing.role, credential: standing.credential } });
    };
}
