import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { XmlElement } from '../../../plugin/inject/xml-spans.js';
import { readXml } from '../../../plugin/inject/xml-spans.js';


export const lab = Lab.script();
const { describe, it } = lab;

const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);

describe('readXml()', () => {

    it('finds every element with its content, attributes and children', () => {

        const text = '\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n<!-- <no/> --><?php <no/> ?>\n<r:oot a="1>" \n b = \'"\' >x<![CDATA[<no/>]]><c/><!--<no/>--><c d="">y</c\n></r:oot >\n<!---->';
        const outline = ({ name, start, end, contentStart, contentEnd, attributes, children }: XmlElement): unknown =>
            [name, text.slice(start, end), text.slice(contentStart, contentEnd), attributes.map((attribute) => [attribute.name, text.slice(attribute.start, attribute.end)]), children.map(outline)];

        const root = readXml(text);
        expect(root && outline(root)).to.equal([
            'r:oot', text.slice(text.indexOf('<r:oot'), text.indexOf('\n<!---->')), 'x<![CDATA[<no/>]]><c/><!--<no/>--><c d="">y</c\n>', [['a', ' a="1>"'], ['b', ' \n b = \'"\'']], [
                ['c', '<c/>', '', [], []],
                ['c', '<c d="">y</c\n>', 'y', [['d', ' d=""']], []]
            ]
        ]);
    });

    for (const text of ['<r/>', '<r>&amp;&#65;</r>', '<?xml version=\'1.0\' encoding = \'utf-8\' ?><r></r>', '<?xml version="1.0"?><r/>', nested(256)]) {
        it(`reads ${text.slice(0, 60)}`, () => {

            expect(readXml(text)?.end).to.equal(text.length);
        });
    }

    for (const text of [
        '', 'x', '<', '<r', '<r>', '<r></s>', '<r><a></r></a>', '<r/><r/>', '<r/>x', 'x<r/>', '<r></r', '< r/>', '<r><1', '<r>]]><a', '<![CDATA[x]]>', '<r/>\0', '\u00a0<r/>', '<r\u00a0/>',
        '<!DOCTYPE r><r/>', '<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', '<r><!DOCTYPE r></r>', '<r><!ELEMENT r></r>', '<r><!-- </r>', '<r><![CDATA[</r>', '<r><?x </r>',
        '<r a></r>', '<r a=1></r>', '<r a="1></r>', '<r a="<"></r>', '<r a="1"b="2"></r>', ' <?xml version="1.0"?><r/>', '<r><?XML ?></r>',
        '<?xml version="1.0" encoding="UTF-7"?><r/>', '<?xml version="1.0" encoding="iso-8859-1"?><r/>', nested(257)
    ]) {
        it(`finds none in ${JSON.stringify(text.slice(0, 60))}`, () => {

            expect(readXml(text)).to.be.undefined();
        });
    }
});
