/** Headers as undici has them: none but those of HTTP/1.1 in a list. */
export type RawHeaders = Buffer[] | string[] | object | null | undefined;

/** undici's raw headers as a flat list of strings, byte for byte: Latin-1 is how Node reads and writes them. */
export function listHeaders(raw: RawHeaders): string[] {

    return listOf(raw).map(textOf);
}

/** The same list, as it is; none where there is no list. */
export function listOf(raw: RawHeaders): readonly (Buffer | string)[] {

    return Array.isArray(raw) ? raw as readonly (Buffer | string)[] : [];
}

export function textOf(text: Buffer | string | undefined): string {

    return typeof text === 'object' ? text.toString('latin1') : String(text);
}
