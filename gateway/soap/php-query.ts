/** A query as PHP's `$_GET` would hold it. The value of a parameter that PHP takes for an array is undefined. */
export interface PhpQuery {
    readonly values: ReadonlyMap<string, string | undefined>;
    /** How many parameters were sent, those included that replace one of the same name. */
    readonly count: number;
}

/**
 * Reads a query as PHP does: form decoding, the last of a name wins at the place of the first, spaces and dots of a name become `_`, a name
 * ends at a NUL or at its `[`. Source: php_register_variable_ex() of PHP 8.2.
 */
export function readPhpQuery(query: string): PhpQuery {

    const pairs = query.split('&').filter((pair) => pair !== '');
    const values = new Map<string, string | undefined>();
    for (const pair of pairs) {
        const at = pair.indexOf('=');
        const { name, isArray } = readName(decode(at < 0 ? pair : pair.slice(0, at)));
        if (name !== '') {
            values.set(name, isArray ? undefined : decode(at < 0 ? '' : pair.slice(at + 1)));
        }
    }

    return { values, count: pairs.length };
}

function readName(decoded: string): { readonly name: string; readonly isArray: boolean } {

    const text = decoded.replace(/\0.*$/s, '').replace(/^ +/, '');
    const bracket = text.indexOf('[');
    const isArray = bracket >= 0 && text.includes(']', bracket);
    const name = isArray ? text.slice(0, bracket) : bracket === 0 ? '' : text;
    return { name: name.replace(/[ .[]/g, '_'), isArray };
}

function decode(text: string): string {

    const bytes = text.replace(/\+/g, ' ').replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString();
}
