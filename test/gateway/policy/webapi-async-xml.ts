import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readWebapiAsyncXml } from '../../../gateway/policy/webapi-async-xml.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('readWebapiAsyncXml()', () => {

    it('reads aliases, with no slash in front of either path', () => {

        const { aliases, warnings } = readWebapiAsyncXml(`<services>
            <route url="async/bulk/V1/shops/byId" method="PUT" alias="async/bulk/V1/shops"/>
            <route url="/async/V1/shops" method="POST" alias="/asyncShops"/>
            <service class="Acme\\Shop\\Api\\ShopInterface" method="get"><synchronousInvocationOnly>true</synchronousInvocationOnly></service>
        </services>`, 'etc/webapi_async.xml');

        expect(warnings).to.equal([]);
        expect(aliases).to.equal([
            { method: 'PUT', alias: 'async/bulk/V1/shops', url: 'async/bulk/V1/shops/byId', file: 'etc/webapi_async.xml', line: 2 },
            { method: 'POST', alias: 'asyncShops', url: 'async/V1/shops', file: 'etc/webapi_async.xml', line: 3 }
        ]);
    });

    it('reports what it does not know', () => {

        const { warnings } = readWebapiAsyncXml('<services><queue/></services>', 'etc/webapi_async.xml');

        expect(warnings).to.equal([{ file: 'etc/webapi_async.xml', line: 1, message: 'the child <queue> of <services> is not known and is ignored' }]);
    });

    for (const name of ['alias', 'method', 'url']) {
        it(`refuses a route without ${name}, naming file and line`, () => {

            const attributes = ['alias', 'method', 'url'].filter((other) => other !== name).map((other) => `${other}="x"`);

            expect(() => readWebapiAsyncXml(`<services>\n<route ${attributes.join(' ')}/></services>`, 'etc/webapi_async.xml'))
                .to.throw(Error, `etc/webapi_async.xml:2: <route> has no "${name}"`);
        });
    }
});
