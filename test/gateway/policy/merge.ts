import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readAclXml } from '../../../gateway/policy/acl-xml.js';
import { mergeAcl, mergeRoutes } from '../../../gateway/policy/merge.js';
import { readWebapiXml } from '../../../gateway/policy/webapi-xml.js';


export const lab = Lab.script();
const { describe, it } = lab;

function routesOf(...files: string[]) {

    return mergeRoutes(files.flatMap((inside, index) => readWebapiXml(`<routes>\n${inside}</routes>`, `${index}/webapi.xml`).routes));
}

function aclOf(...files: string[]) {

    return mergeAcl(files.flatMap((inside, index) => readAclXml(`<config><acl><resources>\n${inside}</resources></acl></config>`, `${index}/acl.xml`).resources));
}

describe('mergeRoutes()', () => {

    const full = `<route url="/V1/a" method="POST" secure="true" soapOperation="make">
        <service class="A" method="a"/><resources><resource ref="x"/><resource ref="y"/></resources>
        <data><parameter name="p" force="true">1</parameter><parameter name="q">2</parameter></data></route>`;

    it('keeps a route that is declared once', () => {

        const { routes, warnings } = routesOf(full);

        expect(warnings).to.equal([]);
        expect(routes).to.equal([{
            method: 'POST', url: '/V1/a', service: 'A', serviceMethod: 'a', soapOperation: 'make', resources: ['x', 'y'], secure: true,
            parameters: [{ name: 'p', value: '1', force: true }, { name: 'q', value: '2', force: false }], file: '0/webapi.xml', line: 2
        }]);
    });

    it('overwrites what a later module sets, and adds its resources and parameters', () => {

        const { routes, warnings } = routesOf(full, `<!-- -->\n<route url="/V1/a" method="POST" secure="false" soapOperation="do">
            <service class="B" method="b"/><resources><resource ref="y"/><resource ref="z"/></resources>
            <data><parameter name="p">3</parameter><parameter name="r">4</parameter></data></route>`);

        expect(warnings).to.equal([]);
        expect(routes).to.equal([{
            method: 'POST', url: '/V1/a', service: 'B', serviceMethod: 'b', soapOperation: 'do', resources: ['x', 'y', 'z'], secure: false,
            parameters: [{ name: 'p', value: '3', force: false }, { name: 'q', value: '2', force: false }, { name: 'r', value: '4', force: false }],
            file: '1/webapi.xml', line: 3
        }]);
    });

    it('keeps what a later module does not set', () => {

        const [route] = routesOf(full, '<route url="/V1/a" method="POST"/>').routes;

        expect(route).to.include({ service: 'A', serviceMethod: 'a', soapOperation: 'make', resources: ['x', 'y'], secure: true });
        expect(route?.parameters.length).to.equal(2);
    });

    it('takes the same URL with another method for another route', () => {

        const { routes } = routesOf(full, full.replace('POST', 'PUT'), full.replace('/V1/a', '/V1/a/'));

        expect(routes.map(({ method, url }) => `${method} ${url}`)).to.equal(['POST /V1/a', 'PUT /V1/a', 'POST /V1/a/']);
    });

    it('reports a route that one file declares twice', () => {

        expect(routesOf(`${full}\n${full}`).warnings).to.equal([{ file: '0/webapi.xml', line: 5, message: 'POST /V1/a is declared in line 2 as well' }]);
    });

    it('reports a route that asks for nothing', () => {

        expect(routesOf('<route url="/V1/b" method="GET"><service class="A" method="a"/></route>').warnings).to.equal([
            { file: '0/webapi.xml', line: 2, message: 'GET /V1/b asks for no resource, so everybody may call it' }
        ]);
    });

    it('refuses a route that calls nothing, naming file and line', () => {

        expect(() => routesOf('<route url="/V1/b" method="GET"/>')).to.throw(Error, '0/webapi.xml:2: GET /V1/b has no <service>, here or in another module');
    });
});

describe('mergeAcl()', () => {

    it('takes a resource of several files for one, placed where it has its title', () => {

        const { acl, warnings } = aclOf(
            '<resource id="root"><resource id="shop"><resource id="shop.read" title="Read"/></resource></resource>',
            '<resource id="root">\n<resource id="shop" title="Shop"><resource id="shop.write" title="Write"/></resource></resource>',
            '<resource id="root"><resource id="shop"/></resource>'
        );

        expect(warnings).to.equal([]);
        expect([...acl.values()]).to.equal([
            { id: 'root', file: '0/acl.xml', line: 2 },
            { id: 'shop', parent: 'root', file: '1/acl.xml', line: 3 },
            { id: 'shop.read', parent: 'shop', file: '0/acl.xml', line: 2 },
            { id: 'shop.write', parent: 'shop', file: '1/acl.xml', line: 3 }
        ]);
        expect([...acl.keys()]).to.equal(['root', 'shop', 'shop.read', 'shop.write']);
    });

    it('leaves out what is disabled, with all below it, in whichever file', () => {

        const { acl } = aclOf(
            '<resource id="root"><resource id="old"><resource id="old.a"><resource id="old.a.b"/></resource></resource></resource>',
            '<resource id="root"><resource id="old" disabled="true"/><resource id="new" disabled="false"/></resource>',
            '<resource id="root"><resource id="old"><resource id="old.c"/></resource></resource>'
        );

        expect([...acl.keys()]).to.equal(['root', 'new']);
    });

    it('lets a later file enable what an earlier one disables', () => {

        expect([...aclOf('<resource id="a" disabled="true"/>', '<resource id="a" disabled="false"/>').acl.keys()]).to.equal(['a']);
    });

    it('reports a resource that has two parents, and takes the later one', () => {

        const { acl, warnings } = aclOf('<resource id="a" title="A"/><resource id="b"><resource id="c"/></resource>', '<resource id="b"><resource id="a"/></resource><resource id="c"/>');

        expect(acl.get('a')).to.equal({ id: 'a', parent: 'b', file: '0/acl.xml', line: 2 });
        expect(warnings).to.equal([
            { file: '1/acl.xml', line: 2, message: '"a" is below "b", but at the top in 0/acl.xml:2' },
            { file: '1/acl.xml', line: 2, message: '"c" is at the top, but below "b" in 0/acl.xml:2' }
        ]);
    });

    it('ends where files place two resources below each other', () => {

        const { acl, warnings } = aclOf('<resource id="a"><resource id="b"/></resource>', '<resource id="b"><resource id="a"/></resource>', '<resource id="a"><resource id="b"/></resource>');

        expect([...acl.keys()]).to.equal(['a', 'b']);
        expect(warnings.length).to.equal(4);
    });
});
