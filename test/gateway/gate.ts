import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { TestGateway } from '../support/gateway.js';
import { startTestGateway } from '../support/gateway.js';
import { sendRaw } from '../support/send.js';
import { until } from '../support/until.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

const asJson = { 'content-type': 'application/json' };

describe('createGate()', () => {

    let gate: TestGateway;

    before(async () => {

        gate = await startTestGateway();
    });

    after(() => gate.stop());

    const signOf = ({ headers }: Response) => [headers.get('x-postern-reason'), headers.get('x-request-id')];
    const logIn = (password: string, from = gate) => from.fetch('/rest/V1/integration/customer/token', { method: 'POST', headers: asJson, body: JSON.stringify({ username: 'x', password }) });
    const hasEntry = (id: string | null | undefined) => gate.entries.some(({ requestId }) => requestId === id);

    it('names the request and the reason of each refusal, whatever the door', async () => {

        const calls = [
            ['not-authorized', gate.fetch('/rest/V1/customers/me')],
            ['unknown-route', gate.fetch('/rest/V1/nosuch', { headers: { accept: 'application/xml' } })],
            ['login-failed', logIn('wrong')],
            ['internal-error', logIn('bug')],
            ['signature-refused', gate.fetch('/rest/V1/currency', { headers: { authorization: 'OAuth oauth_consumer_key="k"' } })],
            ['not-authorized', gate.fetch('/graphql', { method: 'POST', headers: asJson, body: JSON.stringify({ query: 'mutation { revokeCustomerToken { result } }' }) })],
            ['internal-error', gate.fetch('/soap?services=shopTestCustomersV1', { method: 'POST', body: 'no envelope' })],
            ['bad-request', gate.fetch('/soap?wsdl&services=shopTestCustomersV1&more=1')]
        ] as const;
        for (const [reason, call] of calls) {
            const [told, id] = signOf(await call);
            expect(told, reason).to.equal(reason);
            await until(() => hasEntry(id));
        }

        const early = await sendRaw(gate.url, 'GET http://x/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
        expect(early.headers['x-postern-reason']).to.equal('bad-target');
    });

    it('names the request, and no reason, where it answers itself', async () => {

        const [reason, id] = signOf(await logIn('right'));
        await until(() => hasEntry(id));
        expect(reason).to.be.null();
    });

    it('adds nothing to what the upstream answers', async () => {

        expect(signOf(await gate.fetch('/rest/V1/currency'))).to.equal([null, null]);
    });

    it('keeps the reason to itself where it is told to', async () => {

        const silent = await startTestGateway({ POSTERN_REASON_HEADER: 'off' });
        const [reason, id] = signOf(await silent.fetch('/rest/V1/customers/me'));
        expect([reason, id?.length]).to.equal([null, 36]);
        await silent.stop();
    });

    it('refuses a bad token on every route where it is told to, and none that is good or absent', async () => {

        const strict = await startTestGateway({ POSTERN_BAD_TOKEN: 'refuse' });
        const token = await strict.logIn('customer');
        const refused = await strict.fetch('/rest/V1/currency', { token: `${token.slice(0, -1)}${token.endsWith('_') ? '-' : '_'}` });
        expect([refused.status, refused.headers.get('www-authenticate')]).to.equal([401, 'Bearer error="invalid_token"']);
        expect((await strict.fetch('/rest/V1/currency', { token })).status).to.equal(200);
        expect((await strict.fetch('/rest/V1/currency')).status).to.equal(200);
        await strict.stop();
    });
});
