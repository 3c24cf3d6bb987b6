import type { Format } from './accept.js';
import type { Reason, Refusal } from './refusal.js';
import type { XmlData } from './xml.js';
import { encodeJson } from './php-json.js';
import { encodeXml } from './xml.js';


/** An answer of the gate's own, ready to be sent. Names of headers are in lower case. */
export interface Answer {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    /** Of a refusal: for whoever looks on, and not a part of what is sent. */
    readonly reason?: Reason;
}

const contentTypes: Readonly<Record<Format, string>> = { json: 'application/json; charset=utf-8', xml: 'application/xml; charset=utf-8' };

/** Writes a refusal out, step by step, because a flood is refused with it: the only writer of error bodies (SPEC 8.5). */
export function renderRefusal(refusal: Refusal, format: Format): Answer {

    const { status, reason, message, errors, parameters } = refusal;
    const said: Record<string, XmlData> = { message };
    if (errors !== undefined) {
        said['errors'] = errors;
    }

    if (parameters !== undefined) {
        said['parameters'] = parameters;
    }

    const headers = refusalHeaders(refusal);
    headers['content-type'] = contentTypes[format];
    return { status, reason, headers, body: encode(said, format) };
}

/** What a refusal says outside its body. Never to be stored: the next caller of the address may be allowed what this one is not. */
export function refusalHeaders({ status, challenge, retryAfterSeconds, allow }: Refusal): Record<string, string> {

    const headers: Record<string, string> = { 'cache-control': 'no-store' };
    if (status === 413) {
        headers['connection'] = 'close';                // The rest of the body is not read: nothing can follow it on the connection
    }

    if (challenge !== undefined) {
        headers['www-authenticate'] = challenge;
    }

    if (retryAfterSeconds !== undefined) {
        headers['retry-after'] = String(retryAfterSeconds);
    }

    if (allow !== undefined) {
        headers['allow'] = allow;
    }

    return headers;
}

/** Writes what a token service returns: a token, bare (SPEC 4.2), or the `true` of a revocation (SPEC 5.1). Neither is for anybody to keep. */
export function renderValue(value: string | true, format: Format): Answer {

    return { status: 200, headers: { 'content-type': contentTypes[format], 'cache-control': 'no-store' }, body: encode(value, format) };
}

function encode(data: XmlData, format: Format): string {

    return format === 'json' ? encodeJson(data) : encodeXml(data);
}
