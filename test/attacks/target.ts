import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Attack, Result } from '../support/attack.js';
import { attack, expectUnharmed, valuesOf } from '../support/attack.js';
import type { TestGateway } from '../support/gateway.js';
import { startTestGateway } from '../support/gateway.js';
import { sendRaw } from '../support/send.js';


export const lab = Lab.script();
const { after, afterEach, before, describe, it } = lab;

const shared = '../shared/magento/etc-2.4.7-p3';
const hasShared = existsSync(shared);

/** Every way to write two dots that somebody decodes. */
const dots = [
    '..', '%2e%2e', '%2E%2e', '.%2e', '%2e.', '%252e%252e', '%25252e%25252e', '%2525252e%2525252e', '%%32%65%%32%65', '%25%32%65%25%32%65', '..;', '..;a=b', '%2e%2e%3b', '.', '%2e', '.;x', '..%00', '..%0a', '%c0%ae%c0%ae', '%e0%80%ae%e0%80%ae',
    '%f0%80%80%ae.', '%u002e%u002e', '..%3f', '..%23', '..%5c', '%5c..', '..%255c', '..%2f', '%2f..', '%252f..%252f', '..%2f..%2f'
];

/** Neither answered with what was asked for nor forwarded. */
function expectRefused({ status, reached }: Result, what: string, statuses: readonly number[] = [400, 401, 404]): void {

    expect(reached, what).to.equal([]);
    expect(statuses.includes(status), `${what}: ${status}`).to.be.true();
}

