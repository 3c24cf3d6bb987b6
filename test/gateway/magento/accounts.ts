import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createMagentoAccounts } from '../../../gateway/magento/accounts.js';
import type { Reply } from '../../../gateway/magento/ask.js';
import type { Holder } from '../../../gateway/magento/holder.js';
import type { Credentials } from '../../../plugin/accounts/verify.js';
import { refusalsFor } from '../../../plugin/refusals/refusal.js';
import { boss, clerk, jean, roni, startMagentoGateway } from '../../support/magento-gateway.js';
import { sign } from '../../support/magento.js';


export const lab = Lab.script();
const { describe, it } = lab;

const signIn = 'The account sign-in was incorrect or your account is disabled temporarily. Please wait and try again later.';
const opaque = '0123456789abcdefghijklmnopqrstuv';

describe('createMagentoAccounts()', () => {

    const now = 1_800_000_000;
    const refusals = refusalsFor('2.4');
    const credentials: Credentials = { type: 'customer', username: 'jo@example.com', password: 'x', source: '' };
    const verify = (reply: Reply, given: Partial<Credentials> = {}, holder: Holder = { kind: 'nobody' }) => {

        return createMagentoAccounts({ ask: () => Promise.resolve(reply), askHolder: () => Promise.resolve(holder), refusals, nowSeconds: () => now }).verify({ ...credentials, ...given });
    };

    const answered = (status: number, body: string): Reply => ({ kind: 'answered', status, body });
    const issued = (token: string) => answered(200, ` "${token}"\n`);

    it('learns from a JWT who it is and for how long', async () => {

        const token = sign({ uid: 7, utypid: 3, iat: now, exp: now + 60 });
        expect(await verify(issued(token))).to.equal({ kind: 'verified', caller: { type: 'customer', id: '7' }, upstreamToken: { token, expiresAtSeconds: now + 60 } });
    });

    it('asks whose an opaque token is, and names an admin as it signed in', async () => {

        const caller = { type: 'customer', id: '7', website: 1 } as const;
        expect(await verify(issued(opaque), { store: 'fr' }, { kind: 'customer', caller })).to.equal({ kind: 'verified', caller, upstreamToken: { token: opaque } });
        const idOf = async (username: string) => {

            const verification = await verify(issued(opaque), { type: 'admin', username });
            return verification.kind === 'verified' ? verification.caller.id : verification.kind;
        };

        expect([await idOf('Boss'), await idOf('42'), await idOf('a b'), await idOf('josé')]).to.equal(['boss', '@42', 'a%20b', 'jos%C3%A9']);
        expect([await idOf('ß'.repeat(80)), await idOf('\u200b')]).to.equal(['passed-on', 'passed-on']);
    });

    it('takes slashes as PHP escapes them', async () => {

        const verification = await verify(answered(200, '"a\\/b"'), { type: 'admin' });
        expect(verification).to.include({ upstreamToken: { token: 'a/b' } });
    });

    for (const [what, reply] of [
        ['nothing', { kind: 'away' }],
        ['a page', answered(200, '<html>')],
        ['an error without a message', answered(401, '{}')],
        ['a failure of its own', answered(500, '{"message":"Internal Error."}')],
        ['a redirection', answered(302, '')],
        ['a token of another service', issued(sign({ uid: 7, utypid: 2, iat: now, exp: now + 60 }))],
        ['a token that has expired', issued(sign({ uid: 7, utypid: 3, iat: now - 60, exp: now }))],
        ['a token of nobody', issued(opaque)],
        ['a token that is none', issued('a b')]
    ] as const) {
        it(`tells that sign-ins cannot be checked where the answer is ${what}`, async () => {

            expect(await verify(reply)).to.equal({ kind: 'passed-on', refusal: refusals.loginUnavailable() });
        });
    }

    it('passes refusals on as they are', async () => {

        const refused = async (status: number, content: unknown) => {

            const verification = await verify(answered(status, JSON.stringify(content)));
            return verification.kind === 'passed-on' ? verification.refusal : undefined;
        };

        expect(await refused(401, { message: 'No.' })).to.equal({ status: 401, reason: 'login-refused', message: 'No.', challenge: 'Bearer' });
        expect(await refused(400, { message: 'No.', parameters: [6], trace: 'x' })).to.equal({ status: 400, reason: 'login-refused', message: 'No.', parameters: [6] });
        expect(await refused(400, { message: 'No.', parameters: ['a', {}] })).to.equal({ status: 400, reason: 'login-refused', message: 'No.' });
        expect(await refused(400, { message: 'No.', parameters: null })).to.equal({ status: 400, reason: 'login-refused', message: 'No.' });
        expect(await refused(400, { message: 'No.', parameters: { a: [null] }, errors: [{ message: 'One.', parameters: { a: ['c'], b: 'd' } }, { message: 'Two.', parameters: { a: { b: 1 } } }, 1] }))
            .to.equal({ status: 400, reason: 'login-refused', message: 'No.', errors: [{ message: 'One.', parameters: { a: ['c'], b: 'd' } }, { message: 'Two.' }] });
    });
});

