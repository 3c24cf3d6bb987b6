import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { XmlValue } from '../../../plugin/issue/xml-body.js';
import { maxXmlBytes, readXmlFields } from '../../../plugin/issue/xml-body.js';


export const lab = Lab.script();
const { describe, it } = lab;

const simple = '<l><username>a</username></l>';
const named = (content: string) => `<l><username>${content}</username></l>`;
const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?>`;
const nest = (levels: number) => `${'<a>'.repeat(levels)}${'</a>'.repeat(levels)}`;

describe('readXmlFields()', () => {

    // [body, the field `username`; 'refused' where the body is not decoded]
    const table: readonly (readonly [body: string, username: XmlValue | undefined])[] = [
        [simple, 'a'],
        ['<request>\n  <username>a</username>\n</request>\n', 'a'],
        [named('a&amp;&lt;b&gt;&quot;&apos;'), 'a&<b>"\''],
        [named('a&#64;b&#x40;&#x1F600;'), 'a@b@😀'],
        [named(' a\tb '), ' a\tb '],
        [named('a\r\nb'), 'a\nb'],
        [named('a&#13;'), 'a\r'],
        [named('01234'), '01234'],
        [named('<![CDATA[a&amp;<b>]]>'), 'a&amp;<b>'],
        [named(''), null],
        ['<l><username/></l>', null],
        [named('  '), ''],
        [named('&#32;'), ''],
        [named('<![CDATA[]]>'), ''],
        [named('<!-- c -->'), ''],
        [named('<?pi x?>'), ''],

        // The last run of text counts

        [named('a<!-- c -->b'), 'b'],
        [named('a<![CDATA[b]]>'), 'b'],
        [named('a<![CDATA[]]>'), ''],
        [named('<x>1</x>b'), 'b'],
        ['<l><username>a</username>b</l>', undefined],

        // No plain value

        [named('<x>1</x>'), new Map([['x', '1']])],
        ['<l><username>a</username><username>b</username></l>', ['a', 'b']],
        ['<l><username/><username>b</username></l>', 'b'],
        ['<l><username>  </username><username>b</username></l>', ['', 'b']],
        ['<l><username x="y">a</username></l>', ['a']],

        // Namespaces are no attributes, and stay in names

        ['<n:l xmlns:n="urn:n"><username xmlns="urn:x">a</username></n:l>', 'a'],
        ['<l><n:username xmlns:n="urn:n">a</n:username></l>', undefined],
        ['<l xmlns:n="u"><n:x/><username>a</username></l>', 'a'],
        ['<l xmlns=""><username xml:lang="en">a</username></l>', ['a']],
        ['<l xmlns:n="http://a.example/b?c#d"><x n:y="z"/><username>a</username></l>', 'a'],

        // No fields

        ['<l a="1"><username>a</username></l>', undefined],
        ['<l>abc</l>', undefined],
        ['<l/>', undefined],
        ['<l></l>', undefined],

        // Around the root, and how it is encoded

        [`\ufeff${simple}`, 'a'],
        [`<!-- a --><?pi?>\n${simple}\n<!-- b -->\n`, 'a'],
        [`${declared('UTF-8')}\n${named('é')}`, 'é'],
        [`${declared('utf8')}${named('é')}`, 'é'],
        [`${declared('US-ASCII')}${simple}`, 'a'],
        [`${declared('us-ascii')}${named('é')}`, 'refused'],
        [`${declared('ISO-8859-1')}${named('é')}`, 'Ã©'],
        [`${declared('UTF-16')}${simple}`, 'refused'],
        [`${declared('windows-1252')}${simple}`, 'refused'],         // Magento decodes it
        [`${declared('nosuch')}${simple}`, 'refused'],
        [` ${declared('UTF-8')}${simple}`, 'refused'],

        // Not well-formed

        ['', 'refused'],
        ['hello', 'refused'],
        ['{"username":"a"}', 'refused'],
        ['<login><username>x</login>', 'refused'],
        ['<l><username>a</username>', 'refused'],
        ['<l/><l/>', 'refused'],
        ['<l/>x', 'refused'],
        ['<l/>&#13;', 'refused'],
        ['<l a="1" a="2"/>', 'refused'],
        ['<l a=1/>', 'refused'],
        ['<l a="<"/>', 'refused'],
        [named('a & b'), 'refused'],
        [named(']]>'), 'refused'],
        [named('<!-- a--b -->'), 'refused'],
        [named('\x01'), 'refused'],

        // Namespaces that are not declared, or are none

        [`<n:l>${named('a')}</n:l>`, 'refused'],
        [named('<n:x xmlns:n="urn:n"/><n:y/>'), 'refused'],
        ['<l n:x="y"><username>a</username></l>', 'refused'],
        ['<l xmlns:n="urn:n"><n:x:y/></l>', 'refused'],
        ['<l xmlns:n="urn:n"><n:/></l>', 'refused'],
        ['<l xmlns="urn:n"><:x/></l>', 'refused'],
        ['<l xmlns:n=""/>', 'refused'],
        ['<l xmlns:n="a b"/>', 'refused'],
        ['<l xmlns="u"/>', 'refused'],
        ['<l xmlns="urn:a b"/>', 'refused'],

        // References that mean nothing

        ['<l a="&nosuch;"/>', 'refused'],
        [named('&nosuch;'), 'refused'],
        [named('&#0;'), 'refused'],
        [named('&#55296;'), 'refused'],
        [named('&#x110000;'), 'refused'],
        [named('&#;'), 'refused'],
        ['<l><x>&nosuch;</x><username>a</username></l>', 'refused'],

        // An element after text, at which Magento fails

        ['<l>x<username>a</username></l>', 'refused'],
        ['<l><![CDATA[x]]><username>a</username></l>', 'refused'],
        [named('x<y/>'), 'refused'],
        ['<l>0<username>a</username></l>', 'a'],                    // false to PHP

        // Declarations of types and entities, which Magento tolerates

        [`<!DOCTYPE l>${simple}`, 'refused'],
        [`<!DOCTYPE l [<!ENTITY e "a">]>${named('&e;')}`, 'refused'],
        [`<!DOCTYPE l [<!ENTITY e SYSTEM "file:///etc/hostname">]>${named('&e;')}`, 'refused'],

        // Names that reach prototypes, and depth

        ['<l><__proto__><username>a</username></__proto__></l>', 'refused'],
        ['<l><constructor>a</constructor></l>', 'refused'],
        ['<l><toString>a</toString><username>b</username></l>', 'b'],
        [nest(250), undefined],
        [nest(300), 'refused']
    ];

    for (const [body, username] of table) {
        it(`reads ${JSON.stringify(body).slice(0, 120)}`, () => {

            const fields = readXmlFields(Buffer.from(body));
            expect<unknown>(fields === undefined ? 'refused' : fields.get('username')).to.equal(username);
        });
    }

    it('refuses bytes that are no UTF-8', () => {

        expect(readXmlFields(Buffer.from(named('é'), 'latin1'))).to.be.undefined();
        expect(readXmlFields(Buffer.from(`\ufeff${simple}`, 'utf16le'))).to.be.undefined();
    });

    it('changes no prototype', () => {

        readXmlFields(Buffer.from('<l><hasOwnProperty><username>a</username></hasOwnProperty></l>'));
        expect(Object.hasOwn(Object.prototype, 'username')).to.be.false();
    });

    const repeat = (part: string) => part.repeat(maxXmlBytes / part.length);
    const costly = [
        ['references', named(repeat('&#65;'))], ['levels', repeat('<a>')], ['siblings', `<l>${repeat('<u/>')}</l>`], ['instructions', `<l>${repeat('<?a?>')}</l>`],
        ['namespaces', `<l${Array.from({ length: 2000 }, (_, i) => ` xmlns:a${i}="u:"`).join('')}>${'<b xmlns:c="u:"/>'.repeat(1000)}</l>`], ['blanks', `<l${repeat(' ')}/>`], ['brackets', repeat('<')], ['quotes', `<l a="${repeat('\'')}`], ['sections', `<l>${repeat('<![CDATA[]]>')}</l>`]
    ] as const;

    for (const [what, body] of costly) {
        it(`reads as many ${what} as there may be at little cost`, () => {

            const before = process.cpuUsage();
            readXmlFields(Buffer.from(body));
            const { user, system } = process.cpuUsage(before);
            expect((user + system) / 1000).to.be.below(500);
        });
    }
});