describe('attacks on path and target (C2)', () => {

    let gate: TestGateway;
    let pass: TestGateway;
    let token: string;

    before(async () => {

        gate = await startTestGateway();
        pass = await startTestGateway({ POSTERN_UNKNOWN_ROUTES: 'pass' });
        token = await gate.logIn('customer');
    });

    afterEach(async () => {

        await expectUnharmed(gate, [token]);
        await expectUnharmed(pass);
    });

    after(async () => {

        await gate.stop();
        await pass.stop();
    });

    const send = (target: string, more: Attack = {}) => attack(gate, { target, ...more });
    const sendToPass = (target: string, more: Attack = {}) => attack(pass, { target, ...more });
    const asCustomer = (target: string, more: Attack = {}) => attack(gate, { target, ...more, lines: [`Authorization: Bearer ${token}`, ...more.lines ?? []] });

    describe('22: dot segments, however they are written → never forwarded, 400 wherever an address would match', () => {

        it('in the value of an open route', async () => {

            for (const dot of dots.filter((one) => !one.startsWith('%%'))) {
                expectRefused(await send(`/rest/V1/files/${dot}`, { method: 'POST' }), dot, [400]);
            }
        });

        it('from an open address to a shut one, at every door', async () => {

            for (const dot of dots) {
                for (const target of [
                    `/rest/V1/currency/${dot}/customers/8`, `/rest/V1/customers/me/${dot}/8`, `/graphql/${dot}/rest/V1/customers/8`, `/rest/schema/${dot}/V1/customers/8`, `/rest/async/schema/${dot}/${dot}/V1/customers/8`,
                    `/soap/default/${dot}/${dot}/rest/V1/customers/8?wsdl_list=1`, `/soap/${dot}/rest/V1/customers/8?wsdl&services=integrationCustomerTokenServiceV1`, `/${dot}/rest/V1/customers/8`, `/rest/default/${dot}/V1/customers/8`, `/index.php/${dot}/rest/V1/customers/8`
                ]) {
                    expectRefused(await asCustomer(target), target, [400, 401, 404]);
                }
            }
        });

        it('where unknown calls are passed on', async () => {

            for (const dot of dots) {
                for (const target of [`/media/${dot}/rest/V1/customers/8`, `/${dot}/rest/V1/customers/8`, `/${dot}`, `/media/${dot}`, `/rest/V1/nosuch/${dot}/customers/8`]) {
                    expectRefused(await sendToPass(target), target, [400, 401, 404]);
                }
            }
        });
    });

    it('23: encoded backslashes, NULs and controls in a value → 400; encoded reserved characters → to the same route, byte for byte', async () => {

        for (const value of ['%5C', 'a%5cb', '%00', 'a%00b', '%2500', '%0d%0aX-Caller-Id:%201', '%250d', '%1b', '%7f', 'a%c0%afb', '%c1%9c', '%e0%80%af']) {
            expectRefused(await send(`/rest/V1/files/${value}`, { method: 'POST' }), value, [400]);
        }

        for (const value of ['a%2Fb', 'a%2fb', 'a%252fb', 'a%3Fb', 'a%23b', 'a;b', 'a%3Bb', 'a:b@c', 'a,b', 'a+b', '%20', 'a%26b%3Dc', '%C3%A9', '%zz', '100%', '...', 'a..', '..a', '~', '$&$1`', '\'"<>', '{x}', '[]', '|^`']) {
            const { status, reached: [one] } = await send(`/rest/V1/files/${value}`, { method: 'POST' });
            expect([status, one?.target], value).to.equal([200, `/rest/V1/files/${value}`]);
        }
    });

    it('23, 25: encoded slashes in place of the address\'s own → no such address', async () => {

        for (const target of ['/rest%2FV1/customers/8', '/rest/V1%2Fcustomers/8', '/rest/V1/customers%2f8', '/rest%252fV1/customers/8', '/rest/all%2fV1/customers/8', '/rest/default%2FV1/customers/8', '/graphql%2f', '/index.php%2frest/V1/customers/8']) {
            expectRefused(await asCustomer(target), target);
            expectRefused(await sendToPass(target), target);
        }
    });

    it('25: what is a value when raw and a shut address when decoded → asks for what both ask for', async () => {

        const folder = await mkdtemp(join(tmpdir(), 'postern-policy-'));
        await mkdir(join(folder, 'etc'));
        const route = (url: string, resource: string, serviceMethod: string) => `<route url="${url}" method="GET"><service class="A\\B\\Api\\CInterface" method="${serviceMethod}"/><resources><resource ref="${resource}"/></resources></route>`;
        await writeFile(join(folder, 'etc/webapi.xml'), `<routes>${route('/V1/files/:name', 'anonymous', 'get')}${route('/V1/files/secret', 'A_B::secret', 'open')}${route('/V1/files/:name/keys', 'A_B::secret', 'keys')}${route('/V1/currency', 'anonymous', 'currency')}</routes>`);
        const shop = await startTestGateway({ POSTERN_POLICY: folder });
        for (const name of ['secret', 's%65cret', '%73%65%63%72%65%74', 's%2565cret', 'secret;', 'secret;jsessionid=1', 'secret%3Ba', 'secret%3F', 'secret%23', 'secret%2F', 'a%2Fkeys', '%u0073ecret']) {
            expectRefused(await attack(shop, { target: `/rest/V1/files/${name}` }), name, [401]);
        }

        expect((await attack(shop, { target: '/rest/V1/files/s%65crets' })).status).to.equal(200);
        await shop.stop();
        await rm(folder, { recursive: true });
    });

    it('26: slashes in front of the address → the same rule, never "unknown"', async () => {

        for (const slashes of ['//', '///', '/'.repeat(5000)]) {
            expectRefused(await send(`${slashes}rest/V1/customers/8`), slashes.slice(0, 9), [401]);
            expectRefused(await sendToPass(`${slashes}rest/V1/customers/8`), slashes.slice(0, 9), [401]);
            expectRefused(await sendToPass(`${slashes}index.php${slashes}rest${slashes}V1/customers/8`), slashes.slice(0, 9), [401]);
            expect((await asCustomer(`${slashes}rest/V1/customers/me`)).status, slashes.slice(0, 9)).to.equal(200);
        }

        for (const target of ['/rest/V1//customers/8', '/rest/V1/customers//8', '/rest/default//V1/customers/8', '/x//rest/V1/customers/8', '//shop.example/rest/V1/customers/8']) {
            expectRefused(await asCustomer(target), target);
            expectRefused(await sendToPass(target), target);
        }
    });

    it('27: a number sign in the target → 400', async () => {

        for (const target of ['/#/../rest/V1/customers/8', '/rest/V1/currency#/../customers/8', '/rest/V1/currency?a#b', '#', '/#', '/graphql#', '/rest/V1/customers/8#/rest/V1/currency']) {
            expectRefused(await send(target), target, [400]);
            expectRefused(await sendToPass(target), target, [400]);
        }
    });

    it('28: another address in the query → the path alone is looked at', async () => {

        for (const query of ['path=/rest/V1/currency', '/rest/V1/currency', '/../currency', 'rest_route=/V1/currency', 'q=a?b=/rest/V1/currency', '%23/rest/V1/currency']) {
            expectRefused(await send(`/rest/V1/customers/8?${query}`), query, [401]);
        }

        const { reached: [one] } = await send('/rest/V1/currency?path=/rest/V1/customers/8');
        expect(one?.target).to.equal('/rest/V1/currency?path=/rest/V1/customers/8');
    });

    describe('29: case and trailing slashes', () => {

        it('slashes at the end → the same rule', async () => {

            for (const slashes of ['/', '//', '///?a=/']) {
                expectRefused(await send(`/rest/V1/customers/8${slashes}`), slashes, [401]);
                expect((await asCustomer(`/rest/V1/customers/me${slashes}`)).status, slashes).to.equal(200);
            }

            expectRefused(await send('/rest/V1/integration/customer/token/', { method: 'POST', body: '{}', lines: ['Content-Type: application/json'] }), 'a login', [400]);
        });

        it('another case → unknown, denied, and not passed on either', async () => {

            for (const target of ['/REST/V1/customers/8', '/Rest/V1/customers/8', '/rest/v1/customers/8', '/rest/V1/Customers/8', '/INDEX.PHP/rest/V1/customers/8', '/GraphQL', '/SOAP/default?services=x', '/rest/DEFAULT/V1/customers/8', '/rest/ALL/V1/customers/8', '/rest/Async/V1/customers/8']) {
                expectRefused(await asCustomer(target), target);
            }

            for (const target of ['/REST/V1/customers/8', '/Rest/V1/customers/8', '/GraphQL', '/SOAP/default?services=x', '/INDEX.PHP/rest/V1/customers/8']) {
                expectRefused(await sendToPass(target), target, [404]);
            }

            expectRefused(await asCustomer('/rest/V1/customers/ME'), 'ME', [401]);
        });
    });

    describe('31: targets and hosts of somebody else', () => {

        it('an absolute target, an authority or an asterisk → 400', async () => {

            for (const target of [
                'http://169.254.169.254/', 'http://169.254.169.254/rest/V1/currency', 'HTTP://shop.example/rest/V1/currency', 'https://shop.example/rest/V1/currency', 'ftp://x/rest/V1/currency', 'file:///etc/passwd', '*', 'shop.example:80', '@169.254.169.254/', '?/rest/V1/currency'
            ]) {
                for (const method of ['GET', 'OPTIONS']) {
                    expectRefused(await send(target, { method }), `${method} ${target}`, [400]);
                    expectRefused(await sendToPass(target, { method }), `${method} ${target}`, [400]);
                }
            }
        });

        it('whatever Host says → the upstream is the one that is configured', async () => {

            for (const host of ['169.254.169.254', 'internal:6379', '[::1]:25', '']) {
                const { status, reached: [one] } = await send('/rest/V1/currency', { lines: [`Host: ${host}`] });
                expect([status, one?.headers.host], host).to.equal([200, new URL(gate.upstream.url).host]);
                expect(valuesOf(one!, 'X-Forwarded-Host'), host).to.equal([host]);
            }

            for (const host of ['x@169.254.169.254', 'a b', 'shop.example, evil', 'shop.example/../..', '127.0.0.1#', 'a"><b']) {
                expectRefused(await send('/rest/V1/currency', { lines: [`Host: ${host}`] }), host, [400]);
            }

            expectRefused(await send('//169.254.169.254/rest/V1/currency'), 'two slashes', [404]);
        });

        it('a host that is not on the list → 400', async () => {

            const listed = await startTestGateway({ POSTERN_HOSTS: 'shop.example,shop.example:8443' });
            for (const host of ['evil.example', '', 'shop.example.evil', 'evil.shop.example', 'shop.example:80', 'shop.example@evil', 'shop.example, evil', 'shop.example#', 'shop.example.', ' ', 'shop.example\tx']) {
                expectRefused(await attack(listed, { lines: [`Host: ${host}`] }), host, [400]);
            }

            expect((await attack(listed, { lines: ['Host: SHOP.example'] })).status).to.equal(200);
            expectRefused(await attack(listed, { lines: ['Host: evil.example', 'X-Forwarded-Host: shop.example'] }), 'forwarded', [400]);
            expect((await sendRaw(listed.url, 'GET /rest/V1/currency HTTP/1.0\r\n\r\n')).status).to.equal(400);
            expect(listed.upstream.reached).to.have.length(1);
            await listed.stop();
        });
    });

    describe('33: other addresses of the same thing', () => {

        let shop: TestGateway;
        let boss: string;

        before(async () => {

            if (hasShared) {
                shop = await startTestGateway({ POSTERN_POLICY: shared, POSTERN_UNKNOWN_ROUTES: 'pass', POSTERN_STORES: 'default,fr' });
                await shop.sessions.setRole('1', ['Magento_Backend::all']);
                boss = await shop.logIn('admin', 'boss');
            }
        });

        after(() => (hasShared ? shop.stop() : undefined));

        const json = ['Content-Type: application/json'];
        const envelope = '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><n:customerCustomerRepositoryV1GetByIdRequest xmlns:n="http://x/soap/default?services=customerCustomerRepositoryV1"><customerId>8</customerId></n:customerCustomerRepositoryV1GetByIdRequest></e:Body></e:Envelope>';

        it('aliases of a shut route → 401 to guests, forwarded to who may', { skip: !hasShared }, async () => {

            for (const line of [
                'GET /rest/V1/customers/8', 'GET /index.php/rest/V1/customers/8', 'GET /rest/default/V1/customers/8', 'GET /rest/fr/V1/customers/8', 'GET /rest/all/V1/customers/8', 'GET //index.php//rest//all/V1/customers/8/', 'POST /rest/async/V1/products', 'POST /rest/default/async/V1/products',
                'POST /rest/all/async/bulk/V1/products', 'POST /rest/async/bulk/V1/products', 'PUT /rest/async/bulk/V1/products/bySku', 'PUT /rest/async/bulk/V1/products', 'POST /rest/asyncProducts', 'POST /rest/all/asyncProducts', 'POST /index.php/rest/default/asyncProducts/'
            ]) {
                const [method = '', target = ''] = line.split(' ');
                const request = { method, target, body: method === 'GET' ? '' : '[{}]' };
                expectRefused(await attack(shop, { ...request, lines: json }), line, [401]);
                expect((await attack(shop, { ...request, lines: [...json, `Authorization: Bearer ${boss}`] })).reached, line).to.have.length(1);
            }
        });

        it('the same behind other names, where unknown calls are passed on → not passed', { skip: !hasShared }, async () => {

            const routes = [
                '/fr/rest/V1/customers/8', '/default/rest/all/V1/customers/8', '/pub/index.php/rest/V1/customers/8', '/index.php/index.php/rest/V1/customers/8', '/index.php/fr/rest/V1/customers/8', '/%66r/rest/V1/customers/8', '/rest/%66r/V1/customers/8',
                '/rest/fr%2FV1/customers/8', '/rest/fr;a/V1/customers/8', '/%69ndex.php/rest/V1/customers/8'
            ];
            const posts = ['/x/soap/default?services=customerCustomerRepositoryV1', '/fr/graphql', '/fr/GraphQL/', '/rest/%61sync/V1/products', '/rest/%61syncProducts', '/rest/fr/async%2Fbulk/V1/products'];
            for (const [method, targets] of [['GET', routes], ['PUT', routes], ['POST', posts]] as const) {
                for (const target of targets) {
                    expectRefused(await attack(shop, { method, target, body: method === 'GET' ? '' : '{}', lines: json }), `${method} ${target}`, [400, 404]);
                }
            }
        });

        it('other addresses of a login → never forwarded, so that no password reaches the upstream', { skip: !hasShared }, async () => {

            const body = '{"username":"x","password":"nobody-shall-see"}';
            for (const type of ['admin', 'customer']) {
                for (const target of [
                    `/rest/V1/integration/${type}/token/`, `/rest/all/V1/integration/${type}/token`, `//index.php/rest/fr/V1/integration/${type}/token`, `/rest/async/V1/integration/${type}/token`, `/rest/all/async/V1/integration/${type}/token`, `/rest/async/bulk/V1/integration/${type}/token`,
                    `/rest/V1/integration/${type}/%74oken`, `/rest/V1/integration/${type}/token;a`, `/rest/V1/integration/${type}%2Ftoken`, `/rest/V1/integration/${type}//token`, `/fr/rest/V1/integration/${type}/token`, `/REST/V1/integration/${type}/token`, `/rest/%61sync/V1/integration/${type}/token`
                ]) {
                    const { reached, body: answer } = await attack(shop, { method: 'POST', target, body, lines: json });
                    expect(reached, target).to.equal([]);
                    expect(answer, target).to.not.contain('nobody-shall-see');
                }
            }
        });

        it('the operation of a SOAP call is the one that its body names, at any address', { skip: !hasShared }, async () => {

            for (const target of ['/soap/default?services=customerCustomerRepositoryV1', '/index.php/soap?services=customerCustomerRepositoryV1', '/soap/all?services=directoryCurrencyInformationAcquirerV1,customerCustomerRepositoryV1', '/soap?services=directoryCurrencyInformationAcquirerV1']) {
                const { reached, body } = await attack(shop, { method: 'POST', target, body: envelope, lines: ['Content-Type: application/soap+xml', 'SOAPAction: "directoryCurrencyInformationAcquirerV1GetCurrencyInfo"'] });
                expect(reached, target).to.equal([]);
                expect(body, target).to.contain('Fault');
            }
        });
    });

    it('33: store codes that are none, or come twice → no such address', async () => {

        const listed = await startTestGateway({ POSTERN_STORES: 'default,fr' });
        for (const path of [
            'all%2fV1', 'default/default/V1', 'all/all/V1', 'all/default/V1', 'DEFAULT/V1', 'admin/V1', 'nosuch/V1', '%61ll/V1', 'all;a/V1', 'all%00/V1', 'all%20/V1', 'all./V1', './V1', 'default/../V1', 'V1/V1', 'async/default/V1', 'default/async/async/V1', '*/V1', 'all,fr/V1', '0/V1'
        ]) {
            expectRefused(await attack(listed, { target: `/rest/${path}/currency` }), path, [400, 404]);
        }

        expect((await attack(listed, { target: '/rest/fr/V1/currency' })).status).to.equal(200);
        await listed.stop();
    });

    it('34: patterns of replacement in a value or a query → forwarded byte for byte', async () => {

        for (const target of ['/rest/V1/files/$&', '/rest/V1/files/$1$2$\'$`$$', '/rest/V1/files/%24%26?$&=$1', '/rest/V1/files/{path}{query}', '/rest/V1/files/a?{host}=%7Bhost%7D', '/rest/V1/files/__proto__', '/rest/V1/files/constructor?__proto__[a]=b']) {
            const { reached: [one] } = await send(target, { method: 'POST' });
            expect(one?.target, target).to.equal(target);
        }
    });
});
