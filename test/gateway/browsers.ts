import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Answer } from '../support/client.js';
import type { TestGateway } from '../support/gateway.js';
import { call } from '../support/client.js';
import { startTestGateway } from '../support/gateway.js';
import { until } from '../support/until.js';
import { startUpstream } from '../support/upstream.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

const origin = 'https://shop.example';
const preflight = { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization,content-type' };

interface Asked {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: string;
}

describe('the gate, to browsers', () => {

    let gate: TestGateway;
    let plain: TestGateway;

    before(async () => {

        // An upstream with a mind of its own about browsers

        const upstream = await startUpstream((_reached, response) => {

            response.writeHead(200, { 'Access-Control-Allow-Origin': '*', 'access-control-allow-credentials': 'true', Vary: 'Accept-Encoding' }).end('{}');
        });
        gate = await startTestGateway({ POSTERN_CORS_ORIGINS: `${origin},https://*.shop.test`, POSTERN_UNKNOWN_ROUTES: 'pass' }, upstream);
        plain = await startTestGateway();
    });

    after(() => Promise.all([gate.stop(), plain.stop()]));

    const ask = (path: string, asked: Asked = {}, { url } = gate): Promise<Answer> => call({ port: Number(new URL(url).port) }, { path, ...asked });
    const corsOf = ({ headers }: Answer) => Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));

    it('answers a preflight, and nobody hears of it', async () => {

        const answer = await ask('/rest/V1/customers/me', { method: 'OPTIONS', headers: preflight });
        expect([answer.status, answer.body]).to.equal([204, '']);
        expect(corsOf(answer)).to.equal({
            'access-control-allow-origin': origin, 'access-control-allow-methods': 'GET, PUT', 'access-control-allow-headers': 'authorization, content-type', 'access-control-max-age': '600'
        });
        expect(answer.headers.vary).to.equal('Origin, Access-Control-Request-Method, Access-Control-Request-Headers');

        const stranger = await ask('/rest/V1/customers/me', { method: 'OPTIONS', headers: { ...preflight, origin: 'https://evil.example' } });
        expect([stranger.status, corsOf(stranger)]).to.equal([204, {}]);
        expect(gate.upstream.reached).to.equal([]);
    });

    it('takes no other OPTIONS for a preflight', async () => {

        expect((await ask('/rest/V1/customers/me', { method: 'OPTIONS', headers: { origin } })).status).to.equal(405);
        expect((await ask('/rest/V1/customers/me', { method: 'OPTIONS', headers: { 'access-control-request-method': 'PUT' } })).status).to.equal(405);
    });

    it('has a preflight for what it is, and for no refusal', async () => {

        const entryOf = (path: string) => gate.entries.find((entry) => entry.path === path);
        await ask('/rest/default/V1/customers/me', { method: 'OPTIONS', headers: preflight });
        await ask('/rest/default/V1/currency', { method: 'OPTIONS', headers: { origin } });
        await until(() => entryOf('/rest/default/V1/customers/me') !== undefined && entryOf('/rest/default/V1/currency') !== undefined);
        const [asked, refused] = [entryOf('/rest/default/V1/customers/me'), entryOf('/rest/default/V1/currency')];
        expect(asked).to.include({ kind: 'preflight', fate: 'answered', status: 204 });
        expect(refused).to.include({ kind: 'refused', fate: 'refused', reason: 'method-unsupported' });
        expect(await (await fetch(`${gate.opsUrl}/metrics`)).text()).to.match(/^postern_requests_total\{route="\(preflight\)",caller="guest",decision="answered",status="204"\} \d+$/m);
    });

    it('lets a page read what is forwarded, without the upstream\'s own words to browsers', async () => {

        const answer = await ask('/rest/V1/currency', { headers: { origin: 'https://a.shop.test' } });
        expect([answer.status, corsOf(answer)]).to.equal([200, {
            'access-control-allow-origin': 'https://a.shop.test', 'access-control-expose-headers': 'WWW-Authenticate, Retry-After, Allow, X-Postern-Reason, X-Request-Id, X-Magento-Cache-Id'
        }]);
        expect(answer.headers.vary).to.equal('Accept-Encoding, Origin');

        const stranger = await ask('/rest/V1/currency');
        expect([corsOf(stranger), stranger.headers.vary]).to.equal([{}, 'Accept-Encoding, Origin']);
    });

    it('lets a page read tokens and refusals', async () => {

        const json = { origin, 'content-type': 'application/json' };
        for (const [path, asked, status] of [
            ['/rest/V1/integration/customer/token', { method: 'POST', headers: json, body: '{"username":"x","password":"right"}' }, 200],
            ['/rest/V1/integration/customer/token', { method: 'POST', headers: json, body: '{"username":"x","password":"wrong"}' }, 401],
            ['/rest/V1/integration/customer/token', { method: 'POST', headers: json, body: '{"username":"x","password":"bug"}' }, 500],
            ['/rest/V1/customers/me', { headers: { origin } }, 401],
            ['/rest/V1/customers/me', { headers: { origin }, method: 'PATCH' }, 405],
            ['/graphql', { method: 'PUT', headers: { origin } }, 405],
            ['/soap/default/../x', { headers: { origin } }, 400]
        ] as const) {
            const answer = await ask(path, asked);
            expect([answer.status, answer.headers['access-control-allow-origin'], answer.headers.vary], `${path} ${status}`).to.equal([status, origin, 'Origin']);
        }
    });

    it('leaves what is not of the web API to the upstream', async () => {

        const before = gate.upstream.reached.length;
        const answer = await ask('/media/font.woff2', { method: 'OPTIONS', headers: preflight });
        expect([answer.status, corsOf(answer)]).to.equal([200, { 'access-control-allow-origin': '*', 'access-control-allow-credentials': 'true' }]);
        expect(gate.upstream.reached.length).to.equal(before + 1);
    });

    it('says nothing at all unless origins are named', async () => {

        const refused = await ask('/rest/V1/customers/me', { method: 'OPTIONS', headers: preflight }, plain);
        expect([refused.status, corsOf(refused), refused.headers.vary]).to.equal([405, {}, undefined]);
        const answer = await ask('/rest/V1/currency', { headers: { origin } }, plain);
        expect([answer.status, corsOf(answer), answer.headers.vary]).to.equal([200, {}, undefined]);
    });
});
