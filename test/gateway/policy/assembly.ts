import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { assemblePolicy } from '../../../gateway/policy/assembly.js';
import type { PolicyFile } from '../../../gateway/policy/policy.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('assemblePolicy()', () => {

    const shop: PolicyFile[] = [
        {
            kind: 'webapi', path: 'shop/etc/webapi.xml', text: `<routes>
                <route url="/V1/shops/:id" method="PUT"><service class="Acme\\Shop\\Api\\ShopRepositoryInterface" method="save"/><resources><resource ref="Acme_Shop::write"/></resources></route>
                <route url="/V1/shops" method="GET" color="red"><service class="Acme\\Shop\\Api\\ShopRepositoryInterface" method="getList"/></route>
            </routes>`
        },
        {
            kind: 'acl', path: 'shop/etc/acl.xml', text: `<config><acl><resources>
                <resource id="Acme_Shop::shops" title="Shops"><resource id="Acme_Shop::write" title="Write"/><icon/></resource>
                <resource id="Acme_Shop::write"/>
            </resources></acl></config>`
        },
        {
            kind: 'async', path: 'shop/etc/webapi_async.xml', text: `<services sort="1">
                <route url="async/bulk/V1/shops/byId" method="PUT" alias="async/bulk/V1/shops"/>
            </services>`
        }
    ];

    it('merges what all files say', () => {

        const { routes, acl, aliases, soapServices } = assemblePolicy([...shop, {
            kind: 'webapi', path: 'more/etc/webapi.xml', text: '<routes><route url="/V1/shops" method="GET"><resources><resource ref="Acme_Shop::list"/></resources></route></routes>'
        }]);

        expect(routes.map(({ method, url, resources, file, line }) => [method, url, resources, file, line])).to.equal([
            ['PUT', '/V1/shops/:id', ['Acme_Shop::write'], 'shop/etc/webapi.xml', 2],
            ['GET', '/V1/shops', ['Acme_Shop::list'], 'more/etc/webapi.xml', 1]
        ]);
        expect([...acl.keys()]).to.equal(['Acme_Shop::shops', 'Acme_Shop::write']);
        expect(aliases).to.equal([{ method: 'PUT', alias: 'async/bulk/V1/shops', url: 'async/bulk/V1/shops/byId', file: 'shop/etc/webapi_async.xml', line: 2 }]);
        expect([...soapServices.get('acmeShopShopRepositoryV1')?.operations.keys() ?? []]).to.equal(['acmeShopShopRepositoryV1Save', 'acmeShopShopRepositoryV1GetList']);
    });

    it('reports what every file has that is odd', () => {

        expect(assemblePolicy(shop).warnings).to.equal([
            { file: 'shop/etc/webapi.xml', line: 3, message: 'the attribute "color" of <route> is not known and is ignored' },
            { file: 'shop/etc/acl.xml', line: 2, message: 'the child <icon> of <resource> is not known and is ignored' },
            { file: 'shop/etc/webapi_async.xml', line: 1, message: 'the attribute "sort" of <services> is not known and is ignored' },
            { file: 'shop/etc/webapi.xml', line: 3, message: 'GET /V1/shops asks for no resource, so everybody may call it' },
            { file: 'shop/etc/acl.xml', line: 3, message: '"Acme_Shop::write" is at the top, but below "Acme_Shop::shops" in shop/etc/acl.xml:2' }
        ]);
    });

    it('matches paths, those below /async/bulk by the names of their parameters', () => {

        const { match, matchBulk, matchLike, routes } = assemblePolicy(shop);

        expect(match('PUT', '/V1/shops/7')).to.equal({ kind: 'matched', route: routes[0]!, parameters: new Map([['id', '7']]) });
        expect(match('PUT', '/V1/shops')).to.equal({ kind: 'none' });
        expect(matchBulk('PUT', '/V1/shops/byId')).to.equal({ kind: 'matched', route: routes[0]!, parameters: new Map() });
        expect(matchLike('PUT', '/v1/shops/7')).to.include({ kind: 'matched', route: routes[0]! });
        expect(matchBulk('PUT', '/V1/shops/7')).to.equal({ kind: 'none' });
        expect(matchBulk('GET', '/V1/shops')).to.equal({ kind: 'none' });
    });

    it('rewrites an alias of the method, and nothing else', () => {

        const { rewriteAlias } = assemblePolicy(shop);

        expect(rewriteAlias('PUT', '/async/bulk/V1/shops')).to.equal('/async/bulk/V1/shops/byId');
        expect(rewriteAlias('POST', '/async/bulk/V1/shops')).to.equal('/async/bulk/V1/shops');
        expect(rewriteAlias('PUT', '/async/bulk/V1/shops/7')).to.equal('/async/bulk/V1/shops/7');
        expect(rewriteAlias('PUT', '/async/bulk/V1/shops/')).to.equal('/async/bulk/V1/shops/');
    });

    it('takes the later of two aliases', () => {

        const alias = (url: string): PolicyFile => ({ kind: 'async', path: 'a.xml', text: `<services><route url="${url}" method="POST" alias="x"/></services>` });

        expect(assemblePolicy([alias('async/V1/a'), alias('async/V1/b')]).rewriteAlias('POST', '/x')).to.equal('/async/V1/b');
    });

    it('cannot be changed', () => {

        const policy = assemblePolicy(shop);

        expect([policy, ...policy.routes].every((each) => Object.isFrozen(each))).to.be.true();
    });
});
