import { XMLParser } from 'fast-xml-parser';
import { SyntaxValidator } from 'fast-xml-validator';

import type { PolicyWarning } from './policy.js';


/** One element of a policy file, with the line that its tag starts on. */
export interface XmlElement {
    readonly name: string;
    readonly attributes: ReadonlyMap<string, string>;
    readonly children: readonly XmlElement[];
    /** Its own text, not trimmed. */
    readonly text: string;
    readonly line: number;
}

/** What may stand in an element. A name that no one knows is reported and otherwise ignored, as Magento does outside developer mode. */
export interface Shape {
    readonly attributes: readonly string[];
    readonly children: Readonly<Record<string, Shape>>;
}

/** A node as `preserveOrder` gives it: its children (a string for `#text`) under its name, then its attributes under `:@`. */
type OrderedNode = Readonly<Record<string | symbol, unknown>>;

const parser = new XMLParser({
    preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '@', cdataPropName: '#cdata', parseTagValue: false, trimValues: false,
    processEntities: false, captureMetaData: true, ignoreDeclaration: true, ignorePiTags: true
});

const metaData = XMLParser.getMetaDataSymbol() as symbol;

const entities: ReadonlyMap<string, string> = new Map([['amp', '&'], ['apos', '\''], ['gt', '>'], ['lt', '<'], ['quot', '"']]);

/**
 * Reads a document whole. Throws an Error that names file and line where it is not well-formed, declares a DOCTYPE, which no policy needs,
 * or has another root element than `rootName`.
 */
export function parseXml(text: string, file: string, rootName: string): XmlElement {

    const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
    const lineAt = countLines(source);
    const doctype = source.search(/<!DOCTYPE/i);
    if (doctype !== -1) {
        throw new Error(`${file}:${lineAt(doctype)}: a DOCTYPE is not accepted`);
    }

    // The validator has seen to it that there is a root element, but not that there is no other

    const root = readElements(parseNodes(source, file), file, lineAt).reduce((_root, other) => {

        throw new Error(`${file}:${other.line}: <${other.name}> is a second root element`);
    });
    if (root.name !== rootName) {
        throw new Error(`${file}:${root.line}: the root element is <${root.name}>, expected <${rootName}>`);
    }

    return root;
}

/** The value of an attribute that must be there. */
export function requireAttribute(element: XmlElement, name: string, file: string): string {

    const value = element.attributes.get(name)?.trim();
    if (value === undefined || value === '') {
        throw new Error(`${file}:${element.line}: <${element.name}> has no "${name}"`);
    }

    return value;
}

/** Reports what a document holds beside what is known. Namespaces and schema locations say nothing to us and are let be. */
export function findUnknown(element: XmlElement, shape: Shape, file: string): readonly PolicyWarning[] {

    const warn = (line: number, what: string): PolicyWarning => ({ file, line, message: `${what} of <${element.name}> is not known and is ignored` });
    const attributes = [...element.attributes.keys()].filter((name) => !shape.attributes.includes(name) && !/^(xmlns$|xmlns:|xsi:)/.test(name));
    return [
        ...attributes.map((name) => warn(element.line, `the attribute "${name}"`)),
        ...element.children.flatMap((child) => {

            const known = Object.hasOwn(shape.children, child.name) ? shape.children[child.name] : undefined;
            return known === undefined ? [warn(child.line, `the child <${child.name}>`)] : findUnknown(child, known, file);
        })
    ];
}

export function childrenNamed(element: XmlElement, name: string): readonly XmlElement[] {

    return element.children.filter((child) => child.name === name);
}

function parseNodes(source: string, file: string): readonly OrderedNode[] {

    // The parser takes what is not well-formed without a word, so it is validated first; what the parser refuses by itself are names such as `constructor`

    try {
        SyntaxValidator.validate(source);
        return parser.parse(source) as readonly OrderedNode[];
    }
    catch (error) {
        const { message, line = 1 } = error as Error & { readonly line?: number };
        throw new Error(`${file}:${line}: ${message}`, { cause: error });
    }
}

function readElements(nodes: readonly OrderedNode[], file: string, lineAt: (index: number) => number): readonly XmlElement[] {

    return nodes.flatMap((node) => {

        const [name = ''] = Object.keys(node);
        return name.startsWith('#') ? [] : [readElement(node, name, file, lineAt)];
    });
}

function readElement(node: OrderedNode, name: string, file: string, lineAt: (index: number) => number): XmlElement {

    const line = lineAt((node[metaData] as { readonly startIndex: number }).startIndex);
    const decode = (text: string): string => decodeReferences(text, `${file}:${line}`);
    const attributes = Object.entries((node[':@'] ?? {}) as Readonly<Record<string, string>>);
    const children = node[name] as readonly OrderedNode[];
    return {
        name,
        attributes: new Map(attributes.map(([prefixed, value]) => [prefixed.slice(1), decode(value)])),
        text: children.map((child) => readText(child, decode)).join(''),
        line,
        children: readElements(children, file, lineAt)
    };
}

function readText(node: OrderedNode, decode: (text: string) => string): string {

    const cdata = node['#cdata'] as readonly [OrderedNode] | undefined;
    return cdata === undefined ? decode((node['#text'] ?? '') as string) : cdata[0]['#text'] as string;
}

/** XML 1.0 section 4.6, and section 4.1 for numbers. */
function decodeReferences(text: string, where: string): string {

    return text.replace(/&([^;\s]*);/g, (reference, name: string) => {

        const number = /^#(?:x([\da-f]+)|(\d+))$/i.exec(name);
        const codePoint = number === null ? Infinity : parseInt(number[1] ?? name.slice(1), number[1] === undefined ? 10 : 16);
        const value = codePoint <= 0x10FFFF ? String.fromCodePoint(codePoint) : entities.get(name);
        if (value === undefined) {
            throw new Error(`${where}: the entity "${reference}" is not declared`);
        }

        return value;
    });
}

/** Makes a function from an index to its line; to be asked in ascending order, from where it then counts on. */
function countLines(source: string): (index: number) => number {

    let line = 1;
    let position = 0;
    return (index) => {

        for (; position < index; ++position) {
            line += source[position] === '\n' ? 1 : 0;
        }

        return line;
    };
}
