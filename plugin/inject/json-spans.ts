/** Where a JSON value stands in its text, without the white space around it. */
export interface JsonSpan {
    readonly start: number;
    readonly end: number;
}

/** A member of an object, from the delimiter before it to the one after it. */
export interface JsonMember extends JsonSpan {
    readonly name: string;
    readonly value: JsonSpan;
}

// PHP's json_decode refuses what is nested 512 deep, with its depth of 512 (SPEC 6.3)
const maxDepth = 511;

/** Finds the value that a JSON text is; undefined where PHP would read none. Every other function here takes only text that passed this one. */
export function readJson(text: string): JsonSpan | undefined {

    if (!isShallow(text)) {
        return undefined;
    }

    try {
        JSON.parse(text);
    }
    catch {
        return undefined;                       // a SyntaxError: ECMA-262 lets JSON.parse() throw nothing else for a string
    }

    return readValue(text, 0);
}

/** Lists the members of the object at `object`, twins and duplicates too, in their order. */
export function listMembers(text: string, object: JsonSpan): readonly JsonMember[] {

    return listParts(text, object, (start) => {

        const name = readValue(text, start);
        const value = readValue(text, skipSpace(text, name.end) + 1);
        return { name: JSON.parse(text.slice(name.start, name.end)) as string, start, value, end: skipSpace(text, value.end) };
    });
}

/** Lists the items of the array at `array`. */
export function listItems(text: string, array: JsonSpan): readonly JsonSpan[] {

    return listParts(text, array, (start) => readValue(text, start));
}

function listParts<Part extends JsonSpan>(text: string, { start, end }: JsonSpan, readPart: (start: number) => Part): readonly Part[] {

    const parts: Part[] = [];
    let at = start + 1;
    while (skipSpace(text, at) < end - 1) {
        const part = readPart(at);
        parts.push(part);
        at = skipSpace(text, part.end) + 1;
    }

    return parts;
}

function readValue(text: string, from: number): JsonSpan {

    const start = skipSpace(text, from);
    switch (text[start]) {
        case '"':
            return { start, end: endOfString(text, start) };
        case '{':
        case '[':
            return { start, end: endOfContainer(text, start) };
        default: {
            const scalar = /[^\s,\]}]+/y;
            scalar.lastIndex = start;
            scalar.test(text);
            return { start, end: scalar.lastIndex };
        }
    }
}

function endOfContainer(text: string, start: number): number {

    let depth = 0;
    let at = start;
    do {
        switch (text[at]) {
            case '"':
                at = endOfString(text, at);
                continue;
            case '{':
            case '[':
                ++depth;
                break;
            case '}':
            case ']':
                --depth;
        }

        ++at;
    } while (depth > 0);

    return at;
}

/** Where the string that begins at `start` is over; the text's end where it never is. */
function endOfString(text: string, start: number): number {

    let at = start + 1;
    while (at < text.length && text[at] !== '"') {
        at += text[at] === '\\' ? 2 : 1;
    }

    return at + 1;
}

function skipSpace(text: string, from: number): number {

    let at = from;
    while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') {
        ++at;
    }

    return at;
}

/** Whether PHP would go so deep; a text that is no JSON may pass. */
function isShallow(text: string): boolean {

    let depth = 0;
    for (let i = 0; i < text.length; ++i) {
        switch (text[i]) {
            case '"':
                i = endOfString(text, i) - 1;
                break;
            case '{':
            case '[':
                if (++depth > maxDepth) {
                    return false;
                }

                break;
            case '}':
            case ']':
                --depth;
        }
    }

    return true;
}
