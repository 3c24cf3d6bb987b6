import type { Forward } from '../forwarder.js';
import type { Door } from '../gate.js';


/** Makes the door of the REST schema: anybody may ask for it, and the upstream shows each caller what it may use (SPEC 1.6). */
export function schemaDoor(forward: Forward): Door<'schema'> {

    return (_call, passage) => forward(passage);
}
