import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { boss, startMagentoGateway } from '../support/magento-gateway.js';


export const lab = Lab.script();
const { describe, it } = lab;

const authorization = 'OAuth oauth_consumer_key="k", oauth_signature="a%2Fb", oauth_token="t"';

describe('openToSigned()', () => {

    it('refuses signed calls, wherever they go', async () => {

        const gate = await startMagentoGateway();
        for (const path of ['/rest/V1/orders', '/rest/V1/directory/currency', '/graphql', '/soap?wsdl_list=1', '/rest/schema', '/nowhere', '/rest/V1/nosuch']) {
            const answer = await gate.fetch(path, { headers: { authorization } });
            expect(answer.status, path).to.equal(401);
            expect(await answer.json(), path).to.equal({ message: 'Calls that are signed with OAuth are not served here. Sign in for a bearer token.' });
        }

        expect(gate.magento.reached).to.equal([]);
        await gate.stop();
    });

    it('leaves them to Magento where it is told to, with all that was signed', async () => {

        const gate = await startMagentoGateway({ POSTERN_OAUTH: 'pass' });
        await gate.fetch('/rest/V1/orders?searchCriteria[pageSize]=1&a=%41', { headers: { authorization, 'x-caller-type': 'admin' } });
        const [reached] = gate.magento.reached;
        expect(reached?.target).to.equal('/rest/V1/orders?searchCriteria[pageSize]=1&a=%41');
        expect(reached?.headers).to.include({ authorization, host: gate.url.slice('http://'.length), 'x-caller-type': 'guest', 'x-forwarded-proto': 'http' });
        expect(reached?.headers).to.not.include(['x-caller-id', 'x-session-id']);

        // What the gate answers itself, it answers them, too

        expect((await gate.fetch('/rest/V1/nosuch', { headers: { authorization } })).status).to.equal(404);
        const login = await gate.post('/rest/V1/integration/admin/token', { username: boss[0], password: boss[1] }, { authorization });
        expect(await login.text()).to.startWith('"ptn_a1.');
        const revoked = await gate.post('/rest/V1/integration/customer/revoke-customer-token', {}, { authorization });
        expect(revoked.status).to.equal(400);
        await gate.stop();
    });
});

describe('POSTERN_COOKIES', () => {

    it('keeps cookies from the upstream, unless it is told to pass them', async () => {

        for (const [setting, cookie] of [['drop', undefined], ['pass', 'PHPSESSID=a']] as const) {
            const gate = await startMagentoGateway({ POSTERN_COOKIES: setting });
            await gate.fetch('/rest/V1/directory/currency', { headers: { cookie: 'PHPSESSID=a' } });
            expect(gate.magento.reached[0]?.headers.cookie).to.equal(cookie);
            await gate.stop();
        }
    });
});
