import type { Refusal, Refusals } from '../refusals/refusal.js';


/** How a body is written, or why it cannot be read. */
export type BodyKind = { readonly kind: 'json' } | { readonly kind: 'xml' } | { readonly kind: 'refused'; readonly refusal: Refusal };

const mediaTypes: ReadonlyMap<string, BodyKind> = new Map([
    ['application/json', { kind: 'json' }],
    ['application/xml', { kind: 'xml' }],
    ['application/xhtml+xml', { kind: 'xml' }],
    ['text/xml', { kind: 'xml' }]
]);

const parameterPattern = /^([^\s=]+)="?([^\s"]*)"?$/;
const headerPattern = /^(?<type>[a-z\d/+.-]+)(?:; *charset=(?<charset>.+))?$/i;

/**
 * Reads `Content-Type` by Magento's rules (SPEC 6.2): UTF-8 only, the media type case-sensitive, never 415. Of two headers the first counts.
 * Source: framework/Webapi/Rest/Request.php, getContentType().
 */
export function readContentType(contentType: string | readonly string[] | undefined, refusals: Refusals): BodyKind {

    const refuse = (refusal: Refusal): BodyKind => ({ kind: 'refused', refusal });

    const [header = ''] = [contentType ?? ''].flat();
    const rebuilt = rebuildParameters(header);
    if (rebuilt === '' || rebuilt === '0') {
        return refuse(refusals.contentTypeEmpty());
    }

    const { type, charset } = headerPattern.exec(rebuilt)?.groups ?? {};
    if (type === undefined) {
        return refuse(refusals.contentTypeInvalid());
    }

    if (charset !== undefined && charset.toLowerCase() !== 'utf-8') {
        return refuse(refusals.charsetUnsupported());
    }

    return mediaTypes.get(type) ?? refuse(refusals.mediaTypeUnsupported(type));
}

/**
 * What Magento sees of a header with parameters: without quotes and stray blanks, and without what is no `name=value`.
 * Source: laminas-http, Header/ContentType.php, fromString() and assembleValue().
 */
function rebuildParameters(header: string): string {

    const at = header.indexOf(';');
    if (at === -1) {
        return header;
    }

    const parameters = header.slice(at + 1).split(';').map((parameter) => parameter.trim()).filter((parameter) => parameterPattern.test(parameter));
    const byName = new Map(parameters.map((parameter) => [parameter.replace(parameterPattern, '$1'), parameter.replace(parameterPattern, '$1=$2')]));
    return [header.slice(0, at).trim(), ...byName.values()].join('; ');
}
