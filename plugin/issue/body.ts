import type { Readable } from 'node:stream';
import { addAbortSignal } from 'node:stream';


/**
 * Reads a body, a stream of buffers, whole, unless it is longer than `maxBytes`: then it stops listening, and leaves the stream as it is so that an answer can still be sent.
 * Rejects when the stream breaks off, or when `signal` aborts, which destroys it.
 */
export async function readBody(stream: Readable, maxBytes: number, signal?: AbortSignal): Promise<Buffer | 'too-large'> {

    const source = signal === undefined ? stream : addAbortSignal(signal, stream);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of source.iterator({ destroyOnReturn: false })) {
        const buffer = chunk as Buffer;
        chunks.push(buffer);
        bytes += buffer.length;
        if (bytes > maxBytes) {
            return 'too-large';
        }
    }

    return Buffer.concat(chunks);
}
