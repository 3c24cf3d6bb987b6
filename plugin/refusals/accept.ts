/** What an answer of the gate can be written in. */
export type Format = 'json' | 'xml';

// In Magento's order: the first that a media range matches is used (SPEC 8.2)
const renderers: readonly (readonly [mediaType: string, format: Format])[] = [
    ['*/*', 'json'],
    ['application/json', 'json'],
    ['text/xml', 'xml'],
    ['application/xml', 'xml'],
    ['application/xhtml+xml', 'xml']
];

const simple: ReadonlyMap<string, Format> = new Map(renderers);

const mediaRange = /^[0-9a-z*+-]+(?:\/[0-9a-z*+.-]+)?$/i;
const numeric = /^[ \t]*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?[ \t]*$/i;
const separator = /[()<>@,;:/[\]?={} \t]/;
const defaultQuality = '1.0';

// The split at commas outside quotes costs the square of the length; what lies behind is not read
const maxLength = 2048;

/**
 * Chooses the format of an answer from `Accept`, by Magento's rules and not RFC 9110's (SPEC 8.1, 8.2): names are case-sensitive, the value of
 * whichever parameter comes first is the quality, and a quality of `0` counts as none, hence as 1. Undefined: nothing that is accepted can be written.
 */
export function chooseFormat(accept = '*/*'): Format | undefined {

    const format = simple.get(accept);
    if (format !== undefined) {
        return format;                                  // As nearly everybody asks, and a flood of refused calls does
    }

    const ranges = rankRanges(accept);
    return (ranges.length === 0 ? ['*/*'] : ranges).map(findFormat).find((format) => format !== undefined);
}

function findFormat(range: string): Format | undefined {

    return renderers.find(([mediaType]) => range === mediaType || range === mediaType.replace(/\/.*/, '/*'))?.[1];
}

/** The media ranges, best quality first. Ranges of one quality keep together where the first of them stood, `1` and `1.0` being two. */
function rankRanges(accept: string): readonly string[] {

    const byQuality = new Map<string, string[]>();
    for (const entry of accept.slice(0, maxLength).match(/(?:[^,"]|"(?:[^\\"]|\\.)*")+/g) ?? []) {
        const range = entry.replace(/;.*/, '').trim();
        if (mediaRange.test(range)) {
            const quality = readQuality(entry);
            const ranges = byQuality.get(quality) ?? [];
            byQuality.set(quality, ranges);
            ranges.push(range);
        }
    }

    return [...byQuality].sort(([a], [b]) => compareKeys(b, a)).flatMap(([, ranges]) => ranges);
}

/**
 * The value of the first parameter, the last of that name counting.
 * Source: laminas-http, Header/AbstractAccept.php, which Magento reads the header through: it drops a value of `0`.
 */
function readQuality(entry: string): string {

    const parts = Array.from(entry.matchAll(/(?:[^;"]|"(?:[^\\"]|\\.)*")+/g), ([part]) => part);
    const [value = ''] = new Map(parts.slice(1).map(readParameter)).values();
    if (value === '' || value === '0' || value.includes('=')) {
        return defaultQuality;
    }

    return separator.test(value) ? `"${value}"` : value;
}

function readParameter(parameter: string): [name: string, value: string] {

    const name = parameter.replace(/=.*/, '').trim();
    const value = parameter.replace(/^[^=]*=?/, '').trim();
    return [name, value.replace(/^"(.*)"$/, '$1')];
}

/** PHP's order of array keys: numbers by value, anything else as text. */
function compareKeys(a: string, b: string): number {

    return numeric.test(a) && numeric.test(b) ? Number(a) - Number(b) : Number(a > b) - Number(a < b);
}
