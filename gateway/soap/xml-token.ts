export interface StartTag {
    readonly kind: 'start';
    /** As written, with its prefix; so are those of the attributes. */
    readonly name: string;
    readonly attributes: readonly (readonly [name: string, value: string])[];
    /** Whether it is its own end tag. */
    readonly isEmpty: boolean;
    readonly end: number;
}

/** A piece of a document; `end` is where the next one starts. */
export type XmlToken =
    | StartTag
    | { readonly kind: 'cdata'; readonly text: string; readonly end: number }
    | { readonly kind: 'text'; readonly text: string; readonly end: number }
    | { readonly kind: 'end'; readonly name: string; readonly end: number }
    | { readonly kind: 'skipped'; readonly end: number }
    | { readonly kind: 'doctype' }
    | { readonly kind: 'malformed' };

// What production 2 of XML 1.0 leaves out.
const illegal = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

// Names in ASCII only, narrower than production 5: no name in the web API has other letters, and versions of XML differ about them.
const qualifiedName = '[A-Za-z_][\\w.-]*(?::[A-Za-z_][\\w.-]*)?';
const startTag = new RegExp(`<(${qualifiedName})`, 'y');
const attribute = new RegExp(`[ \\t\\n]+(${qualifiedName})[ \\t\\n]*=[ \\t\\n]*("[^"<]*"|'[^'<]*')`, 'y');
const startTagEnd = /[ \t\n]*(\/?)>/y;
const endTag = new RegExp(`</(${qualifiedName})[ \\t\\n]*>`, 'y');
const instruction = /<\?(?!xml[ \t\n?])[A-Za-z_][\w.-]*(?=[ \t\n]|\?>)/iy;

const reference = /&(?:(amp|apos|gt|lt|quot)|#(\d+)|#x([\da-fA-F]+));/g;
const noReference = /&(?!(?:amp|apos|gt|lt|quot|#\d+|#x[\da-fA-F]+);)/;
const entities: Readonly<Record<string, string>> = { amp: '&', apos: '\'', gt: '>', lt: '<', quot: '"' };

const malformed: XmlToken = Object.freeze({ kind: 'malformed' });

export function hasIllegalCharacter(text: string): boolean {

    return illegal.test(text);
}

/** Reads the token at `at` of a text whose line ends are single newlines. At the end of the text there is none. XML 1.0 sections 2.4 to 2.7, 3.1 and 4.1. */
export function readXmlToken(text: string, at: number): XmlToken {

    if (at >= text.length) {
        return malformed;
    }

    if (text[at] !== '<') {
        return readText(text, at);
    }

    switch (text[at + 1]) {
        case '/':
            return readEndTag(text, at);
        case '?':
            return readInstruction(text, at);
        case '!':
            return readDeclaration(text, at);
        default:
            return readStartTag(text, at);
    }
}

function readText(text: string, at: number): XmlToken {

    const open = text.indexOf('<', at);
    const end = open < 0 ? text.length : open;
    const raw = text.slice(at, end);
    const decoded = raw.includes(']]>') ? undefined : decodeReferences(raw);
    return decoded === undefined ? malformed : { kind: 'text', text: decoded, end };
}

function readEndTag(text: string, at: number): XmlToken {

    const [, name] = matchAt(endTag, text, at) ?? [];
    return name === undefined ? malformed : { kind: 'end', name, end: endTag.lastIndex };
}

// It ends at the first `?>`, whatever quotes it holds.
function readInstruction(text: string, at: number): XmlToken {

    const end = matchAt(instruction, text, at) === null ? -1 : text.indexOf('?>', instruction.lastIndex);
    return end < 0 ? malformed : { kind: 'skipped', end: end + 2 };
}

function readDeclaration(text: string, at: number): XmlToken {

    if (text.startsWith('<!--', at)) {
        const end = text.indexOf('--', at + 4);
        return end < 0 || text[end + 2] !== '>' ? malformed : { kind: 'skipped', end: end + 3 };
    }

    if (text.startsWith('<![CDATA[', at)) {
        const end = text.indexOf(']]>', at);
        return end < 0 ? malformed : { kind: 'cdata', text: text.slice(at + 9, end), end: end + 3 };
    }

    return text.startsWith('<!DOCTYPE', at) ? { kind: 'doctype' } : malformed;
}

function readStartTag(text: string, at: number): XmlToken {

    const [, name] = matchAt(startTag, text, at) ?? [];
    if (name === undefined) {
        return malformed;
    }

    const attributes: (readonly [string, string])[] = [];
    let end = startTag.lastIndex;
    let match = matchAt(attribute, text, end);
    while (match !== null) {
        const [, attributeName = '', quoted = ''] = match;
        const value = decodeReferences(quoted.slice(1, -1).replace(/[\t\n]/g, ' '));
        if (value === undefined) {
            return malformed;
        }

        attributes.push([attributeName, value]);
        end = attribute.lastIndex;
        match = matchAt(attribute, text, end);
    }

    const close = matchAt(startTagEnd, text, end);
    return close === null ? malformed : { kind: 'start', name, attributes, isEmpty: close[1] === '/', end: startTagEnd.lastIndex };
}

/** Undefined where a reference is to an entity that XML does not predefine, or to no character. */
function decodeReferences(text: string): string | undefined {

    if (noReference.test(text)) {
        return undefined;
    }

    const decoded = text.replace(reference, (_, entity: string | undefined, decimal: string | undefined, hexadecimal: string | undefined) => {

        const codePoint = hexadecimal === undefined ? Number(decimal) : parseInt(hexadecimal, 16);
        return entities[entity ?? ''] ?? (codePoint <= 0x10FFFF ? String.fromCodePoint(codePoint) : '\uFFFF');
    });

    return illegal.test(decoded) ? undefined : decoded;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {

    pattern.lastIndex = at;
    return pattern.exec(text);
}
