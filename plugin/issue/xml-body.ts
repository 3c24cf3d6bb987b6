import { isAscii, isUtf8 } from 'node:buffer';

import { XMLParser } from 'fast-xml-parser';
import { SyntaxValidator } from 'fast-xml-validator';


/** What an element is to Magento: its text, nothing, what repeats, or what is in it. */
export type XmlValue = string | null | readonly XmlValue[] | ReadonlyMap<string, XmlValue>;

/** The prefixes that an element declares, within those of the elements around it. */
interface Prefixes {
    readonly own: ReadonlySet<string>;
    readonly outer?: Prefixes;
}

/** What `preserveOrder` makes of an element, a run of text, a comment: what is in it under its name, then its attributes under `:@`. */
interface Node {
    readonly [name: string]: string | readonly Node[];
}

/** What is longer is no sign-in, and would cost the parser up to a second a megabyte. */
export const maxXmlBytes = 64 * 1024;

const declaration = /^(?:\xef\xbb\xbf)?<\?xml\s[^>]*?\sencoding\s*=\s*["']([^"']*)["']/;

// Declarations, with their values. libxml takes none but URIs, which must be absolute where they are the default, and lets only that one be empty
const namespace = /^@xmlns(?::|$)/;
const declared = /^@xmlns(?:=(?:[a-z][\da-z+.-]*:[\w.~:/?#@!$&'()*+,;=%-]*)?|:[^=]*=[\w.~:/?#@!$&'()*+,;=%-]+)$/i;

// XML 1.0 sections 2.2 and 4.6
const characters = /^[\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const entities: ReadonlyMap<string, string> = new Map([['amp', '&'], ['apos', '\''], ['gt', '>'], ['lt', '<'], ['quot', '"']]);

const validator = new SyntaxValidator({ multipleRoots: false, invalidCharSequence: { comment: true, tagValue: true, attrLt: true } });
const parser = new XMLParser({
    preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '@', commentPropName: '#comment', cdataPropName: '#cdata',
    parseTagValue: false, trimValues: false, processEntities: false, ignoreDeclaration: true, maxNestedTags: 256
});

/**
 * Reads the named fields of an XML body as Magento does (SPEC 6.4): whatever the root is called, its children are the fields; an element with attributes is
 * no plain value, and of mixed content the last run of text counts. Undefined: it is not decoded. Stricter than Magento with a DOCTYPE, which is refused so
 * that no entity is ever declared, and with encodings other than UTF-8, US-ASCII and ISO-8859-1.
 * Source: framework/Xml/Parser.php, _xmlToArray().
 */
export function readXmlFields(body: Buffer): ReadonlyMap<string, XmlValue> | undefined {

    const text = decodeBytes(body)?.replace(/^\ufeff/, '');
    if (text === undefined || !characters.test(text) || /<!doctype/i.test(text) || !text.trimEnd().endsWith('>')) {
        return undefined;
    }

    const document = readContent(parseNodes(text), { own: new Set(['xml']) });
    if (document === undefined || typeof document === 'string') {
        return undefined;
    }

    const [root] = document.values();
    return root instanceof Map ? root : new Map();
}

function decodeBytes(body: Buffer): string | undefined {

    const [, encoding = 'UTF-8'] = declaration.exec(body.toString('latin1', 0, 256)) ?? [];
    switch (encoding.toLowerCase()) {
        case 'utf-8':
        case 'utf8':
            return isUtf8(body) ? body.toString('utf8') : undefined;
        case 'us-ascii':
            return isAscii(body) ? body.toString('latin1') : undefined;
        case 'iso-8859-1':
            return body.toString('latin1');
        default:
            return undefined;
    }
}

/** The parser takes what is not well-formed without a word, so it is validated first. No nodes: not well-formed, or more than 256 elements deep. */
function parseNodes(text: string): readonly Node[] {

    try {
        validator.validate(text);
        return parser.parse(text) as readonly Node[];
    }
    catch {
        return [];                              // What the parser refuses by itself are depth and names such as `constructor`
    }
}

/** Undefined where a reference means nothing, where a prefix is not declared, or where an element follows text, at which Magento fails. */
function readContent(nodes: readonly Node[], prefixes: Prefixes): string | ReadonlyMap<string, XmlValue> | undefined {

    let content: string | Map<string, XmlValue> = '';
    for (const node of nodes) {
        for (const [name, inner] of Object.entries(node)) {
            if (typeof inner === 'string') {
                const text = decodeReferences(inner);
                if (text === undefined) {
                    return undefined;
                }

                content = /[^ \t\r\n]/.test(text) ? text : content;
            }
            else if (name === '#cdata') {
                content = inner.flatMap((run) => Object.values(run)).filter((value) => typeof value === 'string').join('');
            }
            else if (!isBeside(name)) {
                const fields: string | Map<string, XmlValue> = content === '' || content === '0' ? new Map<string, XmlValue>() : content;
                const value = readElement(name, inner, new Map(Object.entries(node[':@'] ?? {}) as [string, string][]), prefixes);
                if (typeof fields === 'string' || value === undefined) {
                    return undefined;
                }

                content = addField(fields, name, value);
            }
        }
    }

    return content;
}

/** Whether it is neither text nor element: a comment, a processing instruction, or attributes. */
function isBeside(name: string): boolean {

    return /^[#?:]/.test(name);
}

/** Magento makes a list of an element with attributes: its value, and they. */
function readElement(name: string, nodes: readonly Node[], attributes: ReadonlyMap<string, string>, outer: Prefixes): XmlValue | undefined {

    const prefixes = declarePrefixes(attributes, outer);
    const others = [...attributes.keys()].filter((attribute) => !namespace.test(attribute));
    if (prefixes === undefined || ![name, ...others.map((attribute) => attribute.slice(1))].every((each) => isDeclared(each, prefixes))) {
        return undefined;
    }

    const value = nodes.length === 0 ? null : readContent(nodes, prefixes);
    return value === undefined || others.length === 0 ? value : [value];
}

/** The prefixes that may stand in an element with these attributes; undefined where a value or a namespace is none. */
function declarePrefixes(attributes: ReadonlyMap<string, string>, outer: Prefixes): Prefixes | undefined {

    const own = new Set<string>();
    for (const [name, raw] of attributes) {
        const value = decodeReferences(raw);
        if (value === undefined || (namespace.test(name) && !declared.test(`${name}=${value}`))) {
            return undefined;
        }

        if (name.startsWith('@xmlns:')) {
            own.add(name.slice('@xmlns:'.length));
        }
    }

    return { own, outer };
}

/** Whether a name has no prefix, or one that is declared. The validator has refused what is no name, such as `n:` and `n:x:y`. */
function isDeclared(name: string, prefixes: Prefixes): boolean {

    const at = name.indexOf(':');
    return at < 0 || isIn(name.slice(0, at), prefixes);
}

function isIn(prefix: string, { own, outer }: Prefixes): boolean {

    return own.has(prefix) || (outer !== undefined && isIn(prefix, outer));
}

function addField(fields: Map<string, XmlValue>, name: string, value: XmlValue): Map<string, XmlValue> {

    const present = fields.get(name) ?? null;
    return fields.set(name, present === null ? value : [present, value]);
}

/** XML 1.0 section 4.1; every character that may not stand in XML, and every name of no entity, ends in a NUL, which may not stand there either. */
function decodeReferences(text: string): string | undefined {

    const decoded = text.replace(/&([^;]*);/g, (_, name: string) => {

        const code = Number(`0${name.slice(1)}`);
        const number = code <= 0x10ffff ? String.fromCodePoint(code) : '\0';
        return name.startsWith('#') ? number : entities.get(name) ?? '\0';
    });
    return characters.test(decoded) ? decoded : undefined;
}
