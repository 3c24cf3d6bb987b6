import type { Forced } from './forced.js';
import type { ForcedText } from './forced-json.js';
import type { XmlElement } from './xml-spans.js';
import { isDeclared, isTwin, isWithin } from './forced.js';
import { readXml } from './xml-spans.js';


/** What stands in the way of a forced parameter, or the place where ours goes in. Edits are in the text's order. */
interface Edit {
    readonly start: number;
    readonly end: number;
    readonly text: string;
    /** Whether it alone is reason to edit at all. */
    readonly isNeeded: boolean;
}

/** Which parameters lie in or below the element being read, and whether the names on the way to it were the declared ones. */
interface Scope {
    readonly forced: readonly Forced[];
    readonly level: number;
    readonly isDeclaredWay: boolean;
}

/**
 * Makes an XML body say nothing of forced parameters but what the upstream may hear, by the rules of `forceJson()`. The root's content is the map of arguments, whatever
 * the root is called; repeated siblings are each judged; an attribute or a name with a namespace prefix is a twin, too (SPEC 6.4).
 * `find` tells which element holds the arguments where it is not the root.
 */
export function forceXml(text: string, forced: readonly Forced[], find: (root: XmlElement) => XmlElement | undefined = (root) => root): ForcedText {

    const root = readXml(text);
    const element = root && find(root);
    if (element === undefined) {
        return { kind: 'refused' };
    }

    const edits = listEdits(text, element, { forced, level: 0, isDeclaredWay: true });
    if (!edits.some(({ isNeeded }) => isNeeded)) {
        return { kind: 'unchanged' };
    }

    let edited = '';
    let at = 0;
    for (const edit of edits) {
        edited += text.slice(at, edit.start) + edit.text;
        at = edit.end;
    }

    return { kind: 'forced', text: edited + text.slice(at) };
}

function listEdits(text: string, element: XmlElement, { forced, level, isDeclaredWay }: Scope): readonly Edit[] {

    const twinAttributes = element.attributes.filter(({ name }) => !name.startsWith('xmlns:') && forced.some((parameter) => isTwin(parameter, level, localName(name))));
    const ours = forced.flatMap((parameter) => (parameter.kind === 'set' && parameter.path.length === level + 1 ? [writeElement(parameter, level)] : []));

    return [
        ...twinAttributes.map(({ start, end }) => ({ start, end, text: '', isNeeded: true })),
        ...(element.children.length === 0 ? [] : [{ start: element.contentStart, end: element.contentStart, text: ours.join(''), isNeeded: false }]),
        ...element.children.flatMap((child) => {

            const twin = forced.find((parameter) => isTwin(parameter, level, localName(child.name)));
            if (twin !== undefined) {
                const isRight = isDeclared(twin, level, child.name) && (twin.kind === 'set' ? text.slice(child.start, child.end) === writeElement(twin, level) : twin.kind === 'leave' && isDeclaredWay);
                return isRight && twin.kind === 'leave' ? [] : [{ start: child.start, end: child.end, text: '', isNeeded: !isRight }];
            }

            const inner = forced.filter((parameter) => isWithin(parameter, level, localName(child.name)));
            const isDeclaredName = inner.every(({ path }) => path[level] === child.name);
            return inner.length === 0 ? [] : listEdits(text, child, { forced: inner, level: level + 1, isDeclaredWay: isDeclaredWay && isDeclaredName });
        })
    ];
}

/** The operation's element of a SOAP envelope: what is in it are the arguments (SPEC 9.3). */
export function findOperation({ children }: XmlElement): XmlElement | undefined {

    return children.find(({ name }) => localName(name) === 'Body')?.children[0];
}

function localName(name: string): string {

    return name.slice(name.lastIndexOf(':') + 1);
}

function writeElement({ path, text }: Forced & { readonly kind: 'set' }, level: number): string {

    const name = path.slice(level).join('');
    return `<${name}>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</${name}>`;
}
