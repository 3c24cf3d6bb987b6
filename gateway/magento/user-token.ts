import type { AccountType } from '../../plugin/caller.js';


/**
 * What a token of Magento's says of itself. It is a claim and no proof: whoever believes it has asked the service that issued it.
 * `opaque`: it says nothing, for it is 32 random characters (SPEC 3.7) or encrypted.
 */
export type UserToken =
    | { readonly kind: 'jwt'; readonly type: AccountType; readonly id: string; readonly expiresAtSeconds: number }
    | { readonly kind: 'opaque' }
    | { readonly kind: 'unusable' };

/** What may stand in a header of ours, and is no longer than a header should be. */
const shape = /^[\w.~+/=-]{1,4096}$/;
const types: Readonly<Record<number, AccountType>> = { 2: 'admin', 3: 'customer' };

/** Reads a token's claims (SPEC 3.9). A JWT of any other user type, or without an end, is of no use: Magento does not check its end. */
export function readUserToken(text: string): UserToken {

    if (!shape.test(text)) {
        return { kind: 'unusable' };
    }

    const [header = '', payload = '', ...rest] = text.split('.');
    return header.startsWith('eyJ') && rest.length === 1 ? readClaims(payload) : { kind: 'opaque' };
}

function readClaims(payload: string): UserToken {

    const claims = parseObject(Buffer.from(payload, 'base64url').toString());
    const [id, type, expiresAtSeconds] = [claims.get('uid'), types[Number(claims.get('utypid'))], claims.get('exp')];
    return isCount(id) && isCount(expiresAtSeconds) && type !== undefined ? { kind: 'jwt', type, id: String(id), expiresAtSeconds } : { kind: 'unusable' };
}

function isCount(value: unknown): value is number {

    return Number.isSafeInteger(value) && Number(value) > 0;
}

/** The members of a JSON object; none where the text is no such thing. */
export function parseObject(text: string): ReadonlyMap<string, unknown> {

    try {
        const value: unknown = JSON.parse(text);
        return new Map(typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []);
    }
    catch (error) {
        if (error instanceof SyntaxError) {
            return new Map();
        }

        throw error;
    }
}
