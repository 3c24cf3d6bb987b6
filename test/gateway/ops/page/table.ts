import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { html } from '../../../../gateway/ops/page/html.js';
import { table } from '../../../../gateway/ops/page/table.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('table()', () => {

    it('names each column above it, and beside each cell', () => {

        const { text } = table('t', 't-title', ['A', { name: 'B', isWide: true }], [['<1>', html`<b>2</b>`]]);
        expect(text).to.equal('<div class="scroll" tabindex="0" role="region" aria-labelledby="t-title"><table id="t"><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>'
            + '<tbody><tr><td data-name="A"><div>&lt;1&gt;</div></td><td data-name="B" class="wide"><div><b>2</b></div></td></tr></tbody></table></div>');
    });

    it('has as many cells as there are, whatever the columns', () => {

        expect(table('t', 't-title', [], [['x']]).text).to.contain('<td data-name=""><div>x</div></td>');
    });
});
