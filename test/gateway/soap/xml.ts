import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readXml } from '../../../gateway/soap/xml.js';
import type { XmlElement } from '../../../gateway/soap/xml.js';


export const lab = Lab.script();
const { describe, it } = lab;

function kindOf(text: Buffer | string): string {

    return readXml(Buffer.from(text)).kind;
}

function rootOf(text: string): XmlElement {

    const document = readXml(Buffer.from(text));
    if (document.kind !== 'document') {
        throw new Error(`"${text}" is ${document.kind}`);
    }

    return document.root;
}

describe('readXml()', () => {

    it('reads elements, text and attributes', () => {

        const root = rootOf('<?xml version="1.0" encoding="UTF-8"?>\r\n<a b="1"> x<![CDATA[<y>]]><!-- no --><c/>&amp;<?no?><d>z</d>\r\n</a>\n<!-- end -->\n');
        expect(root).to.equal({
            name: 'a',
            namespace: '',
            attributes: new Map([['b', '1']]),
            text: ' x<y>&\n',
            children: [
                { name: 'c', namespace: '', attributes: new Map(), children: [], text: '' },
                { name: 'd', namespace: '', attributes: new Map(), children: [], text: 'z' }
            ]
        });
    });

    it('resolves namespaces in the scope of their declaration', () => {

        const root = rootOf('<a xmlns="u:1" xmlns:p="u:2" xml:lang="en"><p:b xmlns:p="u:3" p:x="1" x="2"><p:c xmlns=""><d/></p:c></p:b><p:e xmlns:q="u:4"/><f/></a>');
        const [b, e, f] = root.children;
        expect([root.namespace, b?.namespace, b?.children[0]?.namespace, b?.children[0]?.children[0]?.namespace, e?.namespace, f?.namespace])
            .to.equal(['u:1', 'u:3', 'u:3', '', 'u:2', 'u:1']);
        expect([...root.attributes]).to.equal([['{http://www.w3.org/XML/1998/namespace}lang', 'en']]);
        expect([...b?.attributes ?? []]).to.equal([['{u:3}x', '1'], ['x', '2']]);
    });

    it('takes a byte order mark, and every way to declare UTF-8', () => {

        const declarations = ['', '\uFEFF', '<?xml version="1.0"?>', '<?xml version=\'1.0\' encoding=\'utf-8\' standalone=\'yes\' ?>', '\uFEFF<?xml version = "1.0" standalone="no"?>'];
        for (const declaration of declarations) {
            expect(kindOf(`${declaration}<a>é</a>`)).to.equal('document');
        }
    });

    it('takes no other encoding', () => {

        const texts = ['<?xml version="1.0" encoding="ISO-8859-1"?><a/>', '<?xml version="1.0" encoding=\'UTF-7\'?><a/>', Buffer.from('<a>\xE9</a>', 'latin1'), Buffer.from('\uFEFF<a/>', 'utf16le')];
        for (const text of texts) {
            expect(kindOf(text)).to.equal('encoding');
        }
    });

    it('finds a document type before the root', () => {

        for (const text of ['<!DOCTYPE a><a/>', '<?xml version="1.0"?> <!-- c --><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', '<!DOCTYPE']) {
            expect(kindOf(text)).to.equal('doctype');
        }
    });

    it('allows 256 elements in each other', () => {

        const nest = (depth: number) => `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`;
        expect([kindOf(nest(256)), kindOf(nest(257)), kindOf(nest(100_000))]).to.equal(['document', 'malformed', 'malformed']);
    });

    const malformed = [
        '', ' ', 'a', '<a>', '<a></b>', '<a><b></a></b>', '<a/><b/>', '<a/>x', '<a/><![CDATA[ ]]>', '<![CDATA[ ]]><a/>', '<a/>&#32;', ' <?xml version="1.0"?><a/>',
        '<?xml version="1.1"?><a/>', '<?xml encoding="UTF-8"?><a/>', '<a><?xml version="1.0"?></a>', '<a/><!DOCTYPE a>', '<a><!DOCTYPE a></a>', '<a>\0</a>', '<a/>\0',
        '<p:a/>', '<a p:b="1"/>', '<a><b xmlns:p="u:1"/><p:c/></a>', '<a b="1" b="2"/>', '<a xmlns="u:1" xmlns="u:2"/>', '<a xmlns:p="u:1" xmlns:q="u:1" p:b="1" q:b="2"/>',
        '<a xmlns:p=""/>', '<a xmlns:xml="u:1"/>', '<a xmlns:xmlns="u:1"/>', '<a xmlns="http://www.w3.org/2000/xmlns/"/>', '<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>',
        '<xmlns:a/>', '<a>&b;</a>', '<a><b></a>', '</a>'
    ];

    for (const text of malformed) {
        it(`refuses ${JSON.stringify(text)}`, () => {

            expect(kindOf(text)).to.equal('malformed');
        });
    }

    it('takes time in proportion to what it reads', () => {

        const many = (count: number, each: (i: number) => string) => Array.from({ length: count }, (_, i) => each(i)).join('');
        const texts = [
            `<a ${many(20_000, (i) => ` xmlns:p${i}="u:${i}"`)}>${many(20_000, (i) => `<p${i}:b xmlns:q="u"/>`)}</a>`,
            `${many(250, () => '<a xmlns:q="u">')}${many(50_000, () => '<b/>')}${many(250, () => '</a>')}`,
            `<a>${many(100_000, () => '&#65;')}</a>`,
            `<a>${many(1_000_000, () => '&')}</a>`,
            `<a ${many(1_000_000, () => ' ')}b>`,
            many(300_000, () => '<!-- - '),
            many(300_000, () => '<?a ')
        ];
        const before = process.cpuUsage();
        texts.forEach(kindOf);
        expect(process.cpuUsage(before).user / 1_000_000).to.be.below(8);
    });
});
