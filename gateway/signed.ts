import type { Refusals } from '../plugin/refusals/refusal.js';
import type { Door, Doors } from './gate.js';
import { refuse } from '../plugin/refusals/refuse.js';
import { isSigned, signedStanding } from './signature.js';


/** Lets signed calls through the doors as those of an integration, or refuses them. */
export function openToSigned(doors: Doors, rule: 'pass' | 'refuse', refusals: Refusals): Doors {

    const open = <Kind extends keyof Doors>(door: Door<Kind>): Door<Kind> => {

        return function enter(call, passage) {

            // Whoever has a session has shown a bearer token, with which no such signature can stand

            const { req, standing } = passage;
            if (standing.session !== undefined || !isSigned(req.headers.authorization)) {
                return door(call, passage);
            }

            return rule === 'pass' ? door(call, { ...passage, standing: signedStanding }) : refuse(refusals.signatureRefused(), req);
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
