import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { calculateJwkThumbprint, exportJWK, SignJWT } from 'jose';
import type { JSONWebKeySet } from 'jose';

import type { Caller } from '../caller.js';


export interface AssertionOptions {
    /** PEM text of a PKCS #8 private key: P-256 signs ES256, Ed25519 signs EdDSA. */
    readonly key: string;
    readonly issuer: string;
    readonly audience?: string;
    readonly ttlSeconds: number;
    /** How many sessions' assertions are kept. Default 10,000. */
    readonly maxEntries?: number;
}

export interface Assertions {
    /** The JWT for a caller's session: made anew once half of its lifetime is over, so that what is handed out is good for the other half. */
    readonly assertionFor: (caller: Caller, sessionId: string | undefined, nowSeconds: number) => Promise<string>;
    /** The public key, for `/.well-known/jwks.json`. */
    readonly jwks: JSONWebKeySet;
}

interface Entry {
    readonly jwt: Promise<string>;
    readonly renewAtSeconds: number;
}

/**
 * Makes the signed form of a caller's identity, for upstreams that do not trust the network (DESIGN 3.2); it travels as `X-Caller-Assertion`.
 * Claims: `sub` (`customer:42`, or `guest`), `typ` (the caller type), `sid`, `iss`, `aud`, `iat`, `exp`.
 * Throws at start-up where the key is none of the two kinds.
 */
export async function createAssertions({ key, issuer, audience, ttlSeconds, maxEntries = 10_000 }: AssertionOptions): Promise<Assertions> {

    const privateKey = readKey(key);
    const alg = algorithmOf(privateKey);
    const publicJwk = await exportJWK(createPublicKey(privateKey));
    const kid = await calculateJwkThumbprint(publicJwk);
    const entries = new Map<string, Entry>();

    const sign = (caller: Caller, sessionId: string | undefined, nowSeconds: number): Promise<string> => {

        const jwt = new SignJWT({ typ: caller.type, ...(sessionId !== undefined && { sid: sessionId }), ...(audience !== undefined && { aud: audience }) });
        return jwt.setProtectedHeader({ alg, kid, typ: 'JWT' }).setIssuer(issuer).setSubject(caller.type === 'guest' ? 'guest' : `${caller.type}:${caller.id}`)
            .setIssuedAt(nowSeconds).setExpirationTime(nowSeconds + ttlSeconds).sign(privateKey);
    };

    return {
        assertionFor(caller, sessionId, nowSeconds) {

            const name = `${caller.type}:${caller.id}:${sessionId ?? ''}`;
            const kept = entries.get(name);
            if (kept !== undefined && nowSeconds < kept.renewAtSeconds) {
                return kept.jwt;
            }

            // A Map keeps the order of insertion: the first entry is the one made longest ago.
            entries.delete(name);
            if (entries.size >= maxEntries) {
                entries.delete(String(entries.keys().next().value));
            }

            const jwt = sign(caller, sessionId, nowSeconds);
            entries.set(name, { jwt, renewAtSeconds: nowSeconds + ttlSeconds / 2 });
            return jwt;
        },
        jwks: { keys: [{ ...publicJwk, alg, kid, use: 'sig' }] }
    };
}

function readKey(pem: string): KeyObject {

    try {
        return createPrivateKey({ key: pem, format: 'pem' });
    }
    catch {
        // The reason that OpenSSL gives helps nobody, and the text is a secret.
        throw new Error('The assertion key cannot be read: expected the PEM text of an unencrypted PKCS #8 private key ("-----BEGIN PRIVATE KEY-----")');
    }
}

/** The key's type pins the algorithm: nothing in a token or a setting chooses it (ATTACKS 40). */
function algorithmOf(key: KeyObject): 'EdDSA' | 'ES256' {

    const kind = String(key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType);
    if (kind === 'prime256v1') {
        return 'ES256';
    }

    if (kind === 'ed25519') {
        return 'EdDSA';
    }

    throw new Error(`The assertion key is of type "${kind}": expected an EC key on P-256 (prime256v1) or an Ed25519 key`);
}
