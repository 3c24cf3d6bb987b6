import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

import type { Onlooker } from '../forward/request.js';
import type { Form, SeenAnswer } from './their-word.js';
import { isTelling } from './their-word.js';


/** What is kept of a body. Magento's errors are shorter by far, but for a developer's trace, which comes last. */
const maxKeptBytes = 8 * 1024;

/** What that may be once it is decompressed. */
const maxDecodedBytes = 512 * 1024;

/** Keeps of an answer what is needed to know what it says: nothing of the body where the status tells, else its beginning. The answer itself goes its way. */
export class Witness implements Onlooker {

    readonly #form: Form;
    readonly #chunks: Buffer[] = [];
    #status: number | undefined;
    #coding = '';
    #roomBytes = 0;

    constructor(form: Form) {

        this.#form = form;
    }

    readonly seeHead = (status: number, rawHeaders: readonly string[]): void => {

        this.#status = status;
        if (isTelling(this.#form, status)) {
            this.#roomBytes = maxKeptBytes;
            this.#coding = rawHeaders.find((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'content-encoding') ?? '';
        }
    };

    readonly seeData = (chunk: Buffer): void => {

        if (this.#roomBytes > 0) {

            // A copy, for the chunk is a part of what came over the connection, and keeps all of it

            const kept = Buffer.from(chunk.subarray(0, this.#roomBytes));
            this.#roomBytes -= kept.length;
            this.#chunks.push(kept);
        }
    };

    /** Undefined where no answer came. */
    answer(): SeenAnswer | undefined {

        return this.#status === undefined ? undefined : { status: this.#status, text: decode(Buffer.concat(this.#chunks), this.#coding.trim().toLowerCase()) };
    }
}

const zlib = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: maxDecodedBytes };
const brotli = { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength: maxDecodedBytes };

/** Decodes the beginning of a body (RFC 9110 section 8.4); undefined where that cannot be done. */
function decode(bytes: Buffer, coding: string): string | undefined {

    if (bytes.length === 0) {
        return '';
    }

    try {
        switch (coding) {
            case '':
            case 'identity':
                return bytes.toString();
            case 'gzip':
            case 'x-gzip':
                return gunzipSync(bytes, zlib).toString();
            case 'deflate':

                // Some servers leave the zlib header out, whose first half byte is an 8

                return ((bytes.readUInt8(0) & 0x0f) === 8 ? inflateSync(bytes, zlib) : inflateRawSync(bytes, zlib)).toString();
            case 'br':
                return brotliDecompressSync(bytes, brotli).toString();
            default:
                return undefined;
        }
    }
    catch {

        // It is not what it says it is, or swells beyond the bound: zlib throws nothing else

        return undefined;
    }
}
