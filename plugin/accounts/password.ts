import { compare, genSaltSync, hash as bcrypt } from 'bcrypt';

import { matchesMagentoHash } from './magento-hash.js';
import { faultOfPassword } from './password-rule.js';
import { readStoredHash } from './stored-hash.js';


export const defaultBcryptCost = 12;

/** `replacement` is a new hash of the password, where the stored one is of an older form or weaker than the configured cost. */
export type PasswordCheck = { readonly kind: 'wrong' } | { readonly kind: 'right'; readonly replacement?: string };

/** Hashes a password to be stored. Throws where `faultOfPassword` finds one. */
export async function hashPassword(password: string, cost = defaultBcryptCost): Promise<string> {

    const fault = faultOfPassword(password);
    if (fault !== undefined) {
        throw new Error(`The password ${fault}.`);
    }

    return bcrypt(password, cost);
}

/**
 * Makes the check of a password against an account's stored hash, undefined where there is no account. Whatever the answer, it takes the
 * time of one bcrypt at `cost`: unknown names are checked against a hash that nothing matches, and for hashes that are due for
 * replacement the new one is made alongside. A stored bcrypt hash of a higher cost takes longer: keep `cost` at the highest one in use.
 */
export function createPasswordCheck(cost: number): (password: string, stored: string | undefined) => Promise<PasswordCheck> {

    const dummy = `${genSaltSync(cost)}${'.'.repeat(31)}`;

    return async function checkPassword(password, stored = '') {

        const hash = readStoredHash(stored);
        if (hash.kind === 'unreadable' || faultOfPassword(password) !== undefined) {
            await compare('', dummy);
            return { kind: 'wrong' };
        }

        if (hash.kind === 'bcrypt' && hash.cost >= cost) {
            return { kind: await compare(password, hash.text) ? 'right' : 'wrong' };
        }

        const isRight = hash.kind === 'bcrypt' ? compare(password, hash.text) : matchesMagentoHash(password, hash);
        const [right, replacement] = await Promise.all([isRight, bcrypt(password, cost)]);
        return right ? { kind: 'right', replacement } : { kind: 'wrong' };
    };
}
