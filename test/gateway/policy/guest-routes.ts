import { existsSync } from 'node:fs';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { assemblePolicy } from '../../../gateway/policy/assembly.js';
import { guestUrls, openGuestRoutes } from '../../../gateway/policy/guest-routes.js';
import { loadPolicy } from '../../../gateway/policy/load.js';
import type { Policy, RouteMatch } from '../../../gateway/policy/policy.js';


export const lab = Lab.script();
const { describe, it } = lab;

const shared = existsSync('../shared/magento');

const asked = (match: RouteMatch): readonly string[] => (match.kind === 'matched' ? match.route.resources : []);

describe('guestUrls', () => {

    it('holds the 31 routes that Magento\'s setting opens', () => {

        expect(guestUrls.size).to.equal(31);
    });

    it('holds the reads that were anonymous in 2.0.0 and are no more, with one page and one block', { skip: !shared }, async () => {

        const [old, now] = await Promise.all(['2.0.0', '2.4.7-p3'].map((version) => loadPolicy(`../shared/magento/etc-${version}`)));
        const openUrls = (policy: Policy): string[] => policy.routes.filter(({ method, resources }) => method === 'GET' && resources.includes('anonymous')).map(({ url }) => url);
        const closed = openUrls(old!).filter((url) => !openUrls(now!).includes(url));

        expect([...closed, '/V1/cmsBlock/:blockId', '/V1/cmsPage/:pageId'].sort()).to.equal([...guestUrls].sort());
    });
});

describe('openGuestRoutes()', () => {

    const route = (method: string, url: string, name: string): string => {

        return `<route url="${url}" method="${method}"><service class="Magento\\Catalog\\Api\\${name}Interface" method="${method.toLowerCase()}"/><resources><resource ref="A::b"/></resources></route>`;
    };

    const policy = assemblePolicy([{
        kind: 'webapi', path: 'a.xml', text: `<routes>${route('GET', '/V1/products/:sku', 'Product')}${route('PUT', '/V1/products/:sku', 'Product')}${route('GET', '/V1/orders', 'Order')}</routes>`
    }]);
    const opened = openGuestRoutes(policy);

    it('makes those routes anonymous, and no other', () => {

        expect(asked(opened.match('GET', '/V1/products/x'))).to.equal(['anonymous']);
        expect(asked(opened.match('PUT', '/V1/products/x'))).to.equal(['A::b']);
        expect(asked(opened.match('GET', '/V1/orders'))).to.equal(['A::b']);
    });

    it('makes their operations anonymous over SOAP', () => {

        const operations = opened.soapServices.get('catalogProductV1')?.operations;

        expect(operations?.get('catalogProductV1Get')?.resources).to.equal(['anonymous']);
        expect(operations?.get('catalogProductV1Put')?.resources).to.equal(['A::b']);
    });

    it('leaves the policy that it is given as it is', () => {

        expect(asked(policy.match('GET', '/V1/products/x'))).to.equal(['A::b']);
    });

    it('opens 31 routes of 2.4.7-p3 and as many operations', { skip: !shared }, async () => {

        const before = await loadPolicy('../shared/magento/etc-2.4.7-p3');
        const after = openGuestRoutes(before);
        const count = (asks: readonly { readonly resources: readonly string[] }[]): number => asks.filter(({ resources }) => resources.join() === 'anonymous').length;
        const operationsOf = ({ soapServices }: Policy) => [...soapServices.values()].flatMap(({ operations }) => [...operations.values()]);

        expect(count(after.routes) - count(before.routes)).to.equal(31);
        expect(count(operationsOf(after)) - count(operationsOf(before))).to.equal(31);
    });
});
