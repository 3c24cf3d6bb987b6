import type { TokenRequest } from '../../plugin/issue/rest.js';
import type { Answer } from '../../plugin/refusals/render.js';
import type { Stores } from '../authorize.js';
import type { ClientOf } from '../client-of.js';
import type { Door } from '../gate.js';
import { placeOf } from '../authorize.js';


interface LoginParts {
    readonly answerTokenRequest: (request: TokenRequest) => Promise<Answer>;
    readonly clientOf: ClientOf;
    readonly stores: Stores | undefined;
}

/** Makes the door of the REST token services (SPEC 4): answered here, never forwarded. */
export function loginDoor({ answerTokenRequest, clientOf, stores }: LoginParts): Door<'login'> {

    return function login({ type, query, store, secondFactorPath }, { req }) {

        const { 'content-type': contentType, accept } = req.headers;
        return answerTokenRequest({
            type, query, contentType, accept, body: req, source: clientOf(req).address, ...placeOf(stores, type, store), ...secondFactorPath !== undefined && { secondFactorPath }
        });
    };
}
