import { setTimeout as wait } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { TestGateway } from '../../support/gateway.js';
import type { TestRedis } from '../../support/redis.js';
import { startTestGateway } from '../../support/gateway.js';
import { startRedis } from '../../support/redis.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { afterEach, describe, it } = lab;

describe('createLimits()', () => {

    const gates: TestGateway[] = [];

    afterEach(() => Promise.all(gates.splice(0).map((gate) => gate.stop())));

    const start = async (settings: Readonly<Record<string, string>>): Promise<TestGateway> => {

        const gate = await startTestGateway(settings);
        gates.push(gate);
        return gate;
    };

    const statusOf = async (gate: TestGateway, path: string, init?: Parameters<TestGateway['fetch']>[1]) => (await gate.fetch(path, init)).status;

    it('lets a caller call so often, tells how much is left, and counts every caller by itself', async () => {

        const gate = await start({ POSTERN_CALLER_RATE: '2/1h' });
        const [customer, admin] = [await gate.logIn('customer'), await gate.logIn('admin', 'boss')];
        const first = await gate.fetch('/rest/V1/customers/me', { token: customer });
        expect([first.status, first.headers.get('ratelimit-policy'), first.headers.get('ratelimit')]).to.equal([200, '"caller";q=2;w=3600', '"caller";r=1;t=3600']);
        expect(await statusOf(gate, '/rest/V1/currency', { token: customer })).to.equal(200);

        const refused = await gate.fetch('/rest/V1/customers/me', { token: customer });
        expect(refused.status).to.equal(429);
        expect(await refused.text()).to.equal('{"message":"Too Many Requests"}');
        expect(refused.headers.get('retry-after')).to.match(/^3(600|5\d\d)$/);
        expect(String(refused.headers.get('ratelimit'))).to.startWith('"caller";r=0;t=');

        expect(await statusOf(gate, '/rest/V1/currency', { token: admin })).to.equal(200);
        const guest = await gate.fetch('/rest/V1/currency');
        expect([guest.status, guest.headers.get('ratelimit')]).to.equal([200, null]);
        expect(gate.upstream.reached).to.have.length(4);
    });

    it('lets an address call so often, whoever calls, and lets it again when the span is over', async () => {

        const gate = await start({ POSTERN_SOURCE_RATE: '2/1s', POSTERN_TRUSTED_PROXIES: '127.0.0.1' });
        const from = (address: string) => statusOf(gate, '/rest/V1/currency', { headers: { 'x-forwarded-for': address } });
        expect([await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.2')]).to.equal([200, 200, 429, 200]);
        expect([await from('2001:db8::1'), await from('2001:db8::2'), await from('2001:db8::3')]).to.equal([200, 200, 429]);
        await wait(1_000);
        await until(async () => await from('192.0.2.1') === 200);
    });

    it('limits single routes, for each caller and each guest\'s address', async () => {

        const gate = await start({ POSTERN_ROUTE_RATES: 'GET /V1/currency=1/1h' });
        const token = await gate.logIn('customer');
        expect([await statusOf(gate, '/rest/V1/currency'), await statusOf(gate, '/rest/fr/V1/currency')]).to.equal([200, 429]);
        expect([await statusOf(gate, '/rest/V1/currency', { token }), await statusOf(gate, '/rest/V1/currency', { token })]).to.equal([200, 429]);
        expect([await statusOf(gate, '/rest/V1/customers/me', { token }), await statusOf(gate, '/nowhere')]).to.equal([200, 404]);
    });

    describe('in Redis', () => {

        let redis: TestRedis;

        afterEach(() => redis.stop());

        it('counts for all processes together, and each by itself while Redis is away', async () => {

            redis = await startRedis();
            const settings = { POSTERN_REDIS: redis.socket, POSTERN_SOURCE_RATE: '2/1h', POSTERN_ROUTE_RATES: 'GET /V1/currency=9/1h' };
            const [one, other] = [await start(settings), await start(settings)];
            expect([await statusOf(one, '/rest/V1/currency'), await statusOf(other, '/rest/V1/currency'), await statusOf(one, '/rest/V1/currency')]).to.equal([200, 200, 429]);
            expect((await redis.cli('--scan', '--pattern', 'postern:rate:*')).split('\n').sort()).to.equal(['postern:rate:route:GET /V1/currency:guest:127.0.0.1', 'postern:rate:source:127.0.0.1']);

            await redis.cli('DEL', 'postern:rate:source:127.0.0.1');
            expect(await statusOf(other, '/rest/V1/currency')).to.equal(200);

            await redis.stop();
            await until(async () => await statusOf(one, '/rest/V1/currency') === 429);
            expect(await statusOf(other, '/rest/V1/currency')).to.equal(200);
        });
    });
});
