import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { findNearest } from '../../../gateway/settings/nearest.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('findNearest()', () => {

    const known = ['POSTERN_HOST', 'POSTERN_PORT', 'POSTERN_OPS_PORT'];

    for (const [name, nearest] of [
        ['POSTERN_PROT', 'POSTERN_PORT'],
        ['POSTERN_HSOT', 'POSTERN_HOST'],
        ['POSTERN_OPSPORT', 'POSTERN_OPS_PORT'],
        ['POSTERN_PORTS', 'POSTERN_PORT'],
        ['POSTERN_OPPS_PORT', 'POSTERN_OPS_PORT'],
        ['POSTERN_HOST_URI', 'POSTERN_HOST'],
        ['POSTERN_OPS_PORT_NUMBER', 'POSTERN_OPS_PORT']
    ] as const) {
        it(`takes ${name} for ${nearest}`, () => {

            expect(findNearest(name, known)).to.equal(nearest);
        });
    }

    it('takes the first of two that are as near', () => {

        expect(findNearest('', ['one', 'two'])).to.equal('one');
        expect(findNearest('one', ['', ''])).to.equal('');
    });
});
