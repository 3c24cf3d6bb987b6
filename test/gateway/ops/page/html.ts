import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { html } from '../../../../gateway/ops/page/html.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('html', () => {

    it('escapes what is put in, unless it is HTML itself', () => {

        expect(html`<p title="${'"&\''}">${'<script>'}${2}</p>`.text).to.equal('<p title="&quot;&amp;&#39;">&lt;script&gt;2</p>');
        expect(html`<ul>${['a<', 'b'].map((item) => html`<li>${item}</li>`)}</ul>${html`<hr>`}`.text).to.equal('<ul><li>a&lt;</li><li>b</li></ul><hr>');
    });
});
