import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { hasIllegalCharacter, readXmlToken } from '../../../gateway/soap/xml-token.js';
import type { XmlToken } from '../../../gateway/soap/xml-token.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('readXmlToken()', () => {

    const tag = (name: string, attributes: readonly (readonly [string, string])[], isEmpty: boolean, end: number): XmlToken => ({ kind: 'start', name, attributes, isEmpty, end });

    const tokens: readonly (readonly [text: string, token: XmlToken])[] = [
        ['a b', { kind: 'text', text: 'a b', end: 3 }],
        ['&lt;&amp;&gt;&quot;&apos;&#65;&#x4a;<b>', { kind: 'text', text: '<&>"\'AJ', end: 36 }],
        ['<![CDATA[<a>&b;]]]>x', { kind: 'cdata', text: '<a>&b;]', end: 19 }],
        ['<!-- a - <b> --> ', { kind: 'skipped', end: 16 }],
        ['<?a?>', { kind: 'skipped', end: 5 }],
        ['<?a " ?> " ?>', { kind: 'skipped', end: 8 }],
        ['<?xml-stylesheet x?>', { kind: 'skipped', end: 20 }],
        ['<!DOCTYPE a>', { kind: 'doctype' }],
        ['<a>', tag('a', [], false, 3)],
        ['<a:b-1._ />', tag('a:b-1._', [], true, 11)],
        ['<a b="1" c:d = \'"\'\n>x', tag('a', [['b', '1'], ['c:d', '"']], false, 20)],
        ['<a b="\t&#10;\n&lt;>"/>', tag('a', [['b', ' \n <>']], true, 21)],
        ['</a:b >', { kind: 'end', name: 'a:b', end: 7 }]
    ];

    for (const [text, token] of tokens) {
        it(`reads ${JSON.stringify(text)}`, () => {

            expect(readXmlToken(text, 0)).to.equal(token);
        });
    }

    const malformed = [
        '', ']]>', '&a;', '&', '&amp', '&AMP;', '&#0;', '&#xFFFF;', '&#x110000;', '&#99999999999999999999;', '&#X41;', '&#xD800;',
        '<', '< a>', '<a', '<a b>', '<a b=1>', '<a b="1"c="2">', '<a b="<">', '<a b="&c;">', '<a b="1>', '<a:b:c>', '<:a>', '<1a>', '<a/ >', '<é>',
        '</a', '</ a>', '</a b="1">', '<!-- a -- b -->', '<!--a--->', '<!-->', '<!-- a', '<![CDATA[ a', '<!ELEMENT a>', '<!doctype a>',
        '<?xml version="1.0"?>', '<?XML?>', '<?xml?>', '<??>', '<?a', '<?a">?'
    ];

    for (const text of malformed) {
        it(`refuses ${JSON.stringify(text)}`, () => {

            expect(readXmlToken(text, 0)).to.equal({ kind: 'malformed' });
        });
    }

    it('starts where it is told', () => {

        expect(readXmlToken('ab<c/>d', 2)).to.equal({ kind: 'start', name: 'c', attributes: [], isEmpty: true, end: 6 });
        expect(readXmlToken('ab', 1)).to.equal({ kind: 'text', text: 'b', end: 2 });
    });
});

describe('hasIllegalCharacter()', () => {

    it('finds what XML does not allow', () => {

        for (const character of ['\0', '\x01', '\x1f', '\v', '\uFFFE', '\uFFFF', '\uD800']) {
            expect(hasIllegalCharacter(`a${character}`)).to.be.true();
        }
    });

    it('lets everything else be', () => {

        expect(hasIllegalCharacter('\t\n\r a\x7f\x85é\uD7FF\uE000\uFFFD\u{1F600}')).to.be.false();
    });
});
