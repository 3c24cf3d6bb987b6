import type { Standing } from '../plugin/authenticate/standing.js';
import { unknownRole } from '../plugin/authorize/acl.js';


/** Whether a call is signed with OAuth 1.0a, as Magento finds it out (SPEC 3.5). No bearer token can be in such a header. */
export function isSigned(authorization: string | undefined): boolean {

    return authorization !== undefined && /oauth /i.test(authorization);
}

/**
 * Who signs, as far as the gate can tell: somebody who may be an integration. Only Magento has the keys to know, so that only Magento can refuse;
 * it hears of a guest, and of the signature.
 */
export const signedStanding: Standing = Object.freeze({ caller: Object.freeze({ type: 'integration', id: '0' }), role: unknownRole, credential: 'insufficient' });
