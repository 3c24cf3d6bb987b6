import type { Forced } from './forced.js';
import type { JsonSpan } from './json-spans.js';
import { isDeclared, isTwin, isWithin } from './forced.js';
import { listItems, listMembers, readJson } from './json-spans.js';


/** What became of a document. */
export type ForcedText =
    | { readonly kind: 'unchanged' }
    | { readonly kind: 'forced'; readonly text: string }
    /** Not JSON or XML as PHP reads it. */
    | { readonly kind: 'refused' };

/** Which parameters lie in or below the object being read, and whether the names on the way to it were the declared ones. */
interface Scope {
    readonly forced: readonly Forced[];
    readonly level: number;
    readonly isDeclaredWay: boolean;
}

interface Rewritten {
    readonly text: string;
    readonly isWrong: boolean;
}

/**
 * Makes a JSON body say nothing of forced parameters but what the upstream may hear, however it spells or repeats their names.
 *
 * A body that says nothing of them, or our own values under the declared names, stays byte for byte: what it lacks Magento fills in itself.
 * Every other one has our values put in and theirs taken out, in each object that a lenient reader could take for the parameter's container. A container
 * that is missing stays missing. All else keeps its text, so that `1.0` and the digits of a long number survive.
 */
export function forceJson(text: string, forced: readonly Forced[]): ForcedText {

    const root = readJson(text);
    return root === undefined ? { kind: 'refused' } : finish(text, root, rewriteValue(text, root, { forced, level: 0, isDeclaredWay: true }));
}

function finish(text: string, root: JsonSpan, rewritten: Rewritten): ForcedText {

    return rewritten.isWrong ? { kind: 'forced', text: text.slice(0, root.start) + rewritten.text + text.slice(root.end) } : { kind: 'unchanged' };
}

function rewriteValue(text: string, value: JsonSpan, scope: Scope): Rewritten {

    switch (text[value.start]) {
        case '{':
            return rewriteObject(text, value, scope);
        case '[':
            return rewriteItems(text, value, { ...scope, isDeclaredWay: false });
        default:
            return { text: text.slice(value.start, value.end), isWrong: false };
    }
}

function rewriteItems(text: string, list: JsonSpan, scope: Scope): Rewritten {

    const objects = listItems(text, list).filter(({ start }) => text[start] === '{').map((span) => ({ span, rewritten: rewriteObject(text, span, scope) }));

    let rewritten = '';
    let at = list.start;
    for (const { span, rewritten: object } of objects) {
        rewritten += text.slice(at, span.start) + object.text;
        at = span.end;
    }

    return { text: rewritten + text.slice(at, list.end), isWrong: objects.some((object) => object.rewritten.isWrong) };
}

function rewriteObject(text: string, object: JsonSpan, { forced, level, isDeclaredWay }: Scope): Rewritten {

    const missing = new Set(forced.flatMap((parameter) => (parameter.kind === 'set' && parameter.path.length === level + 1 ? [parameter] : [])));
    const ours = [...missing].map(({ path, json }) => `${JSON.stringify(path[level])}:${json}`);
    let wrongNames = 0;

    const kept = listMembers(text, object).flatMap(({ name, start, value, end }) => {

        // To whoever merges what he was sent this is not a member, but whatever is not said otherwise

        if (name === '__proto__') {
            ++wrongNames;
            return [];
        }

        const twin = forced.find((parameter) => isTwin(parameter, level, name));
        if (twin !== undefined) {
            const isRight = isDeclared(twin, level, name) && (twin.kind === 'set' ? holdsOurs(text.slice(value.start, value.end), twin) : twin.kind === 'leave' && isDeclaredWay);
            wrongNames += isRight ? 0 : 1;
            if (twin.kind === 'set') {
                missing.delete(twin);
                return [];
            }

            return isRight ? [text.slice(start, end)] : [];
        }

        const inner = forced.filter((parameter) => isWithin(parameter, level, name));
        if (inner.length === 0) {
            return [text.slice(start, end)];
        }

        const isDeclaredName = inner.every(({ path }) => path[level] === name);
        const rewritten = rewriteValue(text, value, { forced: inner, level: level + 1, isDeclaredWay: isDeclaredWay && isDeclaredName });
        wrongNames += rewritten.isWrong ? 1 : 0;
        return [text.slice(start, value.start) + rewritten.text + text.slice(value.end, end)];
    });

    return { text: `{${[...ours, ...kept].join(',')}}`, isWrong: wrongNames > 0 };
}

function holdsOurs(token: string, { json, text }: Forced & { readonly kind: 'set' }): boolean {

    return token === json || token === JSON.stringify(text);
}
