import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { countHeader } from '../../plugin/raw-headers.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('countHeader()', () => {

    const table: readonly (readonly [rawHeaders: readonly string[] | undefined, count: number])[] = [
        [undefined, 0],
        [[], 0],
        [['Host', 'a'], 1],
        [['Host', 'a', 'HOST', 'b', 'X-Host', 'c', 'Most', 'd'], 2],
        [['X', 'host'], 0]
    ];

    for (const [rawHeaders, count] of table) {
        it(`counts ${count} in ${JSON.stringify(rawHeaders)}`, () => {

            expect(countHeader(rawHeaders === undefined ? {} : { rawHeaders }, 'host')).to.equal(count);
        });
    }
});
