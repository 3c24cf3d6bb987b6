import { randomFillSync } from 'node:crypto';


/** Ids that are made at a time. */
const count = 256;

const bytesOfId = 16;
const length = 36;

/** The groups of an id: where each begins among its bytes and in its text, and how many bytes it has. */
const groups = [[0, 0, 4], [4, 9, 2], [6, 14, 2], [8, 19, 2], [10, 24, 6]] as const;

const bytes = new DataView(new ArrayBuffer(count * bytesOfId));
const written = new DataView(new ArrayBuffer(count * length));
const all = Buffer.from(written.buffer).fill('-');

/** The two digits of each byte. */
const digits = new DataView(new ArrayBuffer(512));
Buffer.from(digits.buffer).write(Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')).join(''));

let text = '';
let next = 0;

/**
 * Gives the id of a request: a random UUID (RFC 9562 section 5.4). Each is cut from a text of many, because one that is put together for itself is read piece by piece wherever it is
 * written; and that is written digits by digits, which takes a third of the time that `randomUUID()` does.
 */
export function nextRequestId(): string {

    if (next === text.length) {
        text = writeIds();
        next = 0;
    }

    next += length;
    return text.slice(next - length, next);
}

function writeIds(): string {

    randomFillSync(bytes);
    for (let i = 0; i < count; ++i) {
        writeId(i * bytesOfId, i * length);
    }

    return all.toString('latin1');
}

function writeId(from: number, to: number): void {

    bytes.setUint8(from + 6, (bytes.getUint8(from + 6) & 0x0f) | 0x40);             // Version 4
    bytes.setUint8(from + 8, (bytes.getUint8(from + 8) & 0x3f) | 0x80);             // The variant of RFC 9562
    for (const [first, at, size] of groups) {
        for (let i = 0; i < size; ++i) {
            written.setUint16(to + at + 2 * i, digits.getUint16(2 * bytes.getUint8(from + first + i)));
        }
    }
}
