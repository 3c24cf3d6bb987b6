import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { matchesMagentoHash } from '../../../plugin/accounts/magento-hash.js';
import { readStoredHash } from '../../../plugin/accounts/stored-hash.js';

import type { MagentoHash } from '../../../plugin/accounts/stored-hash.js';

export const lab = Lab.script();
const { describe, it } = lab;

// The vectors of SPEC 13.1, recorded from Magento, for the password `Passw0rd!`

const salt = 'abcdefghijklmnopqrstuvwxyz012345';
const vectors = [
    'e966d715f8843208590feb19eec93ac9:ab:0',
    `4ffbb8dfad06591d7f3e2d8dca9fb1bcdff54086262a948fd65647bc8f5a0bc1:${salt}:1`,
    `3947ee47a7d5e576f8f43c6b7d7ac6b51823ab989f5609ae7a4e4e87a332223b:${salt}:2`,
    `3947ee47a7d5e576f8f43c6b7d7ac6b51823ab989f5609ae7a4e4e87a332223b:${salt}:3_32_2_67108864`,
    `0228841473535b7cf6cc451474f8b8f636527f57f1076a69b077d62aed5f3f1a:${salt}:1:3_32_2_67108864`,
    '537352cb04fe1501f34295b96ea8f7490ab339aa65336277997ef6c5d927e6b3:ab:0:1:2'
];

const read = (text: string): MagentoHash => {

    const hash = readStoredHash(text);
    if (hash.kind !== 'magento') {
        throw new Error(`"${text}" is ${hash.kind}`);
    }

    return hash;
};

describe('matchesMagentoHash()', { timeout: 20_000 }, () => {

    for (const vector of vectors) {
        it(`finds the password of ${vector.slice(vector.indexOf(':'))}`, async () => {

            expect(await matchesMagentoHash('Passw0rd!', read(vector))).to.be.true();
            expect(await matchesMagentoHash('Passw0rd', read(vector))).to.be.false();
        });
    }

    it('finds a password beyond ASCII', async () => {

        expect(await matchesMagentoHash('Пароль', read('81d40f8f128208ef7df0e9c72a44ed2d:ab:0'))).to.be.true();
    });

    it('matches no hash of another length', async () => {

        const { steps } = read(vectors[0]!);
        expect(await matchesMagentoHash('Passw0rd!', { kind: 'magento', hash: 'e966d715', salt: 'ab', steps })).to.be.false();
    });
});
