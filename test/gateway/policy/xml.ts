import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { childrenNamed, findUnknown, parseXml, requireAttribute } from '../../../gateway/policy/xml.js';
import type { Shape } from '../../../gateway/policy/xml.js';


export const lab = Lab.script();
const { describe, it } = lab;

const read = (text: string, rootName = 'a') => parseXml(text, 'a/etc/x.xml', rootName);

describe('parseXml()', () => {

    it('reads names, attributes and children with the line that each starts on', () => {

        const root = read('<?xml version="1.0"?>\n<!-- two\nlines -->\n<routes>\n  <route\n    url="/V1/a"/><route url=\'/V1/b\'>\n\n<service/></route>\n</routes>', 'routes');

        expect([root.name, root.line]).to.equal(['routes', 4]);
        expect(root.children.map((child) => [child.name, child.line, child.attributes.get('url')])).to.equal([['route', 5, '/V1/a'], ['route', 6, '/V1/b']]);
        expect(root.children[1]?.children.map((child) => [child.name, child.line])).to.equal([['service', 8]]);
    });

    it('counts lines whatever ends them', () => {

        expect(read('\uFEFF<a>\r\n<b/>\r<c/>\n<d/></a>').children.map(({ line }) => line)).to.equal([2, 3, 4]);
    });

    it('keeps text as it is: no trimming, no numbers, comments and children left out, CDATA not decoded', () => {

        expect(read('<a> 007</a>').text).to.equal(' 007');
        expect(read('<a>x &lt;<!-- no --><![CDATA[&lt;<]]><b>no</b> y</a>').text).to.equal('x <&lt;< y');
        expect(read('<a/>').text).to.equal('');
    });

    it('decodes the entities of XML and references to characters', () => {

        expect(read('<a b="&amp;&lt;&gt;&quot;&apos;&#45;&#x2d;&#x1F511;&amp;#45;"/>').attributes.get('b')).to.equal('&<>"\'--\u{1F511}&#45;');
    });

    it('keeps attributes whose names mean something in JavaScript', () => {

        expect([...read('<a __proto__="1" constructor="2"/>').attributes]).to.equal([['__proto__', '1'], ['constructor', '2']]);
    });

    const table: [string, string, string][] = [
        ['an unclosed tag', '<a>\n<b>\n</a>', 'a/etc/x.xml:3: Expected closing tag \'b\' (opened in line 2, col 1) instead of closing tag \'a\'.'],
        ['an empty file', '', 'a/etc/x.xml:1: Start tag expected.'],
        ['a DOCTYPE', '<?xml version="1.0"?>\n<!doctype a [<!ENTITY b "c">]>\n<a>&b;</a>', 'a/etc/x.xml:2: a DOCTYPE is not accepted'],
        ['a second root element', '<a/>\n<b/>', 'a/etc/x.xml:2: <b> is a second root element'],
        ['another root element', '<?xml version="1.0"?>\n<b/>', 'a/etc/x.xml:2: the root element is <b>, expected <a>'],
        ['an entity that is not declared', '<a>\n<b c="&copy;"/></a>', 'a/etc/x.xml:2: the entity "&copy;" is not declared'],
        ['a reference to no character', '<a>&#x110000;</a>', 'a/etc/x.xml:1: the entity "&#x110000;" is not declared'],
        ['a tag that would reach a prototype', '<a><constructor/></a>', 'a/etc/x.xml:1: [SECURITY] Invalid name: "constructor" is a reserved JavaScript keyword that could cause prototype pollution']
    ];

    for (const [what, text, message] of table) {
        it(`refuses ${what}, naming file and line`, () => {

            expect(() => read(text)).to.throw(Error, message);
        });
    }
});

describe('requireAttribute()', () => {

    const root = read('<route url=" /V1/a " method=" "/>', 'route');

    it('returns the value without spaces around it', () => {

        expect(requireAttribute(root, 'url', 'x.xml')).to.equal('/V1/a');
    });

    it('throws where there is none', () => {

        expect(() => requireAttribute(root, 'class', 'x.xml')).to.throw(Error, 'x.xml:1: <route> has no "class"');
        expect(() => requireAttribute(root, 'method', 'x.xml')).to.throw(Error, 'x.xml:1: <route> has no "method"');
    });
});

describe('findUnknown()', () => {

    const shape: Shape = { attributes: [], children: { route: { attributes: ['url'], children: {} } } };

    it('finds nothing in what is known, nor in namespaces', () => {

        expect(findUnknown(read('<r xmlns="a" xmlns:xsi="b" xsi:noNamespaceSchemaLocation="c"><route url="d"/></r>', 'r'), shape, 'x.xml')).to.equal([]);
    });

    it('reports unknown attributes and children with their lines', () => {

        expect(findUnknown(read('<r a="1">\n<route url="d" urls="e">\n<toLocaleString/></route><rout>\n<b/></rout></r>', 'r'), shape, 'x.xml')).to.equal([
            { file: 'x.xml', line: 1, message: 'the attribute "a" of <r> is not known and is ignored' },
            { file: 'x.xml', line: 2, message: 'the attribute "urls" of <route> is not known and is ignored' },
            { file: 'x.xml', line: 3, message: 'the child <toLocaleString> of <route> is not known and is ignored' },
            { file: 'x.xml', line: 3, message: 'the child <rout> of <r> is not known and is ignored' }
        ]);
    });
});

describe('childrenNamed()', () => {

    it('returns the children of that name in their order', () => {

        expect(childrenNamed(read('<a><b c="1"/><d/><b c="2"/></a>'), 'b').map(({ attributes }) => attributes.get('c'))).to.equal(['1', '2']);
    });
});
