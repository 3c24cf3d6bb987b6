import { isUtf8 } from 'node:buffer';


// json_decode's depth of 512 counts what the innermost array or object may hold as a level of its own
const maxDepth = 511;

/**
 * Reads the named fields of a JSON body as PHP's json_decode does (SPEC 6.3): UTF-8 without a byte order mark, the last of equal names,
 * at most 511 arrays and objects in one another, no half of a surrogate pair. A list or a scalar has no named fields. Undefined: PHP would not decode it.
 */
export function readJsonFields(body: Buffer): ReadonlyMap<string, unknown> | undefined {

    const text = isUtf8(body) ? body.toString('utf8') : '';
    if (isTooDeep(text) || hasLoneSurrogate(text)) {
        return undefined;
    }

    const document = parseJson(text);
    if (document === undefined) {
        return undefined;
    }

    return new Map(typeof document === 'object' && document !== null && !Array.isArray(document) ? Object.entries(document) : []);
}

function parseJson(text: string): unknown {

    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;                       // A SyntaxError: ECMA-262 lets JSON.parse() throw nothing else for a string
    }
}

/** Looked at before the text is parsed: a megabyte of brackets would cost a second of parsing. */
function isTooDeep(text: string): boolean {

    let depth = 0;
    let inString = false;
    for (let i = 0; i < text.length; ++i) {
        const character = text[i];
        if (character === '"') {
            inString = !inString;
        }
        else if (character === '\\') {
            ++i;
        }
        else if (!inString && (character === '[' || character === '{')) {
            ++depth;
        }
        else if (!inString && (character === ']' || character === '}')) {
            --depth;
        }

        if (depth > maxDepth) {
            return true;
        }
    }

    return false;
}

/** UTF-8 itself has no surrogates; only escapes can. */
function hasLoneSurrogate(text: string): boolean {

    const withoutPairs = text.replaceAll('\\\\', '_').replace(/\\ud[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}/gi, '');
    return /\\ud[89a-f]/i.test(withoutPairs);
}
