import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import type { Holder } from '../../../gateway/magento/holder.js';
import { createRelay } from '../../../gateway/magento/relay.js';
import { openSealed, sealToken } from '../../../plugin/sessions/relay.js';
import type { Session } from '../../../plugin/sessions/store.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';
import { makeToken, readToken } from '../../../plugin/sessions/token.js';
import { boss, clerk, jean, roni, startMagentoGateway } from '../../support/magento-gateway.js';
import { startRedis } from '../../support/redis.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { describe, it } = lab;

const notAuthorized = (resources: string) => `{"message":"The consumer isn't authorized to access %resources.","parameters":{"resources":"${resources}"}}`;

describe('createRelay()', () => {

    const session: Session = { type: 'admin', callerId: '1', id: 'q7m2k9ax', secretHash: Buffer.alloc(32), issuedAtSeconds: 0, source: '' };
    const secret = 'x'.repeat(32);
    const authorization = `Bearer ${makeToken({ type: 'admin', callerId: '1', sessionId: session.id, secret })}`;

    const make = ({ sealed, holder = { kind: 'nobody' }, fail }: { readonly sealed?: Buffer; readonly holder?: Holder; readonly fail?: Error }) => {

        const counts = { found: 0, asked: 0, ended: 0, now: 100 };
        const relay = createRelay({
            relays: { find: () => Promise.resolve((++counts.found, sealed)) },
            sessions: { end: () => (++counts.ended, fail === undefined ? Promise.resolve(true) : Promise.reject(fail)) },
            ask: () => Promise.reject(new Error('not asked')),
            askHolder: () => Promise.resolve((++counts.asked, holder)),
            nowSeconds: () => counts.now
        });
        return { relay, counts };
    };

    it('opens a token once for as long as the session is at hand', async () => {

        const { relay, counts } = make({ sealed: sealToken('upstream', secret, session, Buffer.alloc(12)) });
        expect(await relay.tokenOf(session, authorization)).to.equal('upstream');
        expect(await relay.tokenOf(session, authorization)).to.equal('upstream');
        expect(counts).to.include({ found: 1, ended: 0 });
        expect(await relay.tokenOf({ ...session }, authorization)).to.equal('upstream');
        expect(counts.found).to.equal(2);
    });

    it('ends a session whose token is lost or cannot be opened', async () => {

        const sealed = sealToken('upstream', 'another', session, Buffer.alloc(12));
        for (const [given, by] of [[{}, authorization], [{ sealed }, authorization], [{ sealed }, undefined], [{ sealed }, 'Bearer']] as const) {
            const { relay, counts } = make(given);
            expect(await relay.tokenOf(session, by)).to.be.undefined();
            await relay.revoke(session, by, undefined);
            expect(counts.ended).to.equal(2);
        }
    });

    it('relays a token that is the upstream\'s own as the client brings it', async () => {

        const { relay, counts } = make({});
        expect(await relay.tokenOf(session, 'Bearer x.y')).to.equal('x.y');
        expect(counts).to.include({ found: 0, ended: 0 });
    });

    it('ends a session that the upstream does not know, and asks about one now and then only', async () => {

        const known = make({ holder: { kind: 'admin' } });
        await known.relay.check(session, 'x');
        await known.relay.check(session, 'x');
        expect(known.counts).to.include({ asked: 1, ended: 0 });
        known.counts.now += 10;
        await known.relay.check(session, 'x');
        expect(known.counts.asked).to.equal(2);

        const unknown = make({});
        await unknown.relay.check(session, 'x');
        expect(unknown.counts.ended).to.equal(1);
        const away = make({ holder: { kind: 'away' } });
        await away.relay.check(session, 'x');
        expect(away.counts.ended).to.equal(0);
    });

    it('tries again where the session could not be ended', async () => {

        const { relay, counts } = make({ fail: new StoreUnavailableError('Redis cannot answer now') });
        await relay.check(session, 'x');
        await relay.check(session, 'x');
        expect(counts.ended).to.equal(2);
        await expect(make({ fail: new TypeError('a mistake') }).relay.check(session, 'x')).to.reject(TypeError);
    });
});

