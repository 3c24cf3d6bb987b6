import { randomBytes } from 'node:crypto';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Verification, Verifier } from '../../../plugin/accounts/verify.js';
import type { AuditEvent } from '../../../plugin/audit/event.js';
import { createLogin } from '../../../plugin/issue/login.js';
import { refusalsFor } from '../../../plugin/refusals/refusal.js';
import { memorySessions } from '../../../plugin/sessions/memory.js';
import { memoryRelays } from '../../../plugin/sessions/relay-store.js';


export const lab = Lab.script();
const { describe, it } = lab;

const refusals = refusalsFor('2.4');
const jo = { type: 'customer', username: 'jo', password: 'right', source: '192.0.2.1' } as const;

function logInAs(verification: Verification, limits = { maxSessions: 2 }, isAccount?: Verifier['isAccount']) {

    const sessions = memorySessions(() => 1000);
    const events: AuditEvent[] = [];
    const record = (event: AuditEvent) => events.push(event);
    const login = createLogin({ record, verifier: { verify: () => Promise.resolve(verification), ...isAccount && { isAccount } }, sessions, relays: memoryRelays(), refusals, limits: { customer: limits, admin: limits }, nowSeconds: () => 1000, random: randomBytes });
    return { sessions, login, events };
}

describe('createLogin()', () => {

    it('makes each login a session of its own, the oldest beyond the cap going', async () => {

        const { sessions, login } = logInAs({ kind: 'verified', caller: { type: 'customer', id: '7', website: 2 } });
        const tokens = [await login(jo), await login(jo), await login(jo)];

        expect(new Set(tokens.map((issued) => issued.kind === 'issued' && issued.token)).size).to.equal(3);
        expect((await sessions.list('customer', '7')).map(({ source, website, issuedAtSeconds }) => ({ source, website, issuedAtSeconds }))).to.equal([
            { source: '192.0.2.1', website: 2, issuedAtSeconds: 1000 }, { source: '192.0.2.1', website: 2, issuedAtSeconds: 1000 }
        ]);
    });

    it('lets sessions expire where a lifetime is set', async () => {

        const { sessions, login } = logInAs({ kind: 'verified', caller: { type: 'customer', id: '7' } }, { maxSessions: 2, lifetimeSeconds: 60 } as { maxSessions: number });
        await login(jo);
        expect((await sessions.list('customer', '7'))[0]?.expiresAtSeconds).to.equal(1060);
    });

    it('ends the session at once where the account changed while it was issued', async () => {

        const { sessions, login } = logInAs({ kind: 'verified', caller: { type: 'customer', id: '7' }, stillHolds: () => Promise.resolve(false) });
        expect(await login(jo)).to.equal({ kind: 'refused', refusal: refusals.loginFailed('customer') });
        expect(await sessions.list('customer', '7')).to.equal([]);
    });

    it('keeps it where the account is what it was', async () => {

        const { login } = logInAs({ kind: 'verified', caller: { type: 'customer', id: '7' }, stillHolds: () => Promise.resolve(true) });
        expect((await login(jo)).kind).to.equal('issued');
    });

    for (const [verification, refusal] of [
        [{ kind: 'refused', why: 'credentials' }, refusals.loginFailed('customer')],
        [{ kind: 'refused', why: 'locked' }, refusals.loginFailed('customer')],
        [{ kind: 'refused', why: 'no-role' }, refusals.loginNoRole()],
        [{ kind: 'busy', retryAfterSeconds: 3 }, refusals.loginBusy(3)]
    ] as const) {
        it(`refuses ${JSON.stringify(verification)} in Magento's words`, async () => {

            expect(await logInAs(verification).login(jo)).to.equal({ kind: 'refused', refusal });
        });
    }

    describe('tells', () => {

        it('who got in, and whose sessions had to go for it', async () => {

            const { login, events, sessions } = logInAs({ kind: 'verified', caller: { type: 'customer', id: '7' } }, { maxSessions: 1 });
            const idOf = async () => (await sessions.list('customer', '7'))[0]?.id;
            await login({ ...jo, username: 'JO' });
            const first = await idOf();
            await login(jo);
            const caller = { type: 'customer', callerId: '7' };
            expect(events).to.equal([
                { kind: 'login', ...caller, sessionId: first, name: 'jo', source: '192.0.2.1' }, { kind: 'login', ...caller, sessionId: await idOf(), name: 'jo', source: '192.0.2.1' },
                { kind: 'sessions-ended', ...caller, sessions: [first], actor: { by: 'cap' } }
            ] as AuditEvent[]);
        });

        it('who did not, and why', async () => {

            const refused = { kind: 'login-refused', type: 'customer', username: 'jo', source: '192.0.2.1' } as const;
            for (const [verification, why] of [
                [{ kind: 'refused', why: 'no-role' }, 'no-role'], [{ kind: 'busy', retryAfterSeconds: 3 }, 'busy'], [{ kind: 'passed-on', refusal: refusals.loginUnavailable() }, 'upstream'],
                [{ kind: 'verified', caller: { type: 'customer', id: '7' }, stillHolds: () => Promise.resolve(false) }, 'changed']
            ] as const) {
                const { login, events } = logInAs(verification);
                await login(jo);
                expect(events).to.equal([{ ...refused, why }]);
            }
        });

        it('whether somebody has the name, to whoever asks', async () => {

            const asked: string[] = [];
            const { login, events } = logInAs({ kind: 'refused', why: 'locked' }, undefined, (type, name) => {

                asked.push(`${type} ${name}`);
                return Promise.resolve(true);
            });
            await login({ ...jo, username: 'Jo' });
            const [event] = events;
            expect(event?.kind === 'login-refused' && await event.isAccount?.()).to.be.true();
            expect(asked).to.equal(['customer jo']);
        });
    });
});
