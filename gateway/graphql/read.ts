import { isUtf8 } from 'node:buffer';

import { GraphQLError, validate } from 'graphql';

import type { Answer } from '../../plugin/refusals/render.js';
import type { TokenOperation } from './answer.js';
import type { TokenDocument } from './document.js';
import type { JsonSpan } from '../../plugin/inject/json-spans.js';
import { listItems, listMembers, readJson } from '../../plugin/inject/json-spans.js';
import { answerFault, answerResult, runOperation } from './answer.js';
import { readDocument } from './document.js';
import { mentionsTokenField, tokenSchema } from './schema.js';


/** A request to `/graphql`. */
export interface GraphqlRequest {
    readonly method: string;
    readonly contentType: string | undefined;
    readonly contentEncoding?: string | undefined;
    /** The raw query of the target, without `?`. */
    readonly query: string;
    /** The whole body. Magento reads it with POST only. */
    readonly body: Buffer;
}

/**
 * What to do with a request. `other`: forward it untouched. `generate` and `revoke`: do it, and answer the operation with what came of it.
 * `answered`: there is nothing to do but send the answer.
 */
export type GraphqlReading =
    | { readonly kind: 'other' }
    | { readonly kind: 'generate'; readonly operation: TokenOperation; readonly email: string; readonly password: string }
    | { readonly kind: 'revoke'; readonly operation: TokenOperation }
    | { readonly kind: 'answered'; readonly answer: Answer };

const other: GraphqlReading = { kind: 'other' };

// `%u0067` is a letter of a form to IIS
const escapes = /(?:[\\%]u00|%)[\da-f]{2}/i;
const everyEscape = /(?:[\\%]u00|%)([\da-f]{2})/gi;
const maxLayers = 3;

// Headers of a part, which may be folded: any coding but those that are none, and any charset but UTF-8
const encodedPart = /^content-transfer-encoding(?![ \t]*:[ \t]*(?:7bit|8bit|binary)[ \t]*\r?$)|^content-type[ \t]*:(?:[^\r\n]|\r?\n[ \t])*?charset\s*=(?!\s*"?utf-?8["\s;])/im;
const otherCharset = /charset\s*=(?!\s*"?utf-?8"?\s*(?:;|$))/;

const extensions = { category: 'graphql-input' };
const notPost = answer(answerFault(500, { message: 'Mutation requests allowed only for POST requests', extensions }));
const notJson = answer(answerFault(500, { message: 'Request content type must be application/json', extensions }));
const unparsable = answer(answerFault(400, { message: 'Syntax Error: Unable to parse the request' }));
const mixed = answer(answerFault(200, {
    message: 'generateCustomerToken and revokeCustomerToken are answered by the gate. Send one of them once, in the body of a POST request, without any other field or operation.',
    extensions
}));

/**
 * Finds the token mutations (SPEC 10.4) among GraphQL requests. One that names neither is forwarded unread. One that does is forwarded only where no upstream would run
 * them; where it cannot be read it is answered in Magento's words, for another parser might find a mutation in it.
 *
 * `generateCustomerTokenAsAdmin` is forwarded: it asks for an admin whom the upstream knows, and makes a token of the upstream's, which is good for nothing here.
 */
export function readGraphql({ method, contentType, contentEncoding, query, body }: GraphqlRequest): GraphqlReading {

    const address = readAddress(method, query);
    if (address.kind !== 'other' || (method !== 'POST' && body.length === 0)) {
        return address;
    }

    // Others may read the body of any method

    const reading = readWholeBody(contentType, contentEncoding, body);
    return method === 'POST' || reading.kind === 'other' ? reading : notPost;
}

function readWholeBody(contentType: string | undefined, contentEncoding: string | undefined, body: Buffer): GraphqlReading {

    // Magento reads JSON in UTF-8 and nothing else. What is compressed or in other letters cannot be looked through, and others can read it

    const type = contentType?.toLowerCase() ?? '';
    if (!/^(?:identity)?$/i.test(contentEncoding ?? '') || otherCharset.test(type) || !isUtf8(body) || body.includes(0)) {
        return unparsable;
    }

    // A part of several may be in a coding of its own, which only some servers undo

    const text = body.toString();
    const isJson = type.includes('application/json');
    if (!mentionsTokenField(undoEscapes(text)) && !(type.includes('multipart/') && encodedPart.test(text))) {
        return other;
    }

    return isJson ? readBody(text) : notJson;
}

