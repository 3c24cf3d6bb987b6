import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import { startGateway } from '../../../gateway/server.js';
import { readSettings } from '../../../gateway/settings.js';
import { shadowKey } from '../../../gateway/shadow/store.js';
import { makeToken } from '../../../plugin/sessions/token.js';
import { clerk, roni } from '../../support/magento-gateway.js';
import { startMagento } from '../../support/magento.js';
import { startRedis } from '../../support/redis.js';
import { issueToken, startShadowGateway } from '../../support/shadow.js';
import { startUpstream } from '../../support/upstream.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('openShadow()', () => {

    it('does without Redis, and without accounts', async () => {

        const magento = await startMagento();
        const gate = await startShadowGateway(magento.url, {}, 'redis');
        await gate.compare('/rest/V1/customers/me', { token: await issueToken(magento, ...roni) });
        await gate.compare('/rest/V1/nosuch');
        await gate.compare('/rest/V1/customers/me', { token: makeToken({ type: 'customer', callerId: '5', sessionId: 'q7m2k9ax', secret: 'x'.repeat(32) }) });
        expect(await gate.report()).to.include({ compared: 2, agreed: 2, left: 0, unjudged: { 'gate-token': 1 }, differences: [] });
        await gate.stop();
        await magento.stop();
    });

    it('decides on admins by the roles that the gate has, and leaves others to the upstream', async () => {

        const [server, magento] = [await startRedis(), await startMagento()];
        const redis = new Redis(server.socket);
        await redis.sadd('postern:role:admin:2', 'Magento_Sales::actions_view');
        const gate = await startShadowGateway(magento.url, { POSTERN_REDIS: server.socket }, 'redis');
        const token = await issueToken(magento, ...clerk);

        expect(await gate.compare('/rest/V1/orders', { token })).to.include({ result: 'too-lax', ours: 'served', theirs: 'not-authorized', theirAsks: ['Magento_Sales::actions_view'] });
        expect(await gate.compare('/rest/V1/customers/7', { token })).to.include({ result: 'too-strict', ours: 'not-authorized', theirs: 'served', asks: ['Magento_Customer::customer'] });
        await redis.del('postern:role:admin:2');
        await until(async () => (await gate.compare('/rest/V1/orders', { token }))?.result === 'left');
        await gate.stop();
        redis.disconnect();
        await Promise.all([server.stop(), magento.stop()]);
    });

    it('shows a token to the upstream once, whatever POSTERN_ADOPT says', async () => {

        const [server, magento] = [await startRedis(), await startMagento({ tokens: 'opaque' })];
        const token = await issueToken(magento, ...roni);
        for (let i = 0; i < 2; ++i) {
            const gate = await startShadowGateway(magento.url, { POSTERN_REDIS: server.socket });
            await gate.compare('/rest/V1/carts/mine', { token });
            await gate.compare('/rest/V1/carts/mine', { token });
            await gate.stop();
        }

        expect(magento.count('GET', '/rest/V1/customers/me')).to.equal(1);
        expect(magento.count('GET', '/rest/V1/carts/mine')).to.equal(4);
        await Promise.all([server.stop(), magento.stop()]);
    });

    it('goes on without a store, and judges nobody then', async () => {

        const [server, magento] = [await startRedis(), await startMagento()];
        const gate = await startShadowGateway(magento.url, { POSTERN_REDIS: server.socket, POSTERN_STORE_TIMEOUT: '100ms' });
        const token = await issueToken(magento, ...roni);
        await gate.compare('/rest/V1/customers/me', { token });
        await server.stop();
        await until(async () => (await fetch(`${gate.opsUrl}/readyz`)).status === 503);

        expect((await gate.fetch('/rest/V1/customers/me', { token })).status).to.equal(200);
        expect((await gate.comparisons(2)).at(1)).to.equal({ result: 'unjudged', why: 'caller' });
        expect(await gate.compare('/rest/V1/directory/currency', { token })).to.include({ result: 'agreed' });
        expect((await fetch(`${gate.opsUrl}/shadow`)).status).to.equal(503);
        await gate.stop();
        await magento.stop();
    });

    it('writes what was counted before it stops', async () => {

        const [server, upstream] = [await startRedis(), await startUpstream()];
        const gate = await startShadowGateway(upstream.url, { POSTERN_REDIS: server.socket });
        await gate.fetch('/rest/V1/orders');
        await gate.stop();
        expect(await server.cli('HGET', shadowKey, 'differed too-strict not-authorized served GET /V1/orders')).to.equal('1');
        await Promise.all([server.stop(), upstream.stop()]);
    });

    it('has no address of its own where the gate decides', async () => {

        const upstream = await startUpstream();
        const gate = await startGateway(readSettings({ POSTERN_PORT: '0', POSTERN_OPS_PORT: '0', POSTERN_STOP_GRACE: '1ms', POSTERN_POLICY: 'test/support/policy' }), { upstream: upstream.url, redis: undefined, accounts: 'upstream' }, () => undefined);
        expect((await fetch(`${gate.opsUrl}/shadow`)).status).to.equal(404);
        await gate.stop();
        await upstream.stop();
    });
});
