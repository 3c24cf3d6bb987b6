import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Policy } from '../../gateway/policy/load.js';
import { loadPolicy } from '../../gateway/policy/load.js';
import { answerSample } from '../../gateway/sample/answers.js';


export const lab = Lab.script();
const { before, describe, it } = lab;

const expected = [
    ['DELETE /V1/customers/:customerId', 'Magento_Customer::delete'],
    ['GET /V1/carts/mine', 'self'],
    ['GET /V1/customers/:customerId', 'Magento_Customer::customer'],
    ['GET /V1/customers/me', 'self'],
    ['GET /V1/directory/currency', 'anonymous'],
    ['GET /V1/orders', 'Magento_Sales::actions_view'],
    ['GET /V1/orders/:id', 'Magento_Sales::actions_view'],
    ['GET /V1/products', 'Magento_Catalog::products'],
    ['GET /V1/products/:sku', 'Magento_Catalog::products'],
    ['GET /V1/store/storeConfigs', 'Magento_Backend::store'],
    ['POST /V1/guest-carts', 'anonymous'],
    ['POST /V1/integration/admin/token', 'anonymous'],
    ['POST /V1/integration/customer/revoke-customer-token', 'self'],
    ['POST /V1/integration/customer/token', 'anonymous'],
    ['PUT /V1/customers/me', 'self'],
    ['PUT /V1/products/:sku', 'Magento_Catalog::products']
];

describe('config/policy', () => {

    let policy: Policy;

    before(async () => {

        policy = await loadPolicy('config/policy');
    });

    it('asks for what Magento asks for', () => {

        const routes = policy.routes.map(({ method, url, resources }) => [`${method} ${url}`, resources.join(' ')]);
        expect(routes.sort(([one = ''], [other = '']) => (one < other ? -1 : 1))).to.equal(expected);
        expect(policy.warnings).to.equal([]);
    });

    it('declares each resource that it asks for', () => {

        const asked = policy.routes.flatMap(({ resources }) => resources).filter((resource) => resource.includes('::'));
        expect(asked.filter((resource) => !policy.acl.has(resource))).to.equal([]);
    });

    it('forces the caller\'s id on every route that is the caller\'s own', () => {

        for (const { url, method, resources, parameters } of policy.routes) {
            const forced = parameters.filter(({ force, value }) => force && value === '%customer_id%').length;
            expect(forced, `${method} ${url}`).to.equal(resources.includes('self') ? 1 : 0);
        }
    });

    it('has only routes that the sample upstream answers, but for the tokens that the gate answers itself', async () => {

        for (const { url, method } of policy.routes.filter((route) => !route.url.startsWith('/V1/integration/'))) {
            const target = `/rest${url.replace(/:\w+/, '1')}`;
            const { status } = await answerSample({ method, target, caller: { type: 'admin', id: '1', session: '', request: '' }, body: async () => '{}' });
            expect(status, `${method} ${url}`).to.equal(200);
        }
    });
});
