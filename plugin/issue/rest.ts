import type { Readable } from 'node:stream';

import type { AccountType } from '../caller.js';
import type { Refusals } from '../refusals/refusal.js';
import type { Answer } from '../refusals/render.js';
import type { Login } from './login.js';
import { chooseFormat } from '../refusals/accept.js';
import { renderRefusal, renderValue } from '../refusals/render.js';
import { readBody } from './body.js';
import { readCredentials } from './credentials.js';


/** Credentials are small: whatever is longer than this is none. */
export const maxCredentialBytes = 1024 * 1024;

/** A call of `POST /V1/integration/{admin,customer}/token` (SPEC 4.1), as it came. */
export interface TokenRequest {
    readonly type: AccountType;
    /** The raw query, without `?`. */
    readonly query: string;
    readonly contentType: string | undefined;
    readonly accept: string | undefined;
    readonly body: Readable;
    readonly source: string;
    /** The website of the store that is logged in to, where known. */
    readonly website?: number;
    /** The store view that is logged in to, where the client names one. */
    readonly store?: string;
    /** The path of a second factor's own token service, which takes more than user name and password (SPEC 4.7). */
    readonly secondFactorPath?: string;
}

/** Makes the answer of the REST token services: the bare token (SPEC 4.2) or Magento's refusal (4.4), in JSON or XML by `Accept`. */
export function createTokenEndpoint(login: Login, refusals: Refusals): (request: TokenRequest) => Promise<Answer> {

    return async function answerTokenRequest({ type, query, contentType, accept, body, source, website, store, secondFactorPath }) {

        const format = chooseFormat(accept);
        if (format === undefined) {
            return renderRefusal(refusals.acceptUnsupported(), 'json');
        }

        const bytes = await readBody(body, maxCredentialBytes);
        if (bytes === 'too-large') {
            return renderRefusal(refusals.bodyTooLarge(maxCredentialBytes), format);
        }

        const credentials = readCredentials({ query, contentType, body: bytes }, refusals);
        if (credentials.kind === 'refused') {
            return renderRefusal(credentials.refusal, format);
        }

        const { username, password, fields } = credentials;
        const issued = await login({
            type, username, password, source,
            ...website !== undefined && { website },
            ...store !== undefined && { store },
            ...secondFactorPath !== undefined && { secondFactor: { path: secondFactorPath, fields: Object.fromEntries(fields) } }
        });
        if (issued.kind === 'refused') {
            return renderRefusal(issued.refusal, format);
        }

        return renderValue(issued.token, format);
    };
}
