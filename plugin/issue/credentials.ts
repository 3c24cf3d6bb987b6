import type { Refusal, Refusals } from '../refusals/refusal.js';
import { readContentType } from './content-type.js';
import { readJsonFields } from './json-body.js';
import { maxXmlBytes, readXmlFields } from './xml-body.js';


/** What a token service is asked with, as it came. */
export interface CredentialsRequest {
    /** The raw query, without `?`. */
    readonly query: string;
    readonly contentType: string | readonly string[] | undefined;
    readonly body: Buffer;
}

interface Refused {
    readonly kind: 'refused';
    readonly refusal: Refusal;
}

/** Neither user name nor password is empty; `fields` holds everything that the body holds. */
export type CredentialsReading = { readonly kind: 'read'; readonly username: string; readonly password: string; readonly fields: ReadonlyMap<string, unknown> } | Refused;

// PHP keeps such a body from Magento, unless it names no boundary. Source: rfc1867_post_handler() of PHP 8.2
const partsForm = /^multipart\/form-data(?:[;, ](?:(?!boundary).)*)?boundary[^=]*=./is;

type FieldsReading = { readonly kind: 'fields'; readonly fields: ReadonlyMap<string, unknown> } | Refused;

/**
 * Reads user name and password from the body, with Magento's refusals in Magento's order: the body as a whole, then types, then what is absent, then what
 * is empty (SPEC 2, 4.4, 6). Stricter than Magento with the query, which it would merge over the body (SPEC 4.3, 6.5) and which ends in logs: a sign-in
 * takes no query parameters at all. Credentials in it are named before anything else is read, any other parameter once the rest is in order.
 */
export function readCredentials({ query, contentType, body }: CredentialsRequest, refusals: Refusals): CredentialsReading {

    const parameters = new URLSearchParams(query);
    if (parameters.has('username') || parameters.has('password')) {
        return refuse(refusals.credentialsInQuery());
    }

    const reading = readFields(contentType, body, refusals);
    if (reading.kind === 'refused') {
        return reading;
    }

    const username = reading.fields.get('username') ?? undefined;
    const password = reading.fields.get('password') ?? undefined;
    if (typeof username === 'object' || typeof password === 'object') {
        return refuse(refusals.fieldType('array', 'string'));
    }

    const absent = namesOf({ username, password }, undefined);
    if (absent.length > 0) {
        return refuse(refusals.fieldsMissing(absent));
    }

    const credentials = { username: castToString(username), password: castToString(password) };
    const empty = namesOf(credentials, '');
    if (empty.length > 0) {
        return refuse(refusals.fieldsMissing(empty));
    }

    return parameters.size === 0 ? { kind: 'read', ...credentials, fields: reading.fields } : refuse(refusals.credentialsInQuery());
}

/** A body that is false to PHP, empty or `0`, is not looked at, nor is its Content-Type (SPEC 6.1). Nor is a form of several parts, whose fields Magento would take: nobody signs in so here. */
function readFields(contentType: CredentialsRequest['contentType'], body: Buffer, refusals: Refusals): FieldsReading {

    const [header = ''] = [contentType ?? ''].flat();
    if (body.length === 0 || body.equals(Buffer.from('0')) || partsForm.test(header)) {
        return { kind: 'fields', fields: new Map() };
    }

    const media = readContentType(contentType, refusals);
    if (media.kind === 'refused') {
        return media;
    }

    if (media.kind === 'xml' && body.length > maxXmlBytes) {
        return refuse(refusals.bodyTooLarge(maxXmlBytes));
    }

    const fields = media.kind === 'json' ? readJsonFields(body) : readXmlFields(body);
    return fields === undefined ? refuse(refusals.decodingFailed()) : { kind: 'fields', fields };
}

function refuse(refusal: Refusal): Refused {

    return { kind: 'refused', refusal };
}

function namesOf(fields: Readonly<Record<string, unknown>>, value: unknown): readonly string[] {

    return Object.keys(fields).filter((name) => fields[name] === value);
}

/** PHP's cast of a string, number or boolean. */
function castToString(value: unknown): string {

    if (typeof value === 'number') {
        return castNumber(value);
    }

    return typeof value === 'string' ? value : value === true ? '1' : '';
}

/** PHP writes integers of 64 bits as they are, floats with 14 digits. JSON.parse() keeps 53 bits: the last digits of a longer integer are lost. */
function castNumber(value: number): string {

    if (Number.isInteger(value) && Math.abs(value) < 2 ** 63) {
        return String(value);
    }

    const rounded = Number(value.toPrecision(14));
    const size = Math.abs(rounded);
    return size >= 1e-4 && size < 1e14 ? String(rounded) : rounded.toExponential().replace(/^(-?\d)e/, '$1.0e').toUpperCase();
}
