import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Route } from '../../../gateway/policy/policy.js';
import { collectSoapServices, soapServiceName } from '../../../gateway/policy/soap-names.js';


export const lab = Lab.script();
const { describe, it } = lab;

const route = (over: Partial<Route>): Route => ({
    method: 'GET', url: '/V1/shops', service: 'Acme\\Shop\\Api\\StoreInterface', serviceMethod: 'get', resources: [], secure: false, parameters: [],
    file: 'f', line: 1, ...over
});

describe('soapServiceName()', () => {

    const table: [string, string, string | undefined][] = [
        ['Acme\\Shop\\Api\\ShopInterface', 'V1', 'acmeShopV1'],
        ['Magento\\Integration\\Api\\CustomerTokenServiceInterface', 'V1', 'integrationCustomerTokenServiceV1'],
        ['Magento\\Customer\\Api\\CustomerRepositoryInterface', 'V1', 'customerCustomerRepositoryV1'],
        ['Magento\\Backend\\Service\\V1\\ModuleServiceInterface', 'V1', 'backendModuleServiceV1'],
        ['Acme\\Shop\\Api\\StoreInterface', 'V2', 'acmeShopStoreV2'],
        ['Magento\\Shop\\Api\\Shop\\ListInterface', 'V1', 'shopListV1'],
        ['Magento\\Shop\\Api\\Data\\Shop\\ListInterface', 'V1', 'shopDataShopListV1'],
        ['Magento\\Shop\\Api\\ShopReader', 'V1', 'shopShopReaderV1'],
        ['Acme\\Shop\\Model\\StoreInterface', 'V1', undefined],
        ['Shop', 'V1', undefined],
        ['', 'V1', undefined]
    ];

    for (const [service, version, expected] of table) {
        it(`names ${service} at ${version}: ${expected ?? 'nothing'}`, () => {

            expect(soapServiceName(service, version)).to.equal(expected);
        });
    }
});

describe('collectSoapServices()', () => {

    it('makes one operation of a service method, asking for what all its routes ask for', () => {

        const forced = [{ name: 'id', value: '%customer_id%', force: true }];
        const own = route({ url: '/V1/shops/mine', resources: ['self'], parameters: forced });
        const other = route({ url: '/V1/shops/:id', resources: ['Acme_Shop::read', 'Acme_Shop::list'] });
        const third = route({ url: '/V1/shops', method: 'POST', resources: ['Acme_Shop::list'], secure: true });

        expect([...collectSoapServices([own]).values()]).to.equal([{
            name: 'acmeShopStoreV1',
            operations: new Map([['acmeShopStoreV1Get', { name: 'acmeShopStoreV1Get', resources: ['self'], secure: false, parameters: forced, routes: [own] }]])
        }]);
        expect(collectSoapServices([own, other, third]).get('acmeShopStoreV1')?.operations).to.equal(new Map([['acmeShopStoreV1Get', {
            name: 'acmeShopStoreV1Get', resources: ['self', 'Acme_Shop::read', 'Acme_Shop::list'], secure: true, parameters: [], routes: [own, other, third]
        }]]));
    });

    it('keeps a secure operation secure whatever route comes later', () => {

        const services = collectSoapServices([route({ secure: true }), route({ method: 'PUT' })]);

        expect(services.get('acmeShopStoreV1')?.operations.get('acmeShopStoreV1Get')?.secure).to.be.true();
    });

    it('splits an operation where a route names its own', () => {

        const services = collectSoapServices([route({ resources: ['self'], soapOperation: 'getMine' }), route({ url: '/V1/shops/:id', resources: ['Acme_Shop::read'] })]);

        expect([...services.get('acmeShopStoreV1')?.operations.values() ?? []].map(({ name, resources }) => [name, resources]))
            .to.equal([['acmeShopStoreV1GetMine', ['self']], ['acmeShopStoreV1Get', ['Acme_Shop::read']]]);
    });

    it('makes a service of each version', () => {

        expect([...collectSoapServices([route({}), route({ url: 'V2/shops' })]).keys()]).to.equal(['acmeShopStoreV1', 'acmeShopStoreV2']);
    });

    it('leaves out what has no SOAP name', () => {

        expect(collectSoapServices([route({ service: 'Shop' })]).size).to.equal(0);
    });
});
