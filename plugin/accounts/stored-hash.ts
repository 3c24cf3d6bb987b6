/** One step of a Magento hash: SPEC 13.1's versions 0 (md5), 1 (sha256), 2 and 3 (argon2id). */
export type MagentoStep =
    | { readonly algorithm: 'md5' | 'sha256' }
    | { readonly algorithm: 'argon2id'; readonly bytes: number; readonly passes: number; readonly memoryKib: number };

/** A Magento hash: each step takes the lower-case hex of the step before, all with the same salt. */
export interface MagentoHash {
    readonly kind: 'magento';
    readonly hash: string;
    readonly salt: string;
    readonly steps: readonly MagentoStep[];
}

/** What an account's stored hash is. */
export type StoredHash =
    | { readonly kind: 'bcrypt'; readonly cost: number; /** Under the prefix `$2b$`, the one that the bcrypt package reads. */ readonly text: string }
    | MagentoHash
    | { readonly kind: 'unreadable' };

/** The most that bcrypt may cost: about a minute. A stored hash must not take a thread for hours. */
const maxBcryptCost = 20;

const unreadable = { kind: 'unreadable' } as const;
const bcryptForm = /^\$2[aby]\$(\d\d)(\$[./A-Za-z0-9]{53})$/;
const argonForm = /^3_(\d{1,2})_(\d{1,2})_(\d{1,9})$/;
const maxCharacters = 512;
const maxSteps = 6;

/** Reads a stored hash: bcrypt as `$2a$`, `$2b$` or PHP's `$2y$`, or Magento's `hash:salt:version[:version…]` (SPEC 13.1). */
export function readStoredHash(text: string): StoredHash {

    const bcrypt = bcryptForm.exec(text);
    if (bcrypt === null) {
        return text.length > maxCharacters ? unreadable : readMagentoHash(text);
    }

    const [, cost = '', rest = ''] = bcrypt;
    return Number(cost) < 4 || Number(cost) > maxBcryptCost ? unreadable : { kind: 'bcrypt', cost: Number(cost), text: `$2b$${cost}${rest}` };
}

function readMagentoHash(text: string): StoredHash {

    const [hash = '', salt = '', ...versions] = text.split(':');
    const steps = versions.map(readStep).filter((step) => step !== undefined);
    const last = steps.at(-1);
    if (last === undefined || steps.length !== versions.length || steps.length > maxSteps) {
        return unreadable;
    }

    const isSalted = salt !== '' || steps.every(({ algorithm }) => algorithm !== 'argon2id');
    return isSalted && /^[0-9a-f]+$/.test(hash) && hash.length === hexLengthOf(last) ? { kind: 'magento', hash, salt, steps } : unreadable;
}

function readStep(version: string): MagentoStep | undefined {

    switch (version) {
        case '0':
            return { algorithm: 'md5' };
        case '1':
            return { algorithm: 'sha256' };
        case '2':
            return { algorithm: 'argon2id', bytes: 32, passes: 2, memoryKib: 64 * 1024 };
    }

    // Version 3 brings its own parameters: bounded, since they decide how long a login holds a thread and how much memory

    const [bytes = 0, passes = 0, memory = 0] = (argonForm.exec(version) ?? []).slice(1).map(Number);
    const isSensible = bytes >= 16 && bytes <= 64 && passes >= 1 && passes <= 8 && memory >= 8 * 1024 && memory <= 256 * 1024 * 1024;
    return isSensible ? { algorithm: 'argon2id', bytes, passes, memoryKib: Math.floor(memory / 1024) } : undefined;
}

function hexLengthOf(step: MagentoStep): number {

    return step.algorithm === 'argon2id' ? step.bytes * 2 : { md5: 32, sha256: 64 }[step.algorithm];
}
