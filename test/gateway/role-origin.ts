import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { noteOrigin, originOf } from '../../gateway/role-origin.js';
import { unknownRole } from '../../plugin/authorize/acl.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('originOf()', () => {

    it('says of a role what was noted, and of every other that it is the gate\'s own', () => {

        expect(originOf(unknownRole)).to.equal('magento');
        expect(originOf(noteOrigin(new Set(), 'magento-tables'))).to.equal('magento-tables');
        expect(originOf(new Set())).to.equal('gate');
    });
});
