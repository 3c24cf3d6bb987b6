import type { Refusals } from '../plugin/refusals/refusal.js';
import type { Door, Doors } from './gate.js';
import { respond } from '../plugin/refusals/boom.js';
import { isSigned, signedStanding } from './signature.js';


/** Lets signed calls through the doors as those of an integration, or refuses them. */
export function openToSigned(doors: Doors, rule: 'pass' | 'refuse', refusals: Refusals): Doors {

    const open = <Kind extends keyof Doors>(door: Door<Kind>): Door<Kind> => {

        return function enter(call, passage) {

            const { request, h } = passage;
            if (!isSigned(request.raw.req.headers.authorization)) {
                return door(call, passage);
            }

            return rule === 'pass' ? door(call, { ...passage, standing: signedStanding }) : respond(refusals.signatureRefused(), request, h);
        };
    };

    return {
        route: open(doors.route),
        login: open(doors.login),
        logout: open(doors.logout),
        soap: open(doors.soap),
        graphql: open(doors.graphql),
        schema: open(doors.schema),
        keys: open(doors.keys),
        unknown: open(doors.unknown)
    };
}
