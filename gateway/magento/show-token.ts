import type { Holding, ShowToken } from '../../plugin/sessions/adoption.js';
import type { AskHolder } from './holder.js';
import { hashForeign } from '../../plugin/sessions/adoption.js';
import { StoreUnavailableError } from '../../plugin/sessions/store.js';
import { makeSessionId } from '../../plugin/sessions/token.js';
import { namelessIdOf } from './admin-name.js';
import { readUserToken } from './user-token.js';


/** What Magento issues that says nothing of itself: an opaque token (SPEC 3.7), or an encrypted JWT. */
const opaqueForm = /^(?:[0-9a-z]{32}|eyJ[\w-]*(?:\.[\w-]*){4})$/i;

/**
 * Makes the question whether a bearer token is good, for Magento to answer. What a JWT says is believed only of one that Magento has taken:
 * so that its signature holds, and its user type is one whose end Magento checks (SPEC 3.9). An admin's opaque token does not tell whose it is.
 */
export function createShowToken(askHolder: AskHolder, nowSeconds: () => number): ShowToken {

    return async function show(token): Promise<Holding | undefined> {

        const claims = readUserToken(token);
        if (claims.kind === 'unusable' || (claims.kind === 'opaque' && !opaqueForm.test(token)) || (claims.kind === 'jwt' && claims.expiresAtSeconds <= nowSeconds())) {
            return undefined;
        }

        const holder = await askHolder(token, claims.kind === 'jwt' ? { type: claims.type } : {});
        switch (holder.kind) {
            case 'away':
                throw new StoreUnavailableError('The upstream cannot tell now whose a token is');
            case 'nobody':
                return undefined;
            case 'admin':
                if (claims.kind === 'opaque') {
                    return { caller: { type: 'admin', id: namelessIdOf(makeSessionId(hashForeign(token))) } };
                }

                return claims.type === 'admin' ? { caller: { type: 'admin', id: claims.id }, expiresAtSeconds: claims.expiresAtSeconds } : undefined;
            case 'customer':
                return { caller: holder.caller, ...claims.kind === 'jwt' && { expiresAtSeconds: claims.expiresAtSeconds } };
        }
    };
}