/** JSON can hide letters in escapes by number, a form in escapes by percent sign, and JSON in a form in both; a media type that names both is read either way. */
function undoEscapes(text: string): string {

    let plain = text;
    for (let i = 0; i < maxLayers && escapes.test(plain); ++i) {
        plain = plain.replace(everyEscape, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    }

    return plain;
}

/**
 * Reads the document in the address. Magento runs no mutation from there: with POST it reads the body alone, with anything else it refuses one (SPEC 10.1).
 * Other upstreams might.
 */
function readAddress(method: string, query: string): GraphqlReading {

    // Some end a parameter at a semicolon, too, or make no difference of letters in its name

    const [found] = [query, ...query.includes(';') ? [query.replaceAll(';', '&')] : []].flatMap((text) => [...new URLSearchParams(text)])
        .filter(([name, value]) => /^ *query(?:[[\0]|$)/i.test(name) && mentionsTokenField(value))
        .map(([, value]) => readDocument(value, undefined))
        .filter(({ kind }) => kind !== 'none');

    if (found === undefined) {
        return other;
    }

    if (found.kind === 'malformed' && found.fault === 'syntax') {
        return answerMalformed(found);
    }

    return method === 'POST' ? mixed : notPost;
}

function readBody(text: string): GraphqlReading {

    // Nor does PHP read what is nested deeper, and a megabyte of brackets would take a second to parse

    const span = readJson(text);
    if (span === undefined) {
        return unparsable;
    }

    // Magento runs no batch; who does must find no token mutation in one

    if (text[span.start] === '[') {
        return listItems(text, span).some((item) => readPayload(text, item).kind !== 'other') ? mixed : other;
    }

    return readPayload(text, span);
}

function readPayload(text: string, span: JsonSpan): GraphqlReading {

    const payload: unknown = JSON.parse(text.slice(span.start, span.end));
    if (!isRecord(payload)) {
        return mentionsTokenField(undoEscapes(text.slice(span.start, span.end))) ? mixed : other;
    }

    // PHP takes the last of several documents, other parsers the first (RFC 8259, section 4), some take a name in other letters for the same, and some make text of whatever they are given

    const documents = listMembers(text, span).filter(({ name }) => name.toLowerCase() === 'query');
    if (documents.length > 1 || documents.some(({ name, value }) => (name !== 'query' || typeof payload['query'] !== 'string') && mentionsTokenField(undoEscapes(text.slice(value.start, value.end))))) {
        return mixed;
    }

    const { query, operationName, variables } = payload;
    if (typeof query !== 'string' || !mentionsTokenField(query)) {
        return other;
    }

    const found = readDocument(query, typeof operationName === 'string' && operationName !== '' ? operationName : undefined);
    switch (found.kind) {
        case 'none':
            return other;
        case 'mixed':
            return mixed;
        case 'malformed':
            return answerMalformed(found);
        case 'tokens':
            return readOperation({ document: found.document, variables: isRecord(variables) ? variables : {} });
    }
}

function readOperation(operation: TokenOperation): GraphqlReading {

    const errors = validate(tokenSchema, operation.document);
    if (errors.length > 0) {
        return answer(answerResult({ errors }));
    }

    // A rehearsal shows what would be called, and with what

    const calls: GraphqlReading[] = [];
    const result = runOperation(operation, {
        generateCustomerToken({ email, password }) {

            calls.push({ kind: 'generate', operation, email, password });
            requireValue('email', email);
            requireValue('password', password);
            return null;
        },
        revokeCustomerToken() {

            calls.push({ kind: 'revoke', operation });
            return null;
        }
    });

    const [call, ...more] = calls;
    if (more.length > 0) {
        return mixed;
    }

    return call === undefined || result.errors !== undefined ? answer(answerResult(result)) : call;
}

/** Refuses what PHP's empty() takes for nothing. */
function requireValue(name: string, value: string): void {

    if (value === '' || value === '0') {
        throw new GraphQLError(`Specify the "${name}" value.`, { extensions });
    }
}

/** In Magento a document that cannot be parsed is a fault of the request, and one of which nothing can be chosen a result; its parser's sentences have no full stop. */
function answerMalformed({ fault, error }: Extract<TokenDocument, { readonly kind: 'malformed' }>): GraphqlReading {

    return answer(fault === 'syntax' ? answerFault(500, { ...error.toJSON(), message: error.message.replace(/\.$/, '') }) : answerResult({ errors: [error] }));
}

function answer(ready: Answer): GraphqlReading {

    return { kind: 'answered', answer: ready };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {

    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
