import type { Forward } from '../forwarder.js';
import type { Door } from '../gate.js';
import { guest } from '../../plugin/caller.js';
import { refuse } from '../../plugin/refusals/refuse.js';


/** Makes the door of calls that no route of the policy matches: refused, or passed on as a guest's, whoever sends them. */
export function unknownDoor(rule: 'deny' | 'pass', forward: Forward): Door<'unknown'> {

    return function unknown(call, passage) {

        const { role, credential } = passage.standing;
        return rule === 'deny' || !call.isPassable() ?
            refuse(call.refusal, passage.req) :
            forward({ ...passage, standing: { caller: guest, role, credential } });
    };
}
