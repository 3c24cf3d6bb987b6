import * as Boom from '@hapi/boom';
import type { Lifecycle, Request, ResponseObject, ResponseToolkit } from '@hapi/hapi';

import type { Reason, Refusal } from './refusal.js';
import type { Answer } from './render.js';
import { refuse } from './refuse.js';
import { refusalHeaders } from './render.js';


declare module '@hapi/hapi' {
    interface PluginsStates {
        /** Why the request was refused, once it was. */
        postern?: { readonly reason: Reason };
    }
}

// Kept beside the errors and not in them, so that no error of another plugin is taken for one of ours
const refusals = new WeakMap<object, Refusal>();

/** Makes the error to throw where hapi leaves no other way out; `renderRefusals` writes it as Magento does, hapi alone with its status and headers at least. */
export function toBoom(refusal: Refusal): Boom.Boom {

    const error = new Boom.Boom(refusal.message, { statusCode: refusal.status });
    Object.assign(error.output.headers, refusalHeaders(refusal));
    refusals.set(error, refusal);
    return error;
}

/** The refusal that an error was made of; undefined for every other error, and for what is none. */
export function refusalOf(error: unknown): Refusal | undefined {

    return typeof error === 'object' && error !== null ? refusals.get(error) : undefined;
}

/** hapi's `onPreResponse`: answers with the refusal where the error on its way out was made of one. */
export function renderRefusals(request: Request, h: ResponseToolkit): Lifecycle.ReturnValue {

    const refusal = refusalOf(request.response);
    return refusal === undefined ? h.continue : respond(refusal, request, h);
}

/** Answers with a refusal, in the format that the request accepts; where it accepts none, in JSON. */
export function respond(refusal: Refusal, request: Request, h: ResponseToolkit): ResponseObject {

    return answerWith(refuse(refusal, request.raw.req), h);
}

/** Answers with what was rendered already, and notes why where it is a refusal. */
export function answerWith({ status, headers, body, reason }: Answer, h: ResponseToolkit): ResponseObject {

    if (reason !== undefined) {
        h.request.plugins.postern = { reason };
    }

    const response = h.response(body).code(status);
    response.charset();                             // What is rendered names its charset, or none: hapi would add one
    for (const [name, value] of Object.entries(headers)) {
        response.header(name, value);
    }

    return response;
}
