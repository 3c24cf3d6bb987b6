import { createHash, timingSafeEqual } from 'node:crypto';

import { parseBearer } from '../../plugin/authenticate/bearer.js';


/** Whether an `Authorization` header holds the operators' key. */
export type IsKey = (authorization: string | undefined) => boolean;

/**
 * Makes the check of the operators' key: as a bearer token, or as the password of any user name, which is how a browser asks for it (RFC 7617).
 * Digests are compared, in constant time, so that not even the key's length shows.
 */
export function createKeyCheck(key: string): IsKey {

    const expected = digest(key);
    return (authorization) => timingSafeEqual(digest(readKey(authorization)), expected);
}

function readKey(authorization = ''): string {

    const bearer = parseBearer(authorization);
    if (bearer.kind === 'token') {
        return bearer.token;
    }

    const [, basic = ''] = /^basic ([A-Za-z0-9+/=]+)$/i.exec(authorization) ?? [];
    return Buffer.from(basic, 'base64').toString().replace(/^[^:]*:/, '');
}

function digest(text: string): Buffer {

    return createHash('sha256').update(text).digest();
}
