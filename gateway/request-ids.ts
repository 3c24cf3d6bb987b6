import { randomUUID } from 'node:crypto';


/** Ids that are made at a time. */
const count = 64;

const length = 36;

let text = '';
let next = 0;

/** Gives the id of a request: a random UUID (RFC 9562 section 5.4). Each is cut from a text of many, because one that is put together for itself is read piece by piece wherever it is written. */
export function nextRequestId(): string {

    if (next === text.length) {
        text = Array.from({ length: count }, () => randomUUID()).join('');
        next = 0;
    }

    next += length;
    return text.slice(next - length, next);
}
