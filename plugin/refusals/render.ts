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

/** Writes a refusal out: the only writer of error bodies (SPEC 8.5). */
export function renderRefusal(refusal: Refusal, format: Format): Answer {

    const { status, reason, message, errors, parameters } = refusal;
    return {
        status, reason,
        headers: { 'content-type': contentTypes[format], ...refusalHeaders(refusal) },
        body: encode({ message, ...errors !== undefined && { errors }, ...parameters !== undefined && { parameters } }, format)
    };
}

/** What a refusal says outside its body. Never to be stored: the next caller of the address may be allowed what this one is not. */
export function refusalHeaders({ status, challenge, retryAfterSeconds, allow }: Refusal): Readonly<Record<string, string>> {

    return {
        'cache-control': 'no-store',

        // The rest of the body is not read: nothing can follow it on the connection

        ...status === 413 && { connection: 'close' },
        ...challenge !== undefined && { 'www-authenticate': challenge },
        ...retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) },
        ...allow !== undefined && { allow }
    };
}

/** Writes what a token service returns: a token, bare (SPEC 4.2), or the `true` of a revocation (SPEC 5.1). */
export function renderValue(value: string | true, format: Format): Answer {

    return { status: 200, headers: { 'content-type': contentTypes[format] }, body: encode(value, format) };
}

function encode(data: XmlData, format: Format): string {

    return format === 'json' ? encodeJson(data) : encodeXml(data);
}