describe('the relay', { timeout: 20_000 }, () => {

    for (const tokens of ['jwt', 'opaque', 'jwe'] as const) {
        it(`puts the upstream's ${tokens} token in place of ours`, async () => {

            const gate = await startMagentoGateway({}, { tokens });
            const [customer, admin] = [await gate.logIn(...roni), await gate.logIn(...clerk)];
            const me = await gate.fetch('/rest/V1/customers/me', { token: customer });
            expect(await me.json()).to.include({ id: 5 });
            expect(gate.magento.reached.at(-1)?.headers.authorization).to.equal(`Bearer ${gate.magento.issued[0]}`);
            expect(await (await gate.post('/graphql', { query: '{ customer { email } }' }, { authorization: `Bearer ${customer}` })).json()).to.equal({ data: { caller: 'customer:5' } });

            // The role lives in Magento: what the gate does not know, Magento decides

            expect((await gate.fetch('/rest/V1/customers/5', { token: admin })).status).to.equal(200);
            const refused = await gate.fetch('/rest/V1/orders', { token: admin });
            expect(refused.status).to.equal(401);
            expect(await refused.text()).to.equal(notAuthorized('Magento_Sales::actions_view'));
            expect((await gate.fetch('/rest/V1/customers/5', { token: admin })).status).to.equal(200);
            expect(await gate.sessions.list('admin', tokens === 'jwt' ? '2' : 'clerk')).to.have.length(1);

            // One that the gate does know holds before Magento is asked

            await gate.sessions.setRole(tokens === 'jwt' ? '2' : 'clerk', ['Magento_Sales::actions_view']);
            const before = gate.magento.reached.length;
            expect((await gate.fetch('/rest/V1/customers/5', { token: admin })).status).to.equal(401);
            expect(gate.magento.reached.length).to.equal(before);
            await gate.stop();
        });
    }

    it('serves twenty endpoints to customers and admins, until they are revoked or expire', async () => {

        const gate = await startMagentoGateway();
        const [customer, admin] = [await gate.logIn(...jean, 'fr'), await gate.logIn(...boss)];
        const served: number[] = [];
        for (const path of ['customers/me', 'carts/mine', 'carts/mine/items', 'carts/mine/totals', 'directory/countries', 'directory/currency']) {
            served.push((await gate.fetch(`/rest/fr/V1/${path}`, { token: customer })).status);
        }

        for (const path of ['customers/5', 'customers/search', 'modules', 'orders', 'orders/1', 'invoices', 'products', 'products/a%2Fb', 'categories', 'store/storeViews', 'store/websites', 'taxRates/search', 'coupons/search', 'directory/countries']) {
            served.push((await gate.fetch(`/rest/V1/${path}`, { token: admin })).status);
        }

        expect(served).to.equal(Array<number>(20).fill(200));

        // Revoked in Magento's back office: the next call hears its 401, the one after that ours

        gate.magento.revoke('customer', 6);
        gate.magento.revoke('admin', 1);
        const first = await gate.fetch('/rest/fr/V1/customers/me', { token: customer });
        expect([first.status, await first.text()]).to.equal([401, notAuthorized('self')]);
        expect((await gate.fetch('/rest/V1/orders', { token: admin })).status).to.equal(401);
        await until(async () => (await gate.sessions.list('customer', '6')).length + (await gate.sessions.list('admin', '1')).length === 0);
        const before = gate.magento.reached.length;
        const second = await gate.fetch('/rest/fr/V1/customers/me', { token: customer });
        expect([second.status, await second.text()]).to.equal([401, notAuthorized('self')]);
        expect(gate.magento.reached.length).to.equal(before);
        await gate.stop();
    });

    it('lets no session outlive the token behind it', async () => {

        const gate = await startMagentoGateway({}, { lifetimeSeconds: 2 });
        const [customer, admin] = [await gate.logIn(...roni), await gate.logIn(...boss)];
        expect((await gate.fetch('/rest/V1/orders', { token: admin })).status).to.equal(200);
        await until(async () => (await gate.fetch('/rest/V1/customers/me', { token: customer })).status === 401);
        await until(async () => (await gate.fetch('/rest/V1/orders', { token: admin })).status === 401);
        const ended = await gate.fetch('/rest/V1/orders', { token: admin });
        expect([await ended.text(), ended.headers.get('www-authenticate')]).to.equal([notAuthorized('Magento_Sales::actions_view'), 'Bearer error="invalid_token"']);
        expect([...await gate.sessions.list('customer', '5'), ...await gate.sessions.list('admin', '1')]).to.equal([]);
        await gate.stop();
    });

    it('revokes upstream what is revoked here, over REST and GraphQL', async () => {

        const gate = await startMagentoGateway();
        const isGood = async (token: string | undefined) => (await fetch(`${gate.magento.url}/rest/V1/customers/me`, { headers: { authorization: `Bearer ${token}` } })).status === 200;
        const own = await gate.logIn(...roni);
        const [upstream] = gate.magento.issued;
        expect((await gate.fetch('/rest/V1/integration/session', { method: 'DELETE', token: own })).status).to.equal(200);
        expect(await isGood(upstream)).to.be.true();

        const rest = await gate.logIn(...roni);
        expect(await (await gate.fetch('/rest/V1/integration/customer/revoke-customer-token', { method: 'POST', token: rest })).json()).to.be.true();
        expect(await isGood(upstream)).to.be.false();
        expect(gate.magento.count('POST', '/rest/V1/integration/customer/revoke-customer-token')).to.equal(1);
        expect((await gate.fetch('/rest/V1/customers/me', { token: rest })).status).to.equal(401);

        gate.magento.behaviour.nowSeconds = () => Math.floor(Date.now() / 1000) + 5;
        const graphql = await gate.logIn(...roni);
        expect(await isGood(gate.magento.issued.at(-1))).to.be.true();
        const revoked = await gate.post('/graphql', { query: 'mutation { revokeCustomerToken { result } }' }, { authorization: `Bearer ${graphql}`, store: 'default' });
        expect(await revoked.text()).to.equal('{"data":{"revokeCustomerToken":{"result":true}}}');
        expect(await isGood(gate.magento.issued.at(-1))).to.be.false();
        await gate.stop();
    });

    it('ends a session whose token behind it is lost', async () => {

        const redis = await startRedis();
        const gate = await startMagentoGateway({ POSTERN_REDIS: `redis+unix://${redis.socket}` });
        const token = await gate.logIn(...roni);
        expect(await redis.cli('DEL', 'postern:relay:customer:5')).to.equal('1');
        const refused = await gate.fetch('/rest/V1/customers/me', { token });
        expect(refused.status).to.equal(401);
        expect(refused.headers.get('www-authenticate')).to.equal('Bearer error="invalid_token"');
        expect(await redis.cli('EXISTS', 'postern:customer:5')).to.equal('0');
        await gate.stop();
        await redis.stop();
    });

    it('leaves nothing in Redis that anybody could use', async () => {

        const redis = await startRedis();
        const gate = await startMagentoGateway({ POSTERN_REDIS: `redis+unix://${redis.socket}` });
        const ours = [await gate.logIn(...roni), await gate.logIn(...boss)];
        gate.magento.behaviour.tokens = 'opaque';
        ours.push(await gate.logIn(...jean, 'fr'), await gate.logIn(...clerk));
        for (const token of ours) {
            await gate.fetch('/rest/fr/V1/directory/currency', { token });
        }

        const client = new Redis({ path: redis.socket });
        const dump: Buffer[] = [];
        for (const key of await client.keys('*')) {
            const kind = await client.type(key);
            const values = kind === 'hash' ? Object.entries(await client.hgetallBuffer(key)).flatMap(([field, value]) => [Buffer.from(field), value]) :
                kind === 'stream' ? (await client.xrangeBuffer(key, '-', '+')).flatMap(([id, fields]) => [id, ...fields]) : kind === 'zset' ? await client.zrangeBuffer(key, '0', '-1') : kind === 'set' ? await client.smembersBuffer(key) : [await client.getBuffer(key) ?? Buffer.alloc(0)];
            dump.push(Buffer.from(key), ...values);
        }

        expect(await client.keys('postern:relay:*')).to.have.length(4);
        const whole = Buffer.concat(dump);
        for (const token of [...ours, ...gate.magento.issued]) {
            const parts = [token, ...token.split('.').filter((part) => part.length >= 24), ...token.split('.').map((part) => Buffer.from(part, 'base64url')).filter((bytes) => bytes.length >= 16)];
            expect(parts.filter((part) => whole.includes(part))).to.equal([]);
        }

        // Nothing that is in the dump opens what is in it: no value, no part of one, in no spelling

        const sealed = await client.hgetallBuffer('postern:relay:customer:5');
        const [id = ''] = Object.keys(sealed);
        const value = Buffer.from(sealed[id] ?? '');
        const box = value.subarray(value.indexOf(' ', value.indexOf(' ') + 1) + 1);
        const owner = { type: 'customer', callerId: '5', id } as const;
        const secrets = dump.flatMap((bytes) => [bytes, bytes.subarray(-32), bytes.subarray(-33)]).flatMap((bytes) => [bytes.toString(), bytes.toString('latin1'), bytes.toString('base64url'), bytes.toString('hex')]);
        expect(secrets.filter((secret) => openSealed(box, secret, owner) !== undefined)).to.equal([]);
        expect(openSealed(box, readToken(ours[0] ?? '')?.secret ?? '', owner)).to.equal(gate.magento.issued[0]);

        // Nor is anything that is in it good for a call, here or at the upstream, as it is or put into the form of a token

        const spellings = new Set(dump.flatMap((bytes) => [bytes, bytes.subarray(-32)]).flatMap((bytes) => [bytes.toString(), bytes.toString('base64url'), bytes.toString('hex')]).filter((text) => /^[\x21-\x7e]+$/.test(text)));
        const forged = [...spellings].filter((text) => text.length >= 32).flatMap((text) => [`ptn_c5.${id}.${text.slice(0, 32)}`, `ptn_c5.${id}.${text.slice(-32)}`]).filter((text) => readToken(text) !== undefined);
        expect([spellings.size > 40, forged.length > 40]).to.equal([true, true]);
        for (const token of [...spellings, ...forged]) {
            for (const url of [gate.url, gate.magento.url]) {
                expect((await fetch(`${url}/rest/V1/customers/me`, { headers: { authorization: `Bearer ${token}` } })).status, token).to.equal(401);
            }
        }

        // Revoked by redis-cli, the relay is of no use, though it stays

        expect(await redis.cli('DEL', 'postern:customer:5')).to.equal('1');
        expect(await client.exists('postern:relay:customer:5')).to.equal(1);
        await until(async () => (await gate.fetch('/rest/V1/customers/me', { token: ours[0] })).status === 401);
        expect(await client.ttl('postern:relay:customer:5')).to.be.within(1, 3600);
        await gate.sessions.endAll('customer', '5');
        expect(await client.exists('postern:relay:customer:5')).to.equal(0);
        client.disconnect();
        await gate.stop();
        await redis.stop();
    });
});
