import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createMemoryLocks } from '../../../plugin/accounts/memory-locks.js';
import { createShield } from '../../../plugin/accounts/shield.js';
import { createShieldedVerifier } from '../../../plugin/accounts/shielded.js';
import type { Credentials, Verification } from '../../../plugin/accounts/verify.js';
import { refusalsFor } from '../../../plugin/refusals/refusal.js';


export const lab = Lab.script();
const { describe, it } = lab;

const refusals = refusalsFor('2.4');
const jo: Credentials = { type: 'customer', username: 'jo@example.com', password: 'x', source: '192.0.2.1' };

describe('createShieldedVerifier()', () => {

    const make = (answer: () => Verification) => {

        let asked = 0;
        const shield = createShield(createMemoryLocks(() => 1000), { accountFailures: 2, sourceFailures: 0, lockSeconds: 60 }, () => 1000);
        const verifier = createShieldedVerifier({ verify: () => (++asked, Promise.resolve(answer())) }, shield);
        return { verify: () => verifier.verify(jo), asked: () => asked };
    };

    for (const [what, answer] of [
        ['a refusal of its own', { kind: 'refused', why: 'credentials' }],
        ['a 401 of another service', { kind: 'passed-on', refusal: refusals.loginRefused(401, { message: 'No.' }) }]
    ] as const) {
        it(`counts ${what}, and asks no more while the account is locked`, async () => {

            const { verify, asked } = make(() => answer);
            expect([await verify(), await verify(), await verify(), await verify()]).to.equal([answer, answer, { kind: 'refused', why: 'locked' }, { kind: 'refused', why: 'locked' }]);
            expect(asked()).to.equal(2);
        });
    }

    for (const [what, answer] of [
        ['a second factor that is wanted', { kind: 'passed-on', refusal: refusals.loginRefused(400, { message: 'Please use the 2fa provider-specific endpoints to obtain a token.' }) }],
        ['a service that is away', { kind: 'passed-on', refusal: refusals.loginUnavailable() }],
        ['a service that is busy', { kind: 'busy', retryAfterSeconds: 1 }]
    ] as const) {
        it(`does not count ${what}`, async () => {

            const { verify, asked } = make(() => answer);
            for (let i = 0; i < 5; ++i) {
                expect(await verify()).to.equal(answer);
            }

            expect(asked()).to.equal(5);
        });
    }

    it('begins anew after a good login', async () => {

        const answers: Verification[] = [];
        const { verify } = make(() => answers.shift() ?? { kind: 'refused', why: 'credentials' });
        const good: Verification = { kind: 'verified', caller: { type: 'customer', id: '7' } };
        answers.push({ kind: 'refused', why: 'credentials' }, good);
        expect([(await verify()).kind, (await verify()).kind, (await verify()).kind]).to.equal(['refused', 'verified', 'refused']);
        answers.push(good);
        expect((await verify()).kind).to.equal('verified');
    });
});
