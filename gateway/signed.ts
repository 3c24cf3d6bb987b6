import type { Standing } from '../plugin/authenticate/standing.js';
import type { Refusals } from '../plugin/refusals/refusal.js';
import type { Door, Doors } from './gate.js';
import { unknownRole } from '../plugin/authorize/acl.js';
import { respond } from '../plugin/refusals/boom.js';


/** Whether a call is signed with OAuth 1.0a, as Magento finds it out (SPEC 3.5). No bearer token can be in such a header. */
export function isSigned(authorization: string | undefined): boolean {

    return authorization !== undefined && /oauth /i.test(authorization);
}

/**
 * Who signs, as far as the gate can tell: somebody who may be an integration. Only Magento has the keys to know, so that only Magento can refuse;
 * it hears of a guest, and of the signature.
 */
export const signedStanding: Standing = Object.freeze({ caller: Object.freeze({ type: 'integration', id: '0' }), role: unknownRole, credential: 'insufficient' });

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
