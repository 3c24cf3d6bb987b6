import { createHash, timingSafeEqual } from 'node:crypto';

import { argon2id, hash as argon2 } from 'argon2';

import type { MagentoHash, MagentoStep } from './stored-hash.js';


const argonSaltBytes = 16;

/** Tells whether `password` makes a Magento hash (SPEC 13.1). Compares in constant time; argon2 runs off the event loop. */
export async function matchesMagentoHash(password: string, { hash, salt, steps }: MagentoHash): Promise<boolean> {

    let value = password;
    for (const step of steps) {
        value = await take(step, value, salt);
    }

    return value.length === hash.length && timingSafeEqual(Buffer.from(value), Buffer.from(hash));
}

async function take(step: MagentoStep, value: string, salt: string): Promise<string> {

    if (step.algorithm !== 'argon2id') {
        return createHash(step.algorithm).update(salt + value).digest('hex');
    }

    const { bytes, passes, memoryKib } = step;
    const made = await argon2(value, { raw: true, type: argon2id, salt: fitSalt(salt), hashLength: bytes, timeCost: passes, memoryCost: memoryKib, parallelism: 1 });
    return made.toString('hex');
}

/** libsodium's salt has 16 bytes: a longer one is cut, a shorter one repeated. */
function fitSalt(salt: string): Buffer {

    return Buffer.alloc(argonSaltBytes, Buffer.from(salt).subarray(0, argonSaltBytes));
}
