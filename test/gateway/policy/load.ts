import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { loadPolicy, loadSetPolicy } from '../../../gateway/policy/load.js';
import type { Policy } from '../../../gateway/policy/load.js';
import type { Route } from '../../../gateway/policy/policy.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

const shared = existsSync('../shared/magento');

describe('loadPolicy()', () => {

    let folder: string;

    before(() => {

        folder = mkdtempSync(join(tmpdir(), 'postern-policy-'));
        mkdirSync(join(folder, 'good/a/etc'), { recursive: true });
        mkdirSync(join(folder, 'acl-only/etc'), { recursive: true });
        mkdirSync(join(folder, 'broken/a/etc'), { recursive: true });
        const route = '<route url="/V1/a" method="GET"><service class="A\\B\\Api\\CInterface" method="d"/><resources><resource ref="anonymous"/></resources></route>';
        writeFileSync(join(folder, 'good/a/etc/webapi.xml'), `<routes>${route}</routes>`);
        writeFileSync(join(folder, 'acl-only/etc/acl.xml'), '<config/>');
        writeFileSync(join(folder, 'broken/a/etc/webapi.xml'), `<routes>${route}\n<route url="/V1/b"/></routes>`);
    });

    after(() => {

        rmSync(folder, { recursive: true });
    });

    it('loads what stands below a folder', async () => {

        const policy = await loadPolicy(join(folder, 'good'));

        expect(policy.match('GET', '/V1/a')).to.include({ kind: 'matched' });
        expect(policy.warnings).to.equal([]);
    });

    it('refuses a folder that is not there', async () => {

        await expect(loadPolicy(join(folder, 'none'))).to.reject(Error, /the policy folder ".*none" is not there/);
    });

    it('refuses a folder without routes', async () => {

        await expect(loadPolicy(join(folder, 'acl-only'))).to.reject(Error, /the policy folder ".*acl-only" holds no etc\/webapi\.xml: expected one at least, at any depth/);
    });

    it('names file and line of a mistake', async () => {

        await expect(loadPolicy(join(folder, 'broken'))).to.reject(Error, 'a/etc/webapi.xml:2: <route> has no "method"');
    });

    // What the files of Magento say

    const figures: [string, number, number, number, number][] = [
        ['2.4.7-p3', 429, 268, 2, 173],
        ['2.4.6-p4', 414, 262, 0, 169],
        ['2.0.0', 311, 181, 0, 105]
    ];

    for (const [version, routes, resources, aliases, services] of figures) {
        it(`loads the files of ${version} without a warning`, { skip: !shared }, async () => {

            const policy = await loadPolicy(`../shared/magento/etc-${version}`);

            expect(policy.warnings).to.equal([]);
            expect([policy.routes.length, policy.acl.size, policy.aliases.length, policy.soapServices.size]).to.equal([routes, resources, aliases, services]);
        });
    }

    for (const [version, root] of [['2.4.6-p4', 'app/code/Magento'], ['2.0.0', 'app/code/Magento']] as const) {
        it(`reads in the files of ${version} what others read in them`, { skip: !shared }, async () => {

            type Row = Route & { readonly module: string; readonly params: Route['parameters']; readonly soapService: string; readonly soapOperation: string };
            const read = <Type>(name: string): Type[] => JSON.parse(readFileSync(`../shared/magento/derived/${name}-${version}.json`, 'utf8')) as Type[];
            const policy = await loadPolicy(`../shared/magento/etc-${version}`);

            // Routes: of one declared twice, the later module's service counts

            const rows = new Map(read<Row>('routes').map((row) => [`${row.method} ${row.url}`, row]));
            expect(policy.routes.length).to.equal(rows.size);
            for (const route of policy.routes) {
                const row = rows.get(`${route.method} ${route.url}`)!;
                const { method, url, service, serviceMethod, resources, secure, parameters } = route;

                expect({ method, url, service, serviceMethod, resources, secure }).to.equal({
                    method: row.method, url: row.url, service: row.service, serviceMethod: row.serviceMethod, resources: row.resources, secure: row.secure
                });
                expect(parameters).to.equal(row.params);
                expect(route.file).to.equal(`${root}/${row.module.slice('Magento_'.length)}/etc/webapi.xml`);
                expect(policy.soapServices.get(row.soapService)?.operations.get(row.soapOperation)?.routes).to.include([route]);

                // The line is where its tag starts

                const lines = readFileSync(`../shared/magento/etc-${version}/${route.file}`, 'utf8').split('\n').slice(route.line - 1, route.line + 1).join('\n');
                expect(lines).to.match(/^\s*<route /).and.include(`"${url}"`).and.include(`"${method}"`);
            }

            // Resources: without the disabled ones, under the parents that they have

            const nodes = read<{ id: string; parent: string | null; disabled: boolean }>('acl').filter(({ disabled }) => !disabled);
            expect([...policy.acl.values()].map(({ id, parent }) => `${id} < ${parent ?? ''}`).sort()).to.equal(nodes.map(({ id, parent }) => `${id} < ${parent ?? ''}`).sort());
        });
    }

    it('merges the one route of 2.4.7-p3 that two modules declare', { skip: !shared }, async () => {

        const { match, soapServices } = await loadPolicy('../shared/magento/etc-2.4.7-p3');
        const found = match('POST', '/V1/integration/admin/token');

        expect(found.kind === 'matched' && found.route).to.include({
            service: 'Magento\\TwoFactorAuth\\Api\\AdminTokenServiceInterface', resources: ['anonymous'], file: 'magento/module-two-factor-auth/etc/webapi.xml', line: 11
        });
        expect(soapServices.has('integrationAdminTokenServiceV1')).to.be.false();
        expect(soapServices.has('twoFactorAuthAdminTokenServiceV1')).to.be.true();
    });

    it('leaves out what 2.4.7-p3 disables', { skip: !shared }, async () => {

        const { acl } = await loadPolicy('../shared/magento/etc-2.4.7-p3');

        expect(['Magento_Config::advanced', 'Magento_CatalogSearch::config_catalog_search', 'Magento_Shipping::shipping_policy'].filter((id) => acl.has(id))).to.equal([]);
        expect(acl.get('Magento_Sales::actions_view')).to.include({ parent: 'Magento_Sales::actions', file: 'magento/module-sales/etc/acl.xml' });
    });

    it('rewrites the two aliases of 2.4.7-p3', { skip: !shared }, async () => {

        const policy: Policy = await loadPolicy('../shared/magento/etc-2.4.7-p3');

        expect(policy.rewriteAlias('POST', '/asyncProducts')).to.equal('/async/V1/products');
        expect(policy.rewriteAlias('PUT', '/async/bulk/V1/products')).to.equal('/async/bulk/V1/products/bySku');
        expect(policy.matchBulk('PUT', '/V1/products/bySku')).to.include({ kind: 'matched' });
    });

    it('joins what operations of SOAP ask for, and splits those that name their own', { skip: !shared }, async () => {

        const { soapServices } = await loadPolicy('../shared/magento/etc-2.4.6-p4');
        const operations = [...soapServices.values()].flatMap((service) => [...service.operations.values()]);

        expect(soapServices.get('customerCustomerRepositoryV1')?.operations.get('customerCustomerRepositoryV1GetSelf')).to.include({
            resources: ['self'], parameters: [{ name: 'customerId', value: '%customer_id%', force: true }]
        });
        expect(soapServices.get('customerCustomerRepositoryV1')?.operations.get('customerCustomerRepositoryV1GetById')).to.include({ resources: ['Magento_Customer::customer'], parameters: [] });
        expect(operations.filter(({ resources }) => resources.length > 1 && resources.includes('self')).length).to.equal(23);
    });
});

describe('loadSetPolicy()', () => {

    for (const [guestAccess, resources] of [[false, ['Magento_Catalog::products']], [true, ['anonymous']]] as const) {
        it(`loads the policy ${guestAccess ? 'with' : 'without'} guest access`, async () => {

            const found = (await loadSetPolicy({ policy: 'config/policy', guestAccess })).match('GET', '/V1/products/a');
            expect(found.kind === 'matched' && found.route.resources).to.equal(resources);
        });
    }
});
