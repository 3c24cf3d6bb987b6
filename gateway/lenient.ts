import { isUtf8 } from 'node:buffer';


// Control characters, the backslash, and the first bytes of overlong UTF-8, in which some decoders still find a dot or a slash.
const unsafeBytes = /[\x00-\x1f\x7f\\\xc0\xc1]|\xe0[\x80-\x9f]|\xf0[\x80-\x8f]|\xf8[\x80-\x87]|\xfc[\x80-\x83]/;
const dotSegment = /(?:^|\/)\.\.?(?:[;?#/]|$)/;

// `%u002e` is a dot to IIS
const escape = /%(?:u([\da-f]{4})|([\da-f]{2}))/gi;
const maxLayers = 3;

// Of these there is one reading, and nearly every path is made of them
const oneReading = /^[\w/-]*$/;

/**
 * Tells whether an upstream that decodes or normalises paths could take `path` for another one than was authorized (ATTACKS 22, 23).
 * Ask it for every path that is about to be forwarded: Magento takes a dot segment for plain text, so matching alone does not find it.
 */
export function hasAmbiguousSegment(path: string): boolean {

    if (oneReading.test(path)) {
        return false;
    }

    let bytes = path;
    for (let i = 0; i <= maxLayers; ++i) {
        if (dotSegment.test(bytes) || unsafeBytes.test(bytes)) {
            return true;
        }

        const decoded = decodeOnce(bytes);
        if (decoded === bytes) {
            return false;
        }

        bytes = decoded;
    }

    // Nobody escapes so often but to get past somebody

    return true;
}

/**
 * Writes a path as an upstream could read it that undoes escapes, cuts `;` parameters off its segments and takes several slashes for one. Magento does none of this;
 * what is to be kept from others is looked for under both forms (ATTACKS 23, 25).
 */
export function plainPath(path: string): string {

    return /[%;]|\/\//.test(path) ? encode(decode(path)) : path;
}

/**
 * Folds a path further, to what is one address to many a framework and file system: letters of either case, dots and blanks at the end of a segment, and the name
 * of a format at the end of all (ATTACKS 29).
 */
export function foldPath(path: string): string {

    return encode(decode(path).replace(/[A-Z]+/g, (letters) => letters.toLowerCase()).split('/').map(trimEnd).join('/').replace(/\/{2,}/g, '/').replace(/\.(?:html?|json|php|xml)$/, ''));
}

/** The bytes of a path, one a character, after one more reading of it. */
function decodeOnce(bytes: string): string {

    const decoded = bytes.replace(escape, (_, unit: string | undefined, byte: string) => {

        return unit === undefined ? String.fromCharCode(parseInt(byte, 16)) : Buffer.from(String.fromCharCode(parseInt(unit, 16))).toString('latin1');
    });
    return decoded === bytes ? compose(bytes) : decoded;
}

/** Puts characters in the place of their compatibility forms: who normalises text (NFKC) finds a dot in `．`, and Windows a slash in `∕` where it has no better. */
function compose(bytes: string): string {

    const buffer = Buffer.from(bytes, 'latin1');
    if (!/[^\0-\x7f]/.test(bytes) || !isUtf8(buffer)) {
        return bytes;
    }

    const composed = buffer.toString().normalize('NFKC').replace(/[\u2044\u2215\u29f8]/g, '/').replace(/[\u2216\u29f5\u29f9]/g, '\\');
    return Buffer.from(composed).toString('latin1');
}

function decode(path: string): string {

    let bytes = path;
    for (let i = 0; i <= maxLayers; ++i) {
        bytes = decodeOnce(bytes);
    }

    return bytes.replace(/[?#].*/s, '').replace(/;[^/]*/g, '').replace(/\/{2,}/g, '/');
}

function encode(bytes: string): string {

    return bytes.replace(/[^!-~]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

/** Walks instead of matching `[. ]+$`, whose time grows with the square of a client's dots. */
function trimEnd(segment: string): string {

    let end = segment.length;
    while (segment[end - 1] === '.' || segment[end - 1] === ' ') {
        --end;
    }

    return segment.slice(0, end);
}
