import { createHash, hash, timingSafeEqual } from 'node:crypto';

import type { AccountType } from '../caller.js';

/** What a token says: whose it is, which session it opens, and the secret that proves it. */
export interface Token {
    readonly type: AccountType;
    /** Decimal digits, or the plain user name of an admin who is known by name only. */
    readonly callerId: string;
    readonly sessionId: string;
    readonly secret: string;
}

/** Bytes of randomness in a secret: 192 bits, 32 characters of base64url without padding. */
export const secretBytes = 24;

const letters = { admin: 'a', customer: 'c' } as const;

// Only characters of b64token, RFC 6750 section 2.1. A name stands as base64url after `~`; 160 bytes of it hold Magento's 40 characters.

const shape = /^ptn_[ac](?:\d{1,20}|~[\w-]{2,214})\.[a-z0-9]{8}\.[\w-]{32}$/;
const digits = /^\d+$/;
const minLength = 'ptn_c1.12345678.'.length + 32;
const maxLength = 'ptn_c~.12345678.'.length + 214 + 32;

/** Writes a token, `ptn_c42.q7m2k9ax.<secret>`. Throws where a caller id does not fit, so that no login yields a token that cannot be read. */
export function makeToken(token: Token): string {

    const id = digits.test(token.callerId) ? token.callerId : `~${Buffer.from(token.callerId).toString('base64url')}`;
    const text = `ptn_${letters[token.type]}${id}.${token.sessionId}.${token.secret}`;
    if (readToken(text)?.callerId !== token.callerId) {
        throw new Error(`Caller id "${token.callerId}" does not fit in a token: expected up to 20 digits, or a name of up to 160 bytes`);
    }

    return text;
}

/** Reads a token back; undefined for every other text, whose shape shows without a look-up that it is none of ours. */
export function readToken(text: string): Token | undefined {

    if (text.length < minLength || text.length > maxLength || !shape.test(text)) {
        return undefined;
    }

    // The shape fixes where each part stands: `ptn_` letter, id, `.` 8 characters, `.` 32 characters.

    const type = text[4] === 'a' ? 'admin' : 'customer';
    const id = text.slice(5, -42);
    const callerId = id.startsWith('~') ? readName(id.slice(1)) : id;
    return callerId === undefined ? undefined : { type, callerId, sessionId: text.slice(-41, -33), secret: text.slice(-32) };
}

/** What the store keeps in place of the secret: its SHA-256, 32 bytes. */
export function hashSecret(secret: string): Buffer {

    return createHash('sha256').update(secret).digest();
}

const digest = Buffer.alloc(32);

/**
 * Tells in constant time whether a secret is the one of a hash that the store keeps. It is asked on every request: a digest of one call, written
 * to a buffer that is there, takes half of the time.
 */
export function isSecretOf(secretHash: Buffer, secret: string): boolean {

    digest.write(hash('sha256', secret, 'binary'), 'binary');
    return timingSafeEqual(secretHash, digest);
}

/** Makes the 8 characters of [a-z0-9] that name a session, from 8 random bytes: 36⁸ of 2⁶⁴ leaves a bias below one in a million. */
export function makeSessionId(random: Buffer): string {

    return (random.readBigUInt64BE() % 36n ** 8n).toString(36).padStart(8, '0');
}

/** One name has one spelling, and a name of digits none: it would be another caller's number. */
function readName(encoded: string): string | undefined {

    const name = Buffer.from(encoded, 'base64url').toString();
    return Buffer.from(name).toString('base64url') === encoded && !digits.test(name) ? name : undefined;
}
