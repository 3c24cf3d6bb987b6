import type { Profile } from '../plugin/refusals/messages.js';


/** Which part of Magento's REST interface serves a request. `path` is what routes are matched against: without the asynchronous prefix. */
export type Processor =
    | { readonly kind: 'async' | 'bulk' | 'sync'; readonly path: string }
    | { readonly kind: 'schema' }
    | { readonly kind: 'unprocessable' };

// Source: SPEC 1.10.
const methods = new Set(['DELETE', 'GET', 'POST', 'PUT']);

/** Whether the REST interface knows the method at all; it refuses every other one before it looks at the path. */
export function isSupportedMethod(method: string): boolean {

    return methods.has(method);
}

/**
 * Chooses the processor for a processed path, whose aliases (`webapi_async.xml`) were rewritten before. In 2.0 nothing is queued, and the schema has one address.
 * Source: SPEC 1.6 to 1.8, Controller/Rest/RequestProcessorPool.php.
 */
export function chooseProcessor(method: string, path: string, profile: Profile = '2.4'): Processor {

    if (/^\/V\d/.test(path)) {
        return { kind: 'sync', path };
    }

    if (profile === '2.0') {
        return { kind: path === '/schema' ? 'schema' : 'unprocessable' };
    }

    if (/^\/*(?:async\/(?:bulk\/)?)?schema/.test(path)) {
        return { kind: 'schema' };
    }

    const [, bulk, queued] = /^\/async(\/bulk)?(\/V.+)/.exec(path) ?? [];
    return queued === undefined || method === 'GET' ? { kind: 'unprocessable' } : { kind: bulk === undefined ? 'async' : 'bulk', path: queued };
}
