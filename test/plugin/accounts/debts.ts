import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createDebts } from '../../../plugin/accounts/debts.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('createDebts()', () => {

    it('pays each debt once, the oldest first', async () => {

        const debts = createDebts();
        const paid: string[] = [];
        for (const name of ['a', 'b', 'c']) {
            debts.owe(async () => {

                paid.push(name);
                return Promise.resolve();
            });
        }

        await Promise.all([debts.settle(), debts.settle()]);
        await debts.settle();
        expect(paid).to.equal(['a', 'b', 'c']);
    });

    it('owes on what the store does not take', async () => {

        const debts = createDebts();
        let isAway = true;
        let paid = 0;
        const pay = async () => {

            if (isAway) {
                throw new StoreUnavailableError('away');
            }

            ++paid;
            return Promise.resolve();
        };

        debts.owe(pay);
        debts.owe(() => pay());
        await expect(debts.settle()).to.reject(StoreUnavailableError);
        expect(paid).to.equal(0);
        isAway = false;
        await debts.settle();
        expect(paid).to.equal(2);
    });

    it('hides no mistake, and makes none twice', async () => {

        const debts = createDebts();
        debts.owe(() => Promise.reject(new TypeError('a mistake of ours')));
        await expect(debts.settle()).to.reject(TypeError);
        await debts.settle();
    });

    it('forgets the oldest where there are too many', async () => {

        const debts = createDebts(2);
        const paid: number[] = [];
        for (const number of [1, 2, 3]) {
            debts.owe(async () => {

                paid.push(number);
                return Promise.resolve();
            });
        }

        await debts.settle();
        expect(paid).to.equal([2, 3]);
    });
});
