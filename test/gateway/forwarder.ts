import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { roni, startMagentoGateway } from '../support/magento-gateway.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('createForward()', () => {

    it('asks an upstream that is gone nothing more about the token that was relayed', async () => {

        const gate = await startMagentoGateway();
        const token = await gate.logIn(...roni);
        expect((await gate.fetch('/rest/V1/customers/me', { token })).status).to.equal(200);
        await gate.magento.stop();
        expect((await gate.fetch('/rest/V1/customers/me', { token })).status).to.equal(502);
        await gate.stop();
    });
});
