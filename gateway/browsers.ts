import type { Request, ResponseObject } from '@hapi/hapi';

import type { Addresses } from './call.js';
import type { Cors } from './cors.js';
import { isWebApi, methodsAt } from './cors.js';
import { targetOf } from './raw-target.js';


declare module '@hapi/hapi' {
    interface RequestApplicationState {
        /** What every answer says to browsers, in a flat list; absent where nothing is. */
        cors?: readonly string[];
    }
}

/** Notes what the answer is to say to browsers. For a preflight, which Magento has no answer to, gives the headers of the answer. */
export function meetBrowser(request: Request, cors: Cors, addresses: Addresses): readonly string[] | undefined {

    const { method, headers } = request.raw.req;
    const target = targetOf(request.raw.req);
    if (!isWebApi(target, addresses)) {
        return undefined;
    }

    const { origin, 'access-control-request-method': asked, 'access-control-request-headers': names = '' } = headers;
    if (method === 'OPTIONS' && origin !== undefined && asked !== undefined) {
        return cors.answerPreflight(origin, names, methodsAt(target, addresses));
    }

    request.app.cors = cors.answerTo(origin);
    return undefined;
}

/** Adds headers of a flat list to an answer. */
export function say(response: ResponseObject, headers: readonly string[]): ResponseObject {

    for (let i = 0; i < headers.length; i += 2) {
        const name = String(headers[i]);
        response.header(name, String(headers[i + 1]), { append: name === 'Vary' });
    }

    return response;
}