describe('POSTERN_ACCOUNTS=upstream', () => {

    it('signs customers and admins in at the service behind, at the client\'s store view', async () => {

        const gate = await startMagentoGateway();
        const [customer, french, admin] = [await gate.logIn(...roni), await gate.logIn(...jean, 'fr'), await gate.logIn(...boss)];
        expect([customer, french, admin].map((token) => token.split('.')[0])).to.equal(['ptn_c5', 'ptn_c6', 'ptn_a1']);
        await gate.post('/rest/V1/integration/customer/token', { username: roni[0], password: roni[1] });
        expect(gate.magento.reached.map(({ target }) => target)).to.equal([
            '/rest/default/V1/integration/customer/token', '/rest/fr/V1/integration/customer/token', '/rest/default/V1/integration/admin/token', '/rest/V1/integration/customer/token'
        ]);
        await gate.stop();
    });

    it('ends a session no later than the token behind it', async () => {

        const gate = await startMagentoGateway({ POSTERN_ADMIN_LIFETIME: '60s' }, { lifetimeSeconds: 1800 });
        await gate.logIn(...roni);
        await gate.logIn(...boss);
        const lifetimeOf = async (type: 'admin' | 'customer', id: string) => {

            const [session] = await gate.sessions.list(type, id);
            return Number(session?.expiresAtSeconds) - Number(session?.issuedAtSeconds);
        };

        expect(await lifetimeOf('customer', '5')).to.be.within(1798, 1800);
        expect(await lifetimeOf('admin', '1')).to.equal(60);
        await gate.stop();
    });

    it('gives refusals as they came, in JSON and XML, and stands before them with the shield', async () => {

        const gate = await startMagentoGateway({ POSTERN_LOGIN_FAILURES: '2' });
        const attempt = (password: string) => gate.post('/rest/V1/integration/customer/token', { username: roni[0], password });
        const first = await attempt('wrong');
        expect(first.status).to.equal(401);
        expect(await first.json()).to.equal({ message: signIn });
        expect((await attempt('wrong')).status).to.equal(401);
        const locked = await attempt(roni[1]);
        expect(locked.status).to.equal(401);
        expect(await locked.json()).to.equal({ message: signIn });
        expect(gate.magento.reached).to.have.length(2);

        gate.magento.behaviour.downStatus = 503;
        const away = await gate.post('/rest/V1/integration/admin/token', { username: 'boss', password: 'x' }, { accept: 'application/xml' });
        expect(away.status).to.equal(503);
        expect(away.headers.get('retry-after')).to.equal('1');
        expect(await away.text()).to.contain('<message>Sign-ins cannot be checked now.');
        await gate.stop();
    });

    it('exchanges what a second factor yields', async () => {

        const gate = await startMagentoGateway({}, { hasTwoFactor: true });
        const [username, password] = clerk;
        const refused = await gate.post('/rest/V1/integration/admin/token', { username, password });
        expect(refused.status).to.equal(400);
        expect(await refused.text()).to.equal('{"message":"Please use the 2fa provider-specific endpoints to obtain a token.","parameters":{"active_providers":["google"]}}');

        const path = '/rest/default/V1/tfa/provider/google/authenticate';
        const wrong = await gate.post(path, { username, password, otp: '000000' });
        expect(wrong.status).to.equal(401);
        expect(await wrong.json()).to.equal({ message: 'Invalid code.' });
        const token = await (await gate.post(path, { username, password, otp: '123456' })).json();
        expect(token).to.match(/^ptn_a2\./);
        expect(gate.magento.reached.at(-1)).to.include({ target: path, body: '{"username":"clerk","password":"Clerk12345","otp":"123456"}' });
        await gate.stop();
    });

    it('signs in over GraphQL, at the store view of the header', async () => {

        const gate = await startMagentoGateway();
        const generate = async (password: string, store: string) => {

            return (await gate.post('/graphql', { query: `mutation { generateCustomerToken(email: "${jean[0]}", password: "${password}") { token } }` }, { store })).text();
        };

        expect(await generate(jean[1], 'fr')).to.match(/^{"data":{"generateCustomerToken":{"token":"ptn_c6\./);
        expect(await generate('wrong', '../x')).to.contain(signIn);
        expect(gate.magento.reached.map(({ target }) => target)).to.equal(['/rest/fr/V1/integration/customer/token', '/rest/V1/integration/customer/token']);
        await gate.stop();
    });
});
