/** An element and where it stands in its text. */
export interface XmlElement {
    /** With its namespace prefix. */
    readonly name: string;
    readonly start: number;
    readonly end: number;
    /** Where its content begins and ends; for `<a/>` both are its end. */
    readonly contentStart: number;
    readonly contentEnd: number;
    /** Each from the white space before it to its closing quote. */
    readonly attributes: readonly { readonly name: string; readonly start: number; readonly end: number }[];
    readonly children: readonly XmlElement[];
}

const declaration = /^\uFEFF?<\?xml[ \t\r\n][^]*?\?>/;
const encoding = /[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*["']([^"']*)["']/;

const startTag = /<([^\s/>=<"'&!?]+)((?:[ \t\r\n]+[^\s/>=<"'&]+[ \t\r\n]*=[ \t\r\n]*(?:"[^"<]*"|'[^'<]*'))*)[ \t\r\n]*(\/?)>/y;
const attribute = /[ \t\r\n]+([^\s/>=<"'&]+)[ \t\r\n]*=[ \t\r\n]*(?:"[^"]*"|'[^']*')/g;
const endTag = /<\/([^\s/>=<"'&!?]+)[ \t\r\n]*>/y;
// What may stand around the root, and between tags within it
const misc = /^\uFEFF|[ \t\r\n]+|<!--[^]*?-->|<\?(?![Xx][Mm][Ll][ \t\r\n?])[^]*?\?>/y;
const content = /[^<]+|<!\[CDATA\[[^]*?\]\]>|<!--[^]*?-->|<\?(?![Xx][Mm][Ll][ \t\r\n?])[^]*?\?>/y;

// libxml, which Magento reads with, goes no deeper unless told to
const maxDepth = 256;

/**
 * Finds the root element of an XML text and all that is in it. Undefined where the text is not well formed, is not in UTF-8 by its own account, or has
 * a DOCTYPE, which may redefine what the text says: Magento tolerates one, an edge refuses it (SPEC 6.4). References and comments are not judged.
 */
export function readXml(text: string): XmlElement | undefined {

    const [prolog = ''] = declaration.exec(text) ?? [];
    const charset = encoding.exec(prolog)?.[1] ?? 'utf-8';
    const root = charset.toLowerCase() === 'utf-8' ? readElement(text, skip(text, prolog.length, misc), 1) : undefined;
    return root && skip(text, root.end, misc) === text.length ? root : undefined;
}

function readElement(text: string, start: number, depth: number): XmlElement | undefined {

    const opening = matchAt(startTag, text, start);
    if (!opening || depth > maxDepth) {
        return undefined;
    }

    const [tag, name = '', list = '', slash] = opening;
    const contentStart = start + tag.length;
    const attributes = readAttributes(list, start + 1 + name.length);
    if (slash) {
        return { name, start, end: contentStart, contentStart, contentEnd: contentStart, attributes, children: [] };
    }

    const children: XmlElement[] = [];
    let at = skip(text, contentStart, content);
    let ending = matchAt(endTag, text, at);
    while (!ending) {
        const child = readElement(text, at, depth + 1);
        if (!child) {
            return undefined;
        }

        children.push(child);
        at = skip(text, child.end, content);
        ending = matchAt(endTag, text, at);
    }

    return ending[1] === name ? { name, start, end: at + ending[0].length, contentStart, contentEnd: at, attributes, children } : undefined;
}

function readAttributes(list: string, offset: number): XmlElement['attributes'] {

    return [...list.matchAll(attribute)].map(({ 0: raw, 1: name = '', index }) => ({ name, start: offset + index, end: offset + index + raw.length }));
}

/** Where everything that the pattern matches is over. */
function skip(text: string, from: number, pattern: RegExp): number {

    let at = from;
    let found = matchAt(pattern, text, at);
    while (found) {
        at += found[0].length;
        found = matchAt(pattern, text, at);
    }

    return at;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {

    pattern.lastIndex = at;
    return pattern.exec(text);
}
