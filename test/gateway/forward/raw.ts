import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { listHeaders } from '../../../gateway/forward/raw.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('listHeaders()', () => {

    it('gives bytes as Latin-1, and strings as they are', () => {

        expect(listHeaders([Buffer.from('X-Name'), Buffer.from('caf\xe9', 'latin1')])).to.equal(['X-Name', 'caf\xe9']);
        expect(listHeaders(['X-Name', 'caf\xe9'])).to.equal(['X-Name', 'caf\xe9']);
    });

    it('gives nothing for what is no list', () => {

        expect([listHeaders(null), listHeaders(undefined), listHeaders({ ':status': '200' })]).to.equal([[], [], []]);
    });
});
