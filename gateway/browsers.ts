import type { Addresses } from './call.js';
import type { Cors } from './cors.js';
import type { Visit } from './visit.js';
import { isWebApi, methodsAt } from './cors.js';


/** Notes what the answer is to say to browsers. For a preflight, which Magento has no answer to, gives the headers of the answer. */
export function meetBrowser(visit: Visit, cors: Cors, addresses: Addresses): readonly string[] | undefined {

    const { method, url, headers } = visit.req;
    const target = String(url);
    if (!isWebApi(target, addresses)) {
        return undefined;
    }

    const { origin, 'access-control-request-method': asked, 'access-control-request-headers': names = '' } = headers;
    if (method === 'OPTIONS' && origin !== undefined && asked !== undefined) {
        return cors.answerPreflight(origin, names, methodsAt(target, addresses));
    }

    visit.cors = cors.answerTo(origin);
    return undefined;
}
