import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';

import type { Session } from './store.js';

/** Whose token it is: bound to it, so that it cannot be moved to another session. */
export type Owner = Pick<Session, 'callerId' | 'id' | 'type'>;

export const nonceBytes = 12;
const cipher = 'aes-256-gcm';
const keyBytes = 32;
const tagBytes = 16;

/** What a sealed token begins with, for a later form to differ in. */
const version = Buffer.from([1]);

/**
 * Seals the upstream's token of a session (DESIGN 3.4): version, nonce, AES-256-GCM (NIST SP 800-38D) ciphertext, tag. The key comes of the
 * session's secret by HKDF-SHA256 (RFC 5869), which only the client holds: whoever has all that is stored can open nothing.
 */
export function sealToken(token: string, secret: string, owner: Owner, nonce: Buffer): Buffer {

    const seal = createCipheriv(cipher, deriveKey(secret), nonce).setAAD(nameOwner(owner));
    return Buffer.concat([version, nonce, seal.update(token, 'utf8'), seal.final(), seal.getAuthTag()]);
}

/** Opens what was sealed; undefined where it is another session's, was changed, or is none. */
export function openSealed(sealed: Buffer, secret: string, owner: Owner): string | undefined {

    if (sealed.length < version.length + nonceBytes + tagBytes || !sealed.subarray(0, version.length).equals(version)) {
        return undefined;
    }

    const text = sealed.subarray(version.length + nonceBytes, -tagBytes);
    const opening = createDecipheriv(cipher, deriveKey(secret), sealed.subarray(version.length, version.length + nonceBytes), { authTagLength: tagBytes })
        .setAAD(nameOwner(owner)).setAuthTag(sealed.subarray(-tagBytes));
    const opened = opening.update(text);
    try {
        return Buffer.concat([opened, opening.final()]).toString();
    }
    catch {

        // final() throws for one reason: the tag does not fit

        return undefined;
    }
}

function deriveKey(secret: string): Buffer {

    return Buffer.from(hkdfSync('sha256', secret, '', 'postern relay', keyBytes));
}

function nameOwner({ type, callerId, id }: Owner): Buffer {

    return Buffer.from(`${type}:${callerId}:${id}`);
}
