import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { inTime } from '../../gateway/in-time.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('inTime()', () => {

    it('gives what a promise comes to, be it an error', async () => {

        expect(await inTime(Promise.resolve(1), 10_000)).to.equal(1);
        await expect(inTime(Promise.reject(new Error('x')), 10_000)).to.reject('x');
    });

    it('gives up in time, and hears of no later error', async () => {

        const late = new Promise((_, reject) => setTimeout(reject, 20, new Error('too late')));
        expect(await inTime(late, 1)).to.be.undefined();
        await expect(late).to.reject('too late');
    });
});
