import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readWebapiXml } from '../../../gateway/policy/webapi-xml.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('readWebapiXml()', () => {

    const read = (inside: string) => readWebapiXml(`<?xml version="1.0"?>\n<routes>${inside}</routes>`, 'Acme/Shop/etc/webapi.xml');

    it('reads what a route declares, and where', () => {

        const { routes, warnings } = read(`
            <route url=" /V1/shops/:id " method="PUT" secure="true" soapOperation=" replace ">
                <service class="\\Acme\\Shop\\Api\\ShopInterface" method="save"/>
                <resources>
                    <resource ref="Acme_Shop::write"/>
                    <resource ref="self"/>
                </resources>
                <data input-array-size-limit="7">
                    <parameter name="shop.id" force="true">%customer_id%</parameter>
                    <parameter name="note"> 007</parameter>
                </data>
            </route>`);

        expect(warnings).to.equal([]);
        expect(routes).to.equal([{
            method: 'PUT', url: '/V1/shops/:id', target: { service: 'Acme\\Shop\\Api\\ShopInterface', serviceMethod: 'save' }, soapOperation: 'replace', secure: true,
            resources: ['Acme_Shop::write', 'self'],
            parameters: [{ name: 'shop.id', value: '%customer_id%', force: true }, { name: 'note', value: ' 007', force: false }],
            file: 'Acme/Shop/etc/webapi.xml', line: 3
        }]);
    });

    it('reads a declaration of parts of a route', () => {

        const { routes, warnings } = read('<route url="/V1/shops" method="GET"><resources><resource ref="Acme_Shop::more"/></resources></route>');

        expect(warnings).to.equal([]);
        expect(routes).to.equal([{
            method: 'GET', url: '/V1/shops', target: undefined, soapOperation: undefined, secure: undefined,
            resources: ['Acme_Shop::more'], parameters: [], file: 'Acme/Shop/etc/webapi.xml', line: 2
        }]);
    });

    for (const [text, expected] of [['true', true], ['1', true], ['yes', true], ['false', false], [' 0 ', false], ['', false]] as const) {
        it(`takes secure="${text}" and force="${text}" for ${expected}`, () => {

            const { routes } = read(`<route url="/V1/a" method="GET" secure="${text}"><data><parameter name="b" force="${text}">c</parameter></data></route>`);

            expect(routes.map(({ secure, parameters }) => [secure, parameters[0]?.force])).to.equal([[expected, expected]]);
        });
    }

    it('reads a method whatever its case', () => {

        expect(read('<route url="/V1/a" method="delete"/>').routes.map(({ method }) => method)).to.equal(['DELETE']);
    });

    it('leaves out a route whose method Magento does not serve, and says so', () => {

        const { routes, warnings } = read('\n<route url="/V1/a" method="PATCH"/>');

        expect(routes).to.equal([]);
        expect(warnings).to.equal([{
            file: 'Acme/Shop/etc/webapi.xml', line: 3, message: 'the route is left out: its method "PATCH" is none of DELETE, GET, POST, PUT'
        }]);
    });

    it('reports what it does not know', () => {

        const { warnings } = read('<route url="/V1/a" method="GET" roles="x"><resource ref="anonymous"/></route>');

        expect(warnings.map(({ message }) => message)).to.equal([
            'the attribute "roles" of <route> is not known and is ignored', 'the child <resource> of <route> is not known and is ignored'
        ]);
    });

    const table: [string, string, string][] = [
        ['no url', '<route method="GET"/>', '<route> has no "url"'],
        ['no method', '<route url="/V1/a"/>', '<route> has no "method"'],
        ['an empty url', '<route url=" " method="GET"/>', '<route> has no "url"'],
        ['a service without a class', '<route url="/V1/a" method="GET"><service method="b"/></route>', '<service> has no "class"'],
        ['a service without a method', '<route url="/V1/a" method="GET"><service class="b"/></route>', '<service> has no "method"'],
        ['an empty SOAP operation', '<route url="/V1/a" method="GET" soapOperation=""/>', '<route> has no "soapOperation"'],
        ['a resource without a ref', '<route url="/V1/a" method="GET"><resources><resource/></resources></route>', '<resource> has no "ref"'],
        ['a parameter without a name', '<route url="/V1/a" method="GET"><data><parameter force="true">b</parameter></data></route>', '<parameter> has no "name"']
    ];

    for (const [what, inside, message] of table) {
        it(`refuses a route with ${what}, naming file and line`, () => {

            expect(() => read(`\n${inside}`)).to.throw(Error, `Acme/Shop/etc/webapi.xml:3: ${message}`);
        });
    }

    it('refuses another document', () => {

        expect(() => readWebapiXml('<config/>', 'etc/webapi.xml')).to.throw(Error, 'etc/webapi.xml:1: the root element is <config>, expected <routes>');
    });
});
