import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Holder } from '../../../gateway/magento/holder.js';
import { createShowToken } from '../../../gateway/magento/show-token.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';
import { boss, clerk, jean, roni, startMagentoGateway } from '../../support/magento-gateway.js';
import type { MagentoGateway } from '../../support/magento-gateway.js';
import { sign } from '../../support/magento.js';
import { startRedis } from '../../support/redis.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { describe, it } = lab;

const opaque = '0123456789abcdefghijklmnopqrstuv';
const jwe = 'eyJhbGciOiJBMTI4S1cifQ.k.i.t.x';

describe('createShowToken()', () => {

    const now = 1_800_000_000;
    const jwt = (utypid: number, exp = now + 60) => sign({ uid: 7, utypid, iat: now, exp });
    const caller = { type: 'customer', id: '7', website: 1 } as const;
    const show = (token: string, holder: Holder) => createShowToken(() => Promise.resolve(holder), () => now)(token);

    it('takes what the upstream says', async () => {

        expect(await show(jwt(3), { kind: 'customer', caller })).to.equal({ caller, expiresAtSeconds: now + 60 });
        expect(await show(jwt(2), { kind: 'admin' })).to.equal({ caller: { type: 'admin', id: '7' }, expiresAtSeconds: now + 60 });
        expect(await show(opaque, { kind: 'customer', caller })).to.equal({ caller });
        expect((await show(opaque, { kind: 'admin' }))?.caller.id).to.match(/^token-[a-z0-9]{8}$/);
        expect(await show(jwe, { kind: 'customer', caller })).to.equal({ caller });
        expect(await show(jwt(3), { kind: 'nobody' })).to.be.undefined();
        expect(await show(jwt(3), { kind: 'admin' })).to.be.undefined();
        await expect(show(opaque, { kind: 'away' })).to.reject(StoreUnavailableError);
    });

    it('shows nothing that cannot be good', async () => {

        const showAny = createShowToken(() => Promise.reject(new Error('was asked')), () => now);
        for (const token of [jwt(1), jwt(3, now), 'nonsense', `${opaque}x`, 'a.b.c.d.e', 'a b']) {
            expect(await showAny(token), token).to.be.undefined();
        }
    });
});

describe('POSTERN_ADOPT', { timeout: 20_000 }, () => {

    const upstreamToken = async ({ magento }: MagentoGateway, [username, password]: readonly [string, string]) => {

        const type = username.includes('@') ? 'customer' : 'admin';
        return await (await fetch(`${magento.url}/rest/V1/integration/${type}/token`, { method: 'POST', body: JSON.stringify({ username, password }) })).json() as string;
    };

    for (const tokens of ['jwt', 'opaque'] as const) {
        it(`keeps everybody in who has a ${tokens} token of the upstream's`, async () => {

            const redis = await startRedis();
            const gate = await startMagentoGateway({ POSTERN_ADOPT: 'on', POSTERN_REDIS: `redis+unix://${redis.socket}` }, { tokens });
            const [customer, french, admin, restricted] = [await upstreamToken(gate, roni), await upstreamToken(gate, jean), await upstreamToken(gate, boss), await upstreamToken(gate, clerk)];
            gate.magento.reached.length = 0;
            for (let i = 0; i < 3; ++i) {
                expect(await (await gate.fetch('/rest/V1/customers/me', { token: customer })).json()).to.include({ id: 5 });
            }

            expect(gate.magento.count('GET', '/rest/V1/customers/me')).to.equal(4);
            expect(gate.magento.reached.at(-1)?.headers).to.include({ authorization: `Bearer ${customer}`, 'x-caller-type': 'customer', 'x-caller-id': '5' });
            expect((await gate.fetch('/rest/fr/V1/customers/me', { token: french })).status).to.equal(200);
            expect((await gate.fetch('/rest/V1/orders', { token: admin })).status).to.equal(200);
            expect((await gate.fetch('/rest/V1/orders', { token: restricted })).status).to.equal(401);
            expect((await gate.fetch('/rest/V1/customers/5', { token: restricted })).status).to.equal(200);

            // Revoked at the gate, by whom it may be, it stays revoked, whatever the upstream thinks of it

            expect(await redis.cli('DEL', 'postern:customer:5')).to.equal('1');
            await until(async () => (await gate.fetch('/rest/V1/customers/me', { token: customer })).status === 401);
            expect(await redis.cli('EXISTS', 'postern:customer:5')).to.equal('0');
            expect(await redis.cli('KEYS', 'postern:relay:*')).to.equal('');

            // Revoked upstream, it ends here too

            gate.magento.revoke('customer', 6);
            expect((await gate.fetch('/rest/fr/V1/customers/me', { token: french })).status).to.equal(401);
            await until(async () => (await gate.sessions.list('customer', '6')).length === 0);
            await gate.stop();
            await redis.stop();
        });
    }

    it('believes no token that the upstream does not take, and asks about one now and then only', async () => {

        const gate = await startMagentoGateway({ POSTERN_ADOPT: 'until:2037-01-31' });
        const soon = Math.floor(Date.now() / 1000) + 60;
        const forged = sign({ uid: 1, utypid: 2, iat: soon - 61, exp: soon }, 'another key');
        for (let i = 0; i < 3; ++i) {
            expect((await gate.fetch('/rest/V1/orders', { token: forged })).status).to.equal(401);
        }

        expect((await gate.fetch('/rest/V1/directory/currency', { token: forged })).status).to.equal(200);
        expect(gate.magento.reached.map(({ target }) => target)).to.equal(['/rest/V1/modules', '/rest/V1/directory/currency']);
        expect(gate.magento.reached[1]?.headers.authorization).to.be.undefined();

        gate.magento.behaviour.downStatus = 503;
        expect((await gate.fetch('/rest/V1/orders', { token: opaque })).status).to.equal(503);
        await gate.stop();
    });

    it('is off by default, and after its end', async () => {

        for (const settings of [{}, { POSTERN_ADOPT: 'until:2020-01-31' }]) {
            const gate = await startMagentoGateway(settings);
            const token = await upstreamToken(gate, roni);
            expect((await gate.fetch('/rest/V1/customers/me', { token })).status).to.equal(401);
            expect(gate.magento.reached).to.have.length(1);
            await gate.stop();
        }
    });
});
