import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readStoredHash } from '../../../plugin/accounts/stored-hash.js';

export const lab = Lab.script();
const { describe, it } = lab;

const tail = '$yd7WcgukvxK7Yj4SzmvyNOjRaJMxmaZiQXWqqx3.rz7qhBIjZVSHS';
const md5 = 'e966d715f8843208590feb19eec93ac9';
const hex64 = 'a'.repeat(64);
const argon = { algorithm: 'argon2id', bytes: 32, passes: 2, memoryKib: 65536 };

describe('readStoredHash()', () => {

    for (const prefix of ['$2a', '$2b', '$2y']) {
        it(`reads bcrypt that begins with ${prefix}$`, () => {

            expect(readStoredHash(`${prefix}$10${tail}`)).to.equal({ kind: 'bcrypt', cost: 10, text: `$2b$10${tail}` });
        });
    }

    for (const [text, steps] of [
        [`${md5}:ab:0`, [{ algorithm: 'md5' }]],
        [`${md5}::0`, [{ algorithm: 'md5' }]],
        [`${hex64}:ab:1`, [{ algorithm: 'sha256' }]],
        [`${hex64}:ab:2`, [argon]],
        [`${hex64}:ab:3_32_2_67108864`, [argon]],
        [`${'a'.repeat(32)}:ab:3_16_8_8192`, [{ algorithm: 'argon2id', bytes: 16, passes: 8, memoryKib: 8 }]],
        [`${'a'.repeat(128)}:ab:3_64_1_268435456`, [{ algorithm: 'argon2id', bytes: 64, passes: 1, memoryKib: 262144 }]],
        [`${hex64}:ab:0:1:2`, [{ algorithm: 'md5' }, { algorithm: 'sha256' }, argon]]
    ] as const) {
        it(`reads Magento's ${text}`, () => {

            const [hash, salt] = text.split(':');
            expect(readStoredHash(text)).to.equal({ kind: 'magento', hash: hash!, salt: salt!, steps: steps as never });
        });
    }

    for (const [text, why] of [
        ['', 'nothing'],
        ['secret', 'a plain text'],
        [md5, 'a hash without salt and version'],
        [`${md5}:ab`, 'a hash without version'],
        [`${md5}:ab:`, 'an empty version'],
        [`${md5}:ab:4`, 'an unknown version'],
        [`${hex64}:ab:3`, 'version 3 without parameters'],
        [`${md5}:ab:0:x`, 'an unknown version after a known one'],
        [`${md5}:ab:1`, 'a hash of another length than its version makes'],
        [`${md5.toUpperCase()}:ab:0`, 'upper-case hex'],
        [`${hex64}::2`, 'argon2 without salt'],
        [`${'a'.repeat(30)}:ab:3_15_2_67108864`, 'argon2 with too few bytes'],
        [`${'a'.repeat(130)}:ab:3_65_2_67108864`, 'argon2 with too many bytes'],
        [`${hex64}:ab:3_32_0_67108864`, 'argon2 without a pass'],
        [`${hex64}:ab:3_32_9_67108864`, 'argon2 with too many passes'],
        [`${hex64}:ab:3_32_2_8191`, 'argon2 with too little memory'],
        [`${hex64}:ab:3_32_2_268435457`, 'argon2 with too much memory'],
        [`${hex64}:ab:1:1:1:1:1:1:1`, 'too many versions'],
        [`${md5}:${'s'.repeat(600)}:0`, 'an endless salt'],
        [`$2b$03${tail}`, 'bcrypt with too low a cost'],
        [`$2b$31${tail}`, 'bcrypt that would take hours'],
        [`$2x$10${tail}`, 'bcrypt of the broken kind'],
        [`$2b$10${tail}.`, 'bcrypt that is too long'],
        [`$2b$10${tail.slice(1)}`, 'bcrypt that is too short'],
        ['$argon2id$v=19$m=65536,t=2,p=1$YWJjZGVmZ2hpamtsbW5vcA$OUfuR6fV5XbohPQ+fXrG', 'PHP\'s own form of argon2']
    ] as const) {
        it(`cannot read ${why}`, () => {

            expect(readStoredHash(text)).to.equal({ kind: 'unreadable' });
        });
    }
});
