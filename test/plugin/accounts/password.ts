import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createPasswordCheck, defaultBcryptCost, hashPassword } from '../../../plugin/accounts/password.js';

export const lab = Lab.script();
const { describe, it } = lab;

const cost = 4;
const right = { kind: 'right' } as const;
const wrong = { kind: 'wrong' } as const;

describe('hashPassword()', { timeout: 20_000 }, () => {

    it('hashes with bcrypt at the cost given', async () => {

        expect(await hashPassword('Passw0rd!', cost)).to.match(/^\$2b\$04\$[./A-Za-z0-9]{53}$/);
        expect(defaultBcryptCost).to.equal(12);
    });

    it('hashes at the default cost where none is given', async () => {

        expect(await hashPassword('Passw0rd!')).to.startWith('$2b$12$');
    });

    it('refuses what bcrypt would cut, without telling it', async () => {

        await expect(hashPassword('a'.repeat(73), cost)).to.reject('The password is longer than 72 bytes in UTF-8.');
        await expect(hashPassword('a\0b', cost)).to.reject('The password has a NUL character, where other readers of bcrypt stop.');
    });
});

describe('createPasswordCheck()', { timeout: 20_000 }, () => {

    const check = createPasswordCheck(cost);

    for (const prefix of ['$2a$', '$2b$', '$2y$']) {
        it(`checks ${prefix}`, async () => {

            const stored = (await hashPassword('Passw0rd!', cost)).replace('$2b$', prefix);
            expect(await check('Passw0rd!', stored)).to.equal(right);
            expect(await check('passw0rd!', stored)).to.equal(wrong);
        });
    }

    it('checks what PHP hashed', async () => {

        // php -r 'echo password_hash("rasmuslerdorf", PASSWORD_BCRYPT, ["cost" => 7]);'

        expect(await check('rasmuslerdorf', '$2y$07$IbN0z7yBGGaALxsFmv6vb.sUETJEMvYZy49Sskvq9Qrvac9Wk7YhO')).to.equal(right);
    });

    it('finds 72 right bytes and more wrong', async () => {

        const stored = await hashPassword('ä'.repeat(36), cost);
        expect(await check('ä'.repeat(36), stored)).to.equal(right);
        expect(await check(`${'ä'.repeat(36)}x`, stored)).to.equal(wrong);
    });

    it('finds a password with NUL wrong', async () => {

        expect(await check('Passw0rd!\0', await hashPassword('Passw0rd!', cost))).to.equal(wrong);
    });

    it('finds every password wrong where nothing readable is stored', async () => {

        for (const stored of [undefined, '', 'Passw0rd!', 'e966d715f8843208590feb19eec93ac9:ab']) {
            expect(await check('Passw0rd!', stored)).to.equal(wrong);
            expect(await check('', stored)).to.equal(wrong);
        }
    });

    it('brings a new hash for a form of Magento\'s', async () => {

        const checked = await check('Passw0rd!', 'e966d715f8843208590feb19eec93ac9:ab:0');
        const replacement = checked.kind === 'right' ? checked.replacement : undefined;
        expect(replacement).to.match(/^\$2b\$04\$/);
        expect(await check('Passw0rd!', replacement)).to.equal(right);
        expect(await check('Passw0rd?', 'e966d715f8843208590feb19eec93ac9:ab:0')).to.equal(wrong);
    });

    it('brings a new hash for a weaker bcrypt, and leaves a stronger one', async () => {

        const checked = await createPasswordCheck(5)('Passw0rd!', await hashPassword('Passw0rd!', 4));
        expect(checked).to.include('replacement');
        expect(await check('Passw0rd!', await hashPassword('Passw0rd!', 5))).to.equal(right);
    });

    it('takes the work of a wrong password for unknown names, for overlong passwords and for older forms', async () => {

        // CPU time of this process, which other processes do not lengthen

        const slow = 8;
        const slowCheck = createPasswordCheck(slow);
        const stored = await hashPassword('Passw0rd!', slow);
        const measure = async (password: string, hash: string | undefined) => {

            const times: number[] = [];
            for (let i = 0; i < 5; ++i) {
                const before = process.cpuUsage();
                await slowCheck(password, hash);
                times.push(process.cpuUsage(before).user);
            }

            return Math.min(...times);
        };

        const usual = await measure('wrong', stored);
        for (const [password, hash] of [['wrong', undefined], ['a'.repeat(5000), stored], ['wrong', 'e966d715f8843208590feb19eec93ac9:ab:0'], ['wrong', 'unreadable']] as const) {
            expect(await measure(password, hash)).to.be.within(usual / 3, usual * 3);
        }
    });
});
