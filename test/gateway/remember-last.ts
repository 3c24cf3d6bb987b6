import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { rememberLast } from '../../gateway/remember-last.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('rememberLast()', () => {

    it('finds out once what the same text says, and anew what another one does', () => {

        const asked: string[] = [];
        const isShort = rememberLast((text) => {

            asked.push(text);
            return text.length < 3;
        });
        expect(['', '', 'a', 'long', 'long', 'a'].map(isShort)).to.equal([true, true, true, false, false, true]);
        expect(asked).to.equal(['', 'a', 'long', 'a']);
    });
});
