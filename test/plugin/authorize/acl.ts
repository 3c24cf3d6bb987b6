import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { allResources, grants } from '../../../plugin/authorize/acl.js';
import type { Acl } from '../../../plugin/authorize/acl.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('grants()', () => {

    const acl: Acl = new Map([
        ['Magento_Backend::admin', {}],
        [allResources, {}],
        ['Magento_Sales::sales', { parent: 'Magento_Backend::admin' }],
        ['Magento_Sales::create', { parent: 'Magento_Sales::sales' }]
    ]);

    const full = [allResources];
    const clerk = ['Magento_Backend::admin', 'Magento_Sales::sales', 'Acme_Old::gone', 'self', 'anonymous'];
    const table: [string, string[], string, Acl | undefined, boolean][] = [
        ['what the role lists', clerk, 'Magento_Sales::sales', acl, true],
        ['no child of what the role lists', clerk, 'Magento_Sales::create', acl, false],
        ['no parent of what the role lists', ['Magento_Sales::create'], 'Magento_Sales::sales', acl, false],
        ['nothing to a role without resources', [], 'Magento_Sales::sales', acl, false],
        ['nothing that no acl.xml declares, even where the role lists it', clerk, 'Acme_Old::gone', acl, false],
        ['everything to a full role', full, 'Magento_Sales::create', acl, true],
        ['to a full role what no acl.xml declares', full, 'Acme_Old::gone', acl, true],
        ['self to a full role', full, 'self', acl, true],
        ['self to no other role, even where it lists it', clerk, 'self', acl, false],
        ['what the role lists, where no acl.xml is known', clerk, 'Acme_Old::gone', undefined, true],
        ['nothing else, where no acl.xml is known', clerk, 'Magento_Sales::create', undefined, false],
        ['everything to a full role, where no acl.xml is known', full, 'Acme_Old::gone', undefined, true],
        ['self to no other role, where no acl.xml is known', clerk, 'self', undefined, false],
        ['not everything to a role that lists the root of the tree', ['Magento_Backend::admin'], 'Magento_Sales::sales', acl, false],
        ['a resource by its exact case only', ['magento_sales::sales'], 'Magento_Sales::sales', acl, false]
    ];

    for (const [what, role, resource, known, expected] of table) {
        it(`grants ${what}`, () => {

            expect(grants(new Set(role), resource, known)).to.equal(expected);
        });
    }
});
