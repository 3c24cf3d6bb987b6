import { hasIllegalCharacter, readXmlToken } from './xml-token.js';
import type { StartTag, XmlToken } from './xml-token.js';


/** An element with its names resolved (Namespaces in XML 1.0). */
export interface XmlElement {
    /** Its local name. */
    readonly name: string;
    /** '' for none. */
    readonly namespace: string;
    /** By `{namespace}name`, or the bare name where there is none. Namespace declarations are no attributes here. */
    readonly attributes: ReadonlyMap<string, string>;
    readonly children: readonly XmlElement[];
    /** Its own text and CDATA, joined and not trimmed. */
    readonly text: string;
}

export type XmlDocument = { readonly kind: 'document'; readonly root: XmlElement } | { readonly kind: 'doctype' | 'encoding' | 'malformed' };

/** The namespace of every prefix in scope; '' is the default one. What goes out of scope is set to undefined: deleting from a big Map is dear. */
type Namespaces = Map<string, string | undefined>;

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';
const reserved = new Set(['xml', 'xmlns', xmlNamespace, 'http://www.w3.org/2000/xmlns/']);

const space = '[ \\t\\n]';
const equals = `${space}*=${space}*`;
const declaration = new RegExp(`^<\\?xml${space}+version${equals}(?:"1\\.0"|'1\\.0')(?:${space}+encoding${equals}(?:"([\\w.-]+)"|'([\\w.-]+)'))?`
    + `(?:${space}+standalone${equals}(?:"(?:yes|no)"|'(?:yes|no)'))?${space}*\\?>`);

const noAttributes: XmlElement['attributes'] = new Map();

// libxml2's own limit, which Magento leaves in force.
const maxDepth = 256;

/**
 * Reads an XML document so strictly that libxml2, which PHP reads with, sees the same elements in whatever is accepted: which operation of a
 * SOAP call is authorized hangs on it. fast-xml-parser and libxml2 end a processing instruction at different places, so it cannot be used here.
 * Source: XML 1.0 (5th edition), Namespaces in XML 1.0.
 */
export function readXml(bytes: Buffer): XmlDocument {

    const decoded = bytes.toString();
    if (!Buffer.from(decoded).equals(bytes)) {
        return { kind: 'encoding' };
    }

    const text = decoded.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
    if (hasIllegalCharacter(text)) {
        return { kind: 'malformed' };
    }

    const [declared, inDoubleQuotes, inSingleQuotes] = declaration.exec(text) ?? [''];
    const encoding = inDoubleQuotes ?? inSingleQuotes ?? 'utf-8';
    return encoding.toLowerCase() === 'utf-8' ? readRoot(text, declared.length) : { kind: 'encoding' };
}

function readRoot(text: string, at: number): XmlDocument {

    const first = skipMiscellany(text, at);
    if (first.kind === 'doctype') {
        return { kind: 'doctype' };
    }

    const root = first.kind === 'start' ? readElement(text, first, new Map([['', ''], ['xml', xmlNamespace]]), 1) : undefined;
    return root !== undefined && skipMiscellany(text, root.end).kind === 'nothing' ? { kind: 'document', root: root.element } : { kind: 'malformed' };
}

/** The first token that is neither space, comment nor processing instruction: what may stand around the root. */
function skipMiscellany(text: string, start: number): XmlToken | { readonly kind: 'nothing' } {

    let at = start;
    while (at < text.length) {
        const token = readXmlToken(text, at);
        if (token.kind !== 'skipped' && (token.kind !== 'text' || /[^ \t\n]/.test(text.slice(at, token.end)))) {
            return token;
        }

        at = token.end;
    }

    return { kind: 'nothing' };
}

/** Undefined where it is not well-formed, in itself or in its namespaces. `namespaces` is as before when an element is returned. */
function readElement(text: string, tag: StartTag, namespaces: Namespaces, depth: number): { readonly element: XmlElement; readonly end: number } | undefined {

    const hidden = declareNamespaces(tag, namespaces);
    const names = resolveNames(tag, namespaces);
    if (hidden === undefined || names === undefined || depth > maxDepth) {
        return undefined;
    }

    const content = tag.isEmpty ? { children: [], text: '', end: tag.end } : readContent(text, tag, namespaces, depth);
    for (const [prefix, namespace] of hidden) {
        namespaces.set(prefix, namespace);
    }

    return content && { element: { ...names, children: content.children, text: content.text }, end: content.end };
}

/** Reads up to and with the end tag. */
function readContent(text: string, tag: StartTag, namespaces: Namespaces, depth: number): (Pick<XmlElement, 'children' | 'text'> & { readonly end: number }) | undefined {

    const children: XmlElement[] = [];
    let content = '';
    let token = readXmlToken(text, tag.end);
    while (token.kind !== 'end') {
        if (token.kind === 'doctype' || token.kind === 'malformed') {
            return undefined;
        }

        let end = token.end;
        if (token.kind === 'start') {
            const child = readElement(text, token, namespaces, depth + 1);
            if (child === undefined) {
                return undefined;
            }

            children.push(child.element);
            end = child.end;
        }
        else {
            content += token.kind === 'skipped' ? '' : token.text;
        }

        token = readXmlToken(text, end);
    }

    return token.name === tag.name ? { children, text: content, end: token.end } : undefined;
}

/** Brings a tag's declarations into scope and returns what they hide; undefined where one is not allowed. */
function declareNamespaces(tag: StartTag, namespaces: Namespaces): readonly (readonly [prefix: string, namespace: string | undefined])[] | undefined {

    const hidden: (readonly [string, string | undefined])[] = [];
    for (const [name, namespace] of tag.attributes.filter(isDeclaration)) {
        const prefix = name.slice('xmlns:'.length);
        if (reserved.has(prefix) || reserved.has(namespace) || (prefix !== '' && namespace === '')) {
            return undefined;
        }

        hidden.push([prefix, namespaces.get(prefix)]);
        namespaces.set(prefix, namespace);
    }

    return hidden;
}

/** Undefined where a prefix is not declared, or an attribute stands twice. */
function resolveNames(tag: StartTag, namespaces: Namespaces): Pick<XmlElement, 'attributes' | 'name' | 'namespace'> | undefined {

    const [prefix, name] = splitName(tag.name);
    const namespace = namespaces.get(prefix);
    if (namespace === undefined) {
        return undefined;
    }

    if (tag.attributes.length === 0) {
        return { name, namespace, attributes: noAttributes };
    }

    if (new Set(tag.attributes.map(([attribute]) => attribute)).size < tag.attributes.length) {
        return undefined;
    }

    const attributes = new Map<string, string>();
    for (const [attribute, value] of tag.attributes.filter((each) => !isDeclaration(each))) {
        const [attributePrefix, local] = splitName(attribute);
        const of = namespaces.get(attributePrefix);
        const key = attributePrefix === '' ? local : `{${of ?? ''}}${local}`;
        if (of === undefined || attributes.has(key)) {
            return undefined;
        }

        attributes.set(key, value);
    }

    return { name, namespace, attributes };
}

function isDeclaration([name]: readonly [name: string, value: string]): boolean {

    return name === 'xmlns' || name.startsWith('xmlns:');
}

function splitName(qualified: string): readonly [prefix: string, local: string] {

    const at = qualified.indexOf(':');
    return at < 0 ? ['', qualified] : [qualified.slice(0, at), qualified.slice(at + 1)];
}
