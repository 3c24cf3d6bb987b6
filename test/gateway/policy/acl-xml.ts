import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readAclXml } from '../../../gateway/policy/acl-xml.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('readAclXml()', () => {

    const read = (inside: string) => readAclXml(`<config>\n<acl><resources>${inside}</resources></acl></config>`, 'etc/acl.xml');

    it('reads resources with their parents, parents first, and where they stand', () => {

        const { resources, warnings } = read(`
            <resource id="Magento_Backend::all" title="Allow everything" sortOrder="10"/>
            <resource id="Magento_Backend::admin">
                <resource id="Acme_Shop::shops" title="Shops" translate="title" disabled="true">
                    <resource id="Acme_Shop::write" title="Write" disabled="false"/>
                </resource>
            </resource>`);

        const file = 'etc/acl.xml';
        expect(warnings).to.equal([]);
        expect(resources).to.equal([
            { id: 'Magento_Backend::all', parent: undefined, title: 'Allow everything', disabled: undefined, file, line: 3 },
            { id: 'Magento_Backend::admin', parent: undefined, title: undefined, disabled: undefined, file, line: 4 },
            { id: 'Acme_Shop::shops', parent: 'Magento_Backend::admin', title: 'Shops', disabled: true, file, line: 5 },
            { id: 'Acme_Shop::write', parent: 'Acme_Shop::shops', title: 'Write', disabled: false, file, line: 6 }
        ]);
    });

    it('reports what it does not know, at any depth', () => {

        const { warnings } = read('<resource id="a"><resource id="b" module="c"><group/></resource></resource>');

        expect(warnings.map(({ message }) => message)).to.equal([
            'the attribute "module" of <resource> is not known and is ignored', 'the child <group> of <resource> is not known and is ignored'
        ]);
    });

    it('refuses a resource without an id, naming file and line', () => {

        expect(() => read('\n<resource id="a">\n<resource title="b"/></resource>')).to.throw(Error, 'etc/acl.xml:4: <resource> has no "id"');
    });

    it('refuses another document', () => {

        expect(() => readAclXml('<acl/>', 'etc/acl.xml')).to.throw(Error, 'etc/acl.xml:1: the root element is <acl>, expected <config>');
    });
});
