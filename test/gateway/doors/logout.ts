import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { startTestGateway } from '../../support/gateway.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('logoutDoor()', () => {

    it('ends the session that asks and no other, or all of a customer\'s', async () => {

        const gate = await startTestGateway();
        const [phone, laptop, tablet] = [await gate.logIn('customer'), await gate.logIn('customer'), await gate.logIn('customer')];
        const isIn = async (token: string) => (await gate.fetch('/rest/V1/customers/me', { token })).status === 200;

        const own = await gate.fetch('/rest/V1/integration/session', { method: 'DELETE', token: phone });
        expect(await own.text()).to.equal('true');
        expect([await isIn(phone), await isIn(laptop), await isIn(tablet)]).to.equal([false, true, true]);

        const all = await gate.fetch('/rest/V1/integration/customer/revoke-customer-token', { method: 'POST', token: laptop, headers: { accept: 'application/xml' } });
        expect(await all.text()).to.equal('<?xml version="1.0"?>\n<response>true</response>\n');
        expect([await isIn(laptop), await isIn(tablet)]).to.equal([false, false]);
        await gate.stop();
    });

    it('refuses guests, and tells a full admin what Magento would miss', async () => {

        const gate = await startTestGateway();
        await gate.sessions.setRole('1', ['Magento_Backend::all']);
        const boss = await gate.logIn('admin', 'boss');
        const revoke = async (token?: string) => (await gate.fetch('/rest/V1/integration/customer/revoke-customer-token', { method: 'POST', token }));

        expect((await gate.fetch('/rest/V1/integration/session', { method: 'DELETE' })).status).to.equal(401);
        expect((await revoke()).status).to.equal(401);
        expect(await (await revoke(boss)).text()).to.equal('{"message":"\\"%fieldName\\" is required. Enter and try again.","parameters":{"fieldName":"customerId"}}');
        expect((await gate.fetch('/rest/V1/integration/session', { method: 'DELETE', token: boss })).status).to.equal(200);
        expect((await revoke(boss)).status).to.equal(401);
        await gate.stop();
    });
});
