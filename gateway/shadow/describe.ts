import type { Difference } from './compare.js';


/** A difference in a few words: `too strict: GET /V1/orders, the gate: not-authorized, the upstream: served with 200, by etc/webapi.xml:12`. */
export function describeDifference({ result, route, ours, theirs, status, rule }: Difference): string {

    return `${result.replace('-', ' ')}: ${route}, the gate: ${ours}, the upstream: ${theirs} with ${status}${rule === undefined ? '' : `, by ${rule}`}`;
}
