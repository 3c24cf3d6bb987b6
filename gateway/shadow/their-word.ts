import type { Reason } from '../../plugin/refusals/refusal.js';
import type { Call } from '../call.js';
import { messages, unknownRouteMessage } from '../../plugin/refusals/messages.js';


/** In which form an upstream answers. */
export type Form = 'graphql' | 'rest' | 'soap';

/** An answer of the upstream's, as far as it was looked at. */
export interface SeenAnswer {
    readonly status: number;
    /** The beginning of its body, decoded; undefined where it cannot be read. */
    readonly text: string | undefined;
}

/**
 * What the upstream did with a call. `refused`: it did not let the caller, or the address, in. `served`: it did, whatever came of it; `hasErrors` where the answer says so under
 * a status that does not. `unclear`: it failed, or somebody in front of it spoke.
 */
export type TheirWord =
    | { readonly kind: 'refused'; readonly status: number; readonly reason: Reason; readonly message: string; /** What it asks for, as it says it. */ readonly asks: readonly string[] }
    | { readonly kind: 'served'; readonly status: number; readonly hasErrors: boolean }
    | { readonly kind: 'unclear' };

const unclear: TheirWord = { kind: 'unclear' };

// What Magento says in place of a service, under a status that services give, too. A 404 in 2.0 stands for what is 400 later.
const refusals: ReadonlyMap<string, Reason> = new Map([
    [`400 ${messages['2.4'].unprocessable}`, 'unprocessable'],
    [`400 ${messages['2.0'].methodUnsupported('')}`, 'method-unsupported'],
    [`404 ${unknownRouteMessage}`, 'unknown-route'],
    ['400 Operation allowed only in HTTPS', 'not-https']
]);

/** In which form a call is answered. */
export function formOf(call: Call | undefined): Form {

    return call?.kind === 'soap' || call?.kind === 'graphql' ? call.kind : 'rest';
}

/** Whether the body of an answer has to be looked at, to know what it says. */
export function isTelling(form: Form, status: number): boolean {

    return form !== 'rest' || (status >= 400 && status < 500);
}

/** Reads what an upstream that speaks as Magento does (SPEC 7.2, 8.5, 9.5) did with a call. */
export function readTheirWord({ status, text }: SeenAnswer, form: Form): TheirWord {

    switch (form) {
        case 'rest':
            return readRest(status, text);
        case 'soap':
            return readSoap(status, text);
        case 'graphql':
            return status < 500 && text !== undefined ? { kind: 'served', status, hasErrors: /^\s*\{\s*"errors"/.test(text) } : unclear;
    }
}

function readRest(status: number, text: string | undefined): TheirWord {

    if (status < 400) {
        return { kind: 'served', status, hasErrors: false };
    }

    if (status >= 500 || speakers.has(status) || text === undefined) {
        return unclear;
    }

    const { message = '', resources } = readError(text);
    if (status === 401 && resources !== undefined) {
        return refuse(status, 'not-authorized', message, resources);
    }

    const reason = status === 405 ? 'method-unsupported' : refusals.get(`${status} ${message}`);
    if (reason !== undefined) {
        return refuse(status, reason, message);
    }

    // Any other 401 is about something else than the caller's rights, such as a password in the body, unless it is none of Magento's

    return status === 401 && message === '' ? unclear : { kind: 'served', status, hasErrors: false };
}

// Statuses that Magento does not give: a firewall does, a proxy, or a server that is busy
const speakers = new Set([403, 407, 429]);

function readSoap(status: number, text: string | undefined): TheirWord {

    const isFault = text !== undefined && /<(?:[\w-]+:)?Fault[\s>]/.test(text);
    if (text === undefined || (status >= 500 && !isFault)) {
        return unclear;
    }

    const [, , message = ''] = /<(?:[\w-]+:)?(Text|faultstring)(?:\s[^>]*)?>([^<]*)/.exec(text) ?? [];
    const [, resources] = /<m:key>resources<\/m:key>\s*<m:value>([^<]*)/.exec(text) ?? [];
    if (isFault && resources !== undefined) {
        return refuse(status, 'not-authorized', unescape(message), unescape(resources));
    }

    return isFault && /^Procedure\b.* not present$/.test(message) ? refuse(status, 'unknown-route', message) : { kind: 'served', status, hasErrors: isFault };
}

function refuse(status: number, reason: Reason, message: string, resources = ''): TheirWord {

    return { kind: 'refused', status, reason, message, asks: resources.split(/\s*,\s*/).filter((resource) => resource !== '') };
}

/**
 * Reads message and resources of an error's body, in JSON or XML. By patterns, for a developer's `trace` may have been cut off; by the parameter and not the sentence, for
 * sentences come in the store's language.
 */
function readError(text: string): { readonly message?: string | undefined; readonly resources?: string | undefined } {

    const inJson = /^\s*\{\s*"message"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
    if (inJson !== undefined) {
        const resources = /"parameters"\s*:\s*\{\s*"resources"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
        return { message: readString(inJson), resources: resources && readString(resources) };
    }

    const inXml = /^\s*(?:<\?xml[^>]*\?>\s*)?<response>\s*<message>([^<]*)<\/message>/.exec(text)?.[1];
    const resources = /<parameters>\s*<resources>([^<]*)<\/resources>/.exec(text)?.[1];
    return inXml === undefined ? {} : { message: unescape(inXml), resources: resources && unescape(resources) };
}

/** Undoes the escapes of a JSON string. */
function readString(quoted: string): string {

    return quoted.slice(1, -1).replace(/\\(?:u([\da-f]{4})|(.))/gi, (_, code: string | undefined, character: string) => (code === undefined ? character : String.fromCharCode(parseInt(code, 16))));
}

const entities: Readonly<Record<string, string>> = { amp: '&', apos: '\'', gt: '>', lt: '<', quot: '"' };

/** Undoes what PHP escapes in XML. */
function unescape(text: string): string {

    return text.replace(/&(?:#0*(\d{1,3})|(\w+));/g, (whole, code: string | undefined, name: string) => (code === undefined ? entities[name] ?? whole : String.fromCharCode(Number(code))));
}
