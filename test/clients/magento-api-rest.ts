import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import * as Client from 'magento-api-rest';

import type { MagentoGateway } from '../support/magento-gateway.js';
import { startMagentoGateway } from '../support/magento-gateway.js';
import { integration } from '../support/oauth.js';
import { sendRaw } from '../support/send.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

interface Answer {
    readonly status: number;
    readonly data: unknown;
}

/** As the package is, whatever its types say of its default export. */
interface RestClient {
    get(endpoint: string, params?: unknown): Promise<Answer>;
    post(endpoint: string, data: unknown): Promise<Answer>;
    put(endpoint: string, data: unknown): Promise<Answer>;
    delete(endpoint: string): Promise<Answer>;
}

const MagentoRestApi = Client.default as unknown as new (options: object) => RestClient;

describe('magento-api-rest', { timeout: 20_000 }, () => {

    let gate: MagentoGateway;

    before(async () => {

        gate = await startMagentoGateway({ POSTERN_OAUTH: 'pass' });
    });

    after(() => gate.stop());

    const clientOf = (options: object = {}) => new MagentoRestApi({ url: gate.url, ...integration, sha: 256, axiosConfig: { validateStatus: () => true }, ...options });
    const served = (method: string, path: string) => ({ served: `${method} /V1/${path}`, by: 'integration:1' });

    it('is served what it signs, as if it had signed for Magento itself', async () => {

        const client = clientOf();
        const search = { $from: '2026-01-01 00:00:00', $to: '2026-02-01 00:00:00', $or: [{ status: 'a b' }, { status: 'é' }], $sort: { created_at: 'desc' }, $perPage: 5, $page: 1 };
        const calls: readonly (readonly [answer: Promise<Answer>, method: string, path: string])[] = [
            [client.get('orders'), 'GET', 'orders'],
            [client.get('orders', search), 'GET', 'orders'],
            [client.get('products/a%2Fb%20c'), 'GET', 'products/a%2Fb%20c'],
            [client.post('products', { product: { sku: 'é', name: 'x' } }), 'POST', 'products'],
            [client.put('products/24-MB01', { product: { price: 5 } }), 'PUT', 'products/24-MB01'],
            [client.delete('products/24-MB01'), 'DELETE', 'products/24-MB01']
        ];

        for (const [answer, method, path] of calls) {
            const { status, data } = await answer;
            expect(status, path).to.equal(200);
            expect(data).to.include(served(method, path));
        }

        const found = gate.magento.reached.find(({ target }) => target.startsWith('/rest/V1/orders?searchCriteria['));
        expect(found?.target).to.contain('=a%20b&').and.to.contain('=%C3%A9&').and.to.contain('searchCriteria[sort_orders][0][direction]=desc');
        expect(gate.magento.reached.at(-1)?.headers).to.include({ host: new URL(gate.url).host, 'x-caller-type': 'guest' });
        expect(JSON.parse(gate.magento.reached.find(({ method }) => method === 'POST')?.body ?? '')).to.equal({ product: { sku: 'é', name: 'x' } });
    });

    it('is served asynchronous calls, too', async () => {

        const { data } = await clientOf({ type: 'async/V1' }).post('products', { product: {} });
        expect(data).to.include(served('POST', 'products'));
        expect(gate.magento.reached.at(-1)?.target).to.equal('/rest/async/V1/products');
    });

    it('is refused by Magento, and not by the gate, for a signature that does not fit', async () => {

        const before = gate.magento.reached.length;
        expect(await clientOf({ tokenSecret: 'x' }).get('orders')).to.include({ status: 401 });
        expect(gate.magento.reached.length).to.equal(before + 1);

        // Signed for one address, sent to another

        await clientOf().get('orders');
        const authorization = String(gate.magento.reached.at(-1)?.headers.authorization);
        const send = (target: string) => sendRaw(gate.url, `GET ${target} HTTP/1.1\r\nHost: ${new URL(gate.url).host}\r\nAuthorization: ${authorization}\r\nConnection: close\r\n\r\n`);
        expect((await send('/rest/V1/orders?searchCriteria=')).status).to.equal(200);
        expect((await send('/rest/V1/orders?searchCriteria=1')).status).to.equal(401);
    });

    it('is refused at the edge where calls that are signed are not let through', async () => {

        const strict = await startMagentoGateway();
        const { status, data } = await clientOf({ url: strict.url }).get('orders');
        expect([status, data]).to.equal([401, { message: 'Calls that are signed with OAuth are not served here. Sign in for a bearer token.' }]);
        expect(strict.magento.reached).to.equal([]);
        await strict.stop();
    });
});
