import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import * as postern from '../../gateway/index.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('the package', () => {

    it('exports what starts a gate in a process of somebody else\'s', () => {

        expect(Object.entries(postern).map(([name, value]) => `${typeof value} ${name}`).sort()).to.equal(['function readSettings', 'function settleSurroundings', 'function startGateway']);
    });
});
