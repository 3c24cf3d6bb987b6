import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { encodeXml } from '../../../plugin/refusals/xml.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('encodeXml()', () => {

    // [data, what Magento's renderer and libxml make of it, between the declaration and the last line break]
    const table = [
        ['a token', '<response>a token</response>'],
        ['', '<response></response>'],
        [true, '<response>true</response>'],
        [[], '<response/>'],
        [{ a: {}, b: 5 }, '<response>\n  <a/>\n  <b>5</b>\n</response>'],
        [['x', ['y']], '<response>\n  <item>x</item>\n  <item>\n    <item>y</item>\n  </item>\n</response>'],
        ['<a&b>"\']]>', '<response>&lt;a&amp;b&gt;"\']]&gt;</response>'],
        ['é☃😀\x7f\x85', '<response>&#xE9;&#x2603;&#x1F600;\x7f&#x85;</response>'],
        ['a\rb\nc\td\x01\x1f', '<response>a&#xD;b\nc\td</response>']
    ] as const;

    for (const [data, xml] of table) {
        it(`writes ${JSON.stringify(xml)} as Magento does`, () => {

            expect(encodeXml(data)).to.equal(`<?xml version="1.0"?>\n${xml}\n`);
        });
    }

    it('makes a name of an element of any key', () => {

        const names = [['fieldName', 'fieldName'], ['a b:c', 'a_b_c'], ['_a_', 'a'], ['7th', 'item_7th'], ['.a.b', 'item_ab'], ['-a', 'item_-a'], ['<a>/&\'"é', 'a']] as const;
        for (const [key, name] of names) {
            expect(encodeXml({ [key]: 'x' }), key).to.equal(`<?xml version="1.0"?>\n<response>\n  <${name}>x</${name}>\n</response>\n`);
        }
    });
});
