import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { TestGateway } from '../../support/gateway.js';
import { startTestGateway } from '../../support/gateway.js';
import { startRedis } from '../../support/redis.js';


export const lab = Lab.script();
const { after, before, beforeEach, describe, it } = lab;

describe('graphqlDoor()', () => {

    let gate: TestGateway;

    before(async () => {

        gate = await startTestGateway({ POSTERN_FORCED_BODY: '4KiB' });
    });

    beforeEach(() => {

        gate.upstream.reached.length = 0;
    });

    after(() => gate.stop());

    const post = (query: string, token?: string, gateway = gate) => gateway.fetch('/graphql', { method: 'POST', token, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
    const generate = (password: string) => post(`mutation { t: generateCustomerToken(email: "x", password: "${password}") { token } }`);

    it('forwards documents untouched, with the caller\'s identity', async () => {

        expect((await post('{customer{email}}', await gate.logIn('customer'))).headers.get('x-upstream')).to.equal('yes');
        expect(gate.upstream.reached[0]?.body).to.equal('{"query":"{customer{email}}"}');
        expect(gate.upstream.reached[0]?.headers['x-caller-id']).to.equal('7');
        expect((await gate.fetch('/graphql?query=%7Ba%7D')).headers.get('x-upstream')).to.equal('yes');
    });

    it('makes and revokes customers\' tokens', async () => {

        const { data: { t: { token } } } = await (await generate('right')).json() as { data: { t: { token: string } } };
        expect((await gate.fetch('/rest/V1/customers/me', { token })).status).to.equal(200);
        expect(await (await post('mutation{revokeCustomerToken{result}}', token)).text()).to.equal('{"data":{"revokeCustomerToken":{"result":true}}}');
        expect((await gate.fetch('/rest/V1/customers/me', { token })).status).to.equal(401);
    });

    it('names its answers as Magento does, without a charset', async () => {

        const refused = await generate('wrong');
        const made = await generate('right');
        expect([refused, made].map(({ headers }) => headers.get('content-type'))).to.equal(['application/json', 'application/json']);
    });

    it('answers what goes wrong in GraphQL\'s way', async () => {

        expect(await (await generate('wrong')).text()).to.contain('graphql-authentication');
        expect((await generate('busy')).status).to.equal(503);
        expect(await (await post('mutation{revokeCustomerToken{result}}')).text()).to.contain('The current customer isn\'t authorized.');
        expect(await (await post('mutation{revokeCustomerToken{result} other}')).text()).to.contain('answered by the gate');
        expect((await post(`{a${' '.repeat(5000)}}`)).status).to.equal(413);
        expect(gate.upstream.reached).to.equal([]);
    });

    it('says that the store is away where it cannot tell who revokes', async () => {

        const redis = await startRedis();
        const other = await startTestGateway({ POSTERN_REDIS: redis.socket, POSTERN_STORE_TIMEOUT: '200ms' });
        const token = await other.logIn('customer');
        await redis.stop();
        expect((await post('mutation{revokeCustomerToken{result}}', token, other)).status).to.equal(503);
        await other.stop();
    });
});
