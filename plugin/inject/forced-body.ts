import type { Format } from '../refusals/accept.js';
import type { Forced } from './forced.js';
import type { ForcedText } from './forced-json.js';
import { forceBulk, forceJson } from './forced-json.js';
import { forceXml } from './forced-xml.js';


/**
 * What became of a body. `decoding`: not JSON or XML in UTF-8, which Magento answers with 400 as well. `not-a-list`: a bulk body is a list of argument
 * objects. `media-type`: bulk lists are JSON.
 */
export type ForcedBody =
    | { readonly kind: 'unchanged' }
    | { readonly kind: 'forced'; readonly body: Buffer }
    | { readonly kind: 'refused'; readonly why: 'decoding' | 'media-type' | 'not-a-list' };

/** How a body is to be read: in the format that its Content-Type names (SPEC 6.2), as one call's arguments or as a bulk call's list of them. */
export interface BodyShape {
    readonly format: Format;
    readonly isBulk: boolean;
}

/**
 * Makes a whole body say nothing of forced parameters but what the upstream may hear. A body that PHP takes for none, empty or a single `0`, stays (SPEC 6.1).
 * A body in a content coding is not decoded, hence refused.
 */
export function forceBody(body: Buffer, forced: readonly Forced[], { format, isBulk }: BodyShape): ForcedBody {

    if (forced.length === 0 || body.length === 0 || body.equals(phpFalse)) {
        return { kind: 'unchanged' };
    }

    if (isBulk && format === 'xml') {
        return { kind: 'refused', why: 'media-type' };
    }

    const text = decodeUtf8(body);
    if (text === undefined) {
        return { kind: 'refused', why: 'decoding' };
    }

    const result = forceText(text, forced, { format, isBulk });
    return result.kind === 'forced' ? { kind: 'forced', body: Buffer.from(result.text) } : result;
}

const phpFalse = Buffer.from('0');

function forceText(text: string, forced: readonly Forced[], { format, isBulk }: BodyShape): ForcedText {

    if (format === 'xml') {
        return forceXml(text, forced);
    }

    return isBulk ? forceBulk(text, forced) : forceJson(text, forced);
}

/** Undefined where the bytes are no UTF-8; a byte order mark is kept, for JSON has none. */
function decodeUtf8(bytes: Buffer): string | undefined {

    const text = bytes.toString();
    return Buffer.from(text).equals(bytes) ? text : undefined;
}
