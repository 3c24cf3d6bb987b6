import { expect } from '@hapi/code';
import * as Hapi from '@hapi/hapi';
import * as Lab from '@hapi/lab';

import type { TestGateway } from '../../support/gateway.js';
import { explainRoute } from '../../../gateway/ops/explain.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';
import { startTestGateway } from '../../support/gateway.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

interface Told {
    readonly message?: string;
    readonly caller: object;
    readonly lacks: readonly string[];
    readonly outcome: { readonly kind: string; readonly refusal?: { readonly status: number; readonly message: string } };
}

describe('GET /explain', () => {

    let gate: TestGateway;

    before(async () => {

        gate = await startTestGateway();
        await gate.sessions.setRole('2', ['Shop_Test::customers']);
    });

    after(() => gate.stop());

    const ask = async (query: Readonly<Record<string, string>>, token?: string) => {

        const answer = await fetch(`${gate.opsUrl}/explain?${new URLSearchParams(query).toString()}`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
        const text = await answer.text();
        return { status: answer.status, text, told: JSON.parse(text) as Told };
    };

    it('tells what the gate then does, for each kind of caller', async () => {

        const token = await gate.logIn('customer');
        for (const [as, target] of [['guest', '/rest/V1/currency'], ['guest', '/rest/V1/customers/me'], ['customer:7', '/rest/V1/customers/me'], ['customer:7', '/rest/V1/customers/8'], ['customer:7', '/rest/V1/vault']] as const) {
            const { told } = await ask({ method: 'GET', target, as });
            const answer = await gate.fetch(target, { token: as === 'guest' ? undefined : token });
            expect([answer.status, answer.status === 200 ? undefined : (await answer.json() as Told).message], `${target} ${as}`)
                .to.equal([told.outcome.refusal?.status ?? 200, told.outcome.refusal?.message]);
        }
    });

    it('finds roles', async () => {

        expect((await ask({ target: '/rest/V1/customers/8', as: 'admin:2' })).told).to.include({ lacks: [] }).and.to.part.include({ outcome: { kind: 'forwarded' } });
        expect((await ask({ target: '/rest/V1/customers/8', as: 'admin:3' })).told.lacks).to.equal(['Shop_Test::customers']);
    });

    it('takes a token from Authorization, and never shows one', async () => {

        const token = await gate.logIn('customer');
        const { text, told } = await ask({ target: `/rest/V1/customers/me?token=${token}` }, token);
        expect(told.caller).to.include({ type: 'customer', id: '7', credential: 'insufficient' });
        expect(text).to.contain(String(token.split('.')[1])).and.not.contain(String(token.split('.')[2]));
        await gate.sessions.endAll('customer', '7');
        expect((await ask({ target: '/rest/V1/customers/me' }, token)).told.caller).to.include({ type: 'guest', credential: 'bad' });
    });

    it('takes a token from a header of its own, which is the only one where Authorization is the operators\' own', async () => {

        const key = 'the-operators-own';
        const keyed = await startTestGateway({ POSTERN_OPS_KEY: key });
        const token = await keyed.logIn('customer');
        const askAbout = async (headers: Readonly<Record<string, string>>, { opsUrl } = keyed) => fetch(`${opsUrl}/explain?target=/rest/V1/customers/me`, { headers });
        const callerOf = async (answer: Response) => (await answer.json() as Told).caller;

        expect((await askAbout({ authorization: `Bearer ${token}` })).status).to.equal(401);
        expect(await callerOf(await askAbout({ authorization: `Bearer ${key}` }))).to.include({ type: 'guest', credential: 'absent' });
        expect(await callerOf(await askAbout({ authorization: `Bearer ${key}`, 'x-postern-token': token }))).to.include({ type: 'customer', id: '7' });
        expect(await callerOf(await askAbout({ 'x-postern-token': await gate.logIn('customer') }, gate))).to.include({ type: 'customer', id: '7' });
        await keyed.stop();
    });

    it('takes the call for one over HTTPS where it is told to', async () => {

        expect((await ask({ target: '/rest/V1/vault', https: 'on' })).told.outcome.kind).to.equal('forwarded');
    });

    for (const query of [{}, { target: '/', as: 'nobody' }]) {
        it(`does not understand ${JSON.stringify(query)}`, async () => {

            const { status, told } = await ask(query);
            expect(status).to.equal(400);
            expect(String(told.message)).to.startWith('Send "target", ');
        });
    }

    it('answers 503 while roles cannot be looked up, and lets mistakes be seen', async () => {

        const server = Hapi.server({ debug: false });
        let error: Error = new StoreUnavailableError('away');
        const fail = () => Promise.reject(error);
        server.route(explainRoute({ explain: fail as never, sessions: { list: fail, role: fail }, identify: fail, isKeyed: false }));
        expect((await server.inject('/explain?target=/&as=admin:2')).statusCode).to.equal(503);
        error = new TypeError('a mistake');
        expect((await server.inject('/explain?target=/&as=admin:2')).statusCode).to.equal(500);
    });
});
