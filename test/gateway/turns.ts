import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { inTurns } from '../../gateway/turns.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('inTurns()', () => {

    it('runs one after the other, and once for all who wait', async () => {

        const log: string[] = [];
        let count = 0;
        const { next, rest } = inTurns(async () => {

            count += 1;
            const run = count;
            log.push(`begin ${run}`);
            await Promise.resolve();
            log.push(`end ${run}`);
            return run;
        });

        const first = next();
        await Promise.resolve();
        expect(await Promise.all([first, next(), next()])).to.equal([1, 2, 2]);
        expect(await next()).to.equal(3);
        await rest();
        expect(log).to.equal(['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3']);
    });

    it('goes on after a run that failed', async () => {

        let count = 0;
        const { next, rest } = inTurns(() => Promise.reject(new Error(String(++count))));
        await expect(next()).to.reject('1');
        await expect(next()).to.reject('2');
        await rest();
    });
});
