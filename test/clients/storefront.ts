import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { MagentoGateway } from '../support/magento-gateway.js';
import { jean, roni, startMagentoGateway } from '../support/magento-gateway.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

interface GraphqlAnswer {
    readonly data?: Readonly<Record<string, unknown>> | null;
    readonly errors?: readonly { readonly message: string; readonly extensions: { readonly category: string } }[];
}

const loginDocument = 'mutation generateCustomerToken($email: String!, $password: String!) {\n  generateCustomerToken(email: $email, password: $password) {\n    token\n    __typename\n  }\n}';
const cartDocument = 'query customerCart {\n  customerCart {\n    ...CartData\n    __typename\n  }\n}\n\nfragment CartData on Cart {\n  id\n  total_quantity\n  __typename\n}';
const addDocument = 'mutation addProductsToCart($cartId: String!, $cartItems: [CartItemInput!]!) {\n  addProductsToCart(cartId: $cartId, cartItems: $cartItems) {\n    cart {\n      id\n    }\n  }\n}';
const revokeDocument = 'mutation revokeCustomerToken {\n  revokeCustomerToken {\n    result\n    __typename\n  }\n}';

describe('a storefront', { timeout: 20_000 }, () => {

    let gate: MagentoGateway;

    before(async () => {

        gate = await startMagentoGateway({ POSTERN_CORS_ORIGINS: 'https://shop.example' });
    });

    after(() => gate.stop());

    /** As Apollo's link sends it, which Alokai and PWA Studio are made with. */
    const ask = async (operationName: string, query: string, variables: object, { token, store = 'default' }: { readonly token?: string | undefined; readonly store?: string } = {}) => {

        const headers = { accept: '*/*', 'content-type': 'application/json', store, 'content-currency': 'USD', ...token !== undefined && { authorization: `Bearer ${token}` } };
        const answer = await gate.fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ operationName, variables, query }) });
        return await answer.json() as GraphqlAnswer;
    };

    const logIn = async ([email, password]: readonly [string, string], store: string) => {

        const { data } = await ask('generateCustomerToken', loginDocument, { email, password }, { store });
        return String((data?.['generateCustomerToken'] as { readonly token?: string } | undefined)?.token);
    };

    it('signs a customer in over GraphQL, shows the cart, adds to it, and signs out', async () => {

        const guest = await ask('customerCart', cartDocument, {});
        expect(guest.data).to.include({ caller: 'guest', operation: 'customerCart', store: 'default' });

        const wrong = await ask('generateCustomerToken', loginDocument, { email: roni[0], password: 'wrong' });
        expect(wrong.errors?.[0]).to.include({ extensions: { category: 'graphql-authentication' } });

        const token = await logIn(roni, 'default');
        expect(token).to.match(/^ptn_c5\./);
        const cart = await ask('customerCart', cartDocument, {}, { token });
        expect(cart.data).to.include({ caller: 'customer:5' });
        const variables = { cartId: 'x', cartItems: [{ sku: '24-MB01', quantity: 1 }] };
        expect((await ask('addProductsToCart', addDocument, variables, { token })).data).to.equal({ caller: 'customer:5', operation: 'addProductsToCart', variables, store: 'default' });
        expect(gate.magento.reached.at(-1)?.headers).to.include({ 'content-currency': 'USD', store: 'default', authorization: `Bearer ${gate.magento.issued.at(-1)}` });

        expect((await ask('revokeCustomerToken', revokeDocument, {}, { token })).data).to.equal({ revokeCustomerToken: { result: true, __typename: 'RevokeCustomerTokenOutput' } });
        expect((await ask('customerCart', cartDocument, {}, { token })).data).to.include({ caller: 'guest' });
        expect((await ask('revokeCustomerToken', revokeDocument, {}, { token })).errors?.[0]?.extensions.category).to.equal('graphql-authorization');
    });

    it('asks queries by GET, so that they can be cached, at the store view that the header names', async () => {

        const token = await logIn(jean, 'fr');
        const query = new URLSearchParams({ query: cartDocument, operationName: 'customerCart', variables: '{}' }).toString();
        const answer = await gate.fetch(`/graphql?${query}`, { token, headers: { store: 'fr', 'content-type': 'application/json' } });
        expect(((await answer.json()) as GraphqlAnswer).data).to.include({ caller: 'customer:6', store: 'fr', operation: 'customerCart' });
        expect(gate.magento.reached.at(-1)?.target).to.equal(`/graphql?${query}`);
        expect(answer.headers.get('cache-control')).to.equal('private, no-store');
    });

    it('goes on over REST with the same token: account, cart, items, totals', async () => {

        // Magento takes no token that was issued in the second of a revocation

        gate.magento.behaviour.nowSeconds = () => Math.floor(Date.now() / 1_000) + 2;
        const token = await logIn(roni, 'default');
        const call = async (method: string, path: string, content?: unknown) => {

            const answer = await gate.fetch(`/rest/default/V1/${path}`, { method, token, ...content !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) } });
            return [answer.status, await answer.json()] as const;
        };

        expect((await call('GET', 'customers/me'))[1]).to.include({ id: 5 });
        expect((await call('POST', 'carts/mine'))[0]).to.equal(200);
        expect((await call('GET', 'carts/mine'))[1]).to.include({ by: 'customer:5' });
        const item = { cartItem: { sku: '24-MB01', qty: 1, quote_id: '5' } };
        expect((await call('POST', 'carts/mine/items', item))[1]).to.include({ served: 'POST /V1/carts/mine/items', by: 'customer:5' });
        expect(JSON.parse(gate.magento.reached.at(-1)?.body ?? '')).to.equal(item);
        expect((await call('GET', 'carts/mine/items'))[0]).to.equal(200);
        expect((await call('GET', 'carts/mine/totals'))[0]).to.equal(200);
        expect((await call('GET', 'orders'))[0]).to.equal(401);
        expect((await call('POST', 'guest-carts'))[0]).to.equal(200);
    });

    it('is let in by a browser\'s preflight, and shows no session cookie of its own to the gate', async () => {

        const preflight = await gate.fetch('/graphql', {
            method: 'OPTIONS', headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type,store' }
        });
        expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).to.equal([204, 'https://shop.example']);

        // A storefront session counts over REST for XMLHttpRequest in Magento: here it is nobody's

        const cookie = { cookie: 'PHPSESSID=abc', 'x-requested-with': 'XMLHttpRequest' };
        expect((await gate.fetch('/rest/V1/customers/me', { headers: cookie })).status).to.equal(401);
        expect((await gate.fetch('/rest/V1/directory/currency', { headers: cookie })).status).to.equal(200);
        expect(gate.magento.reached.at(-1)?.headers.cookie).to.be.undefined();
    });
});
