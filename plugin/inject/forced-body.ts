import type { Format } from '../refusals/accept.js';
import type { Forced } from './forced.js';
import { forceJson } from './forced-json.js';
import { forceXml } from './forced-xml.js';


/** What became of a body. `refused`: it is not JSON or XML in UTF-8, which Magento answers with 400 as well. */
export type ForcedBody =
    | { readonly kind: 'unchanged' }
    | { readonly kind: 'forced'; readonly body: Buffer }
    | { readonly kind: 'refused' };

/**
 * Makes a whole body say nothing of forced parameters but what the upstream may hear, read in the format that its Content-Type names (SPEC 6.2). A body that
 * PHP takes for none, empty or a single `0`, stays (SPEC 6.1). A body in a content coding is not decoded, hence refused.
 */
export function forceBody(body: Buffer, forced: readonly Forced[], format: Format): ForcedBody {

    if (forced.length === 0 || body.length === 0 || body.equals(phpFalse)) {
        return { kind: 'unchanged' };
    }

    const text = decodeUtf8(body);
    if (text === undefined) {
        return { kind: 'refused' };
    }

    const result = format === 'xml' ? forceXml(text, forced) : forceJson(text, forced);
    return result.kind === 'forced' ? { kind: 'forced', body: Buffer.from(result.text) } : result;
}

const phpFalse = Buffer.from('0');

/** Undefined where the bytes are no UTF-8; a byte order mark is kept, for JSON has none. */
function decodeUtf8(bytes: Buffer): string | undefined {

    const text = bytes.toString();
    return Buffer.from(text).equals(bytes) ? text : undefined;
}
