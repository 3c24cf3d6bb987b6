import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { answerSample } from '../../../gateway/sample/answers.js';


export const lab = Lab.script();
const { describe, it } = lab;

const caller = { type: 'customer', id: '1', session: 'q7m2k9ax', request: 'r1' };
const call = (method: string, target: string, body = '') => answerSample({ method, target, caller, body: async () => body });

describe('answerSample()', () => {

    const me = { id: 1, email: 'roni_cost@example.com', firstname: 'Sample', lastname: 'Customer 1' };
    const seven = { id: 7, email: 'customer7@example.com', firstname: 'Sample', lastname: 'Customer 7' };
    const order = (id: number, number: string) => ({ entity_id: id, increment_id: number, customer_id: 1, grand_total: 39, status: 'processing' });
    const product = (sku: string) => ({ sku, name: `Sample product ${sku}`, price: 19.5 });

    for (const [method, target, body] of [
        ['GET', '/rest/V1/directory/currency', { base_currency_code: 'EUR', available_currency_codes: ['EUR', 'SEK'] }],
        ['GET', '/rest/V1/store/storeConfigs', { items: [{ id: 1, code: 'default', website_id: 1, locale: 'en_GB' }], total_count: 1 }],
        ['GET', '/rest/V1/customers/me', me],
        ['GET', '/rest/V1/customers/7', seven],
        ['DELETE', '/rest/V1/customers/7', { deleted: 7 }],
        ['GET', '/rest/V1/products', { items: [product('S-1'), product('S-2')], total_count: 2 }],
        ['GET', '/rest/V1/products/S-9', product('S-9')],
        ['PUT', '/rest/V1/products/S-9', { saved: 'S-9' }],
        ['GET', '/rest/V1/orders', { items: [order(1, '000000001'), order(2, '000000002')], total_count: 2 }],
        ['GET', '/rest/V1/orders/12', order(12, '000000012')],
        ['GET', '/rest/V1/carts/mine', { id: 10, customer: me, items: [] }],
        ['POST', '/rest/V1/guest-carts', { cart_id: 'sample-guest-cart' }]
    ] as const) {
        it(`answers ${method} ${target}, with who called`, async () => {

            expect(await call(method, target)).to.equal({ status: 200, body: { ...body, caller } });
        });
    }

    it('gives back the customer that was sent', async () => {

        expect(await call('PUT', '/rest/V1/customers/me', '{"customer":{"id":1}}')).to.equal({ status: 200, body: { saved: { customer: { id: 1 } }, caller } });
    });

    it('refuses a customer that is no JSON', async () => {

        expect(await call('PUT', '/rest/V1/customers/me', '{')).to.equal({ status: 400, body: { message: 'The body is no JSON.', caller } });
    });

    for (const target of ['/index.php/rest/V1/customers/me', '/rest/default/V1/customers/me', '/rest/all/V1/customers/me/', '/rest/V1/customers/me?fields=id']) {
        it(`takes ${target} for the same route`, async () => {

            expect((await call('GET', target)).body).to.include({ id: 1 });
        });
    }

    for (const [method, target] of [['POST', '/rest/V1/customers/me'], ['GET', '/rest/V1/nowhere'], ['GET', '/']] as const) {
        it(`knows no ${method} ${target}`, async () => {

            expect(await call(method, target)).to.equal({ status: 404, body: { message: 'The sample upstream has no such route.', caller } });
        });
    }
});
