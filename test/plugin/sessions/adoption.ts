import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { AuditEvent } from '../../../plugin/audit/event.js';
import type { Holding, ShowToken } from '../../../plugin/sessions/adoption.js';
import { createAdoption, findAdopted, hashForeign, keepAdopted, nameMark } from '../../../plugin/sessions/adoption.js';
import { memoryMarks } from '../../../plugin/sessions/adoption-marks.js';
import { memorySessions } from '../../../plugin/sessions/memory.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';
import { hashSecret } from '../../../plugin/sessions/token.js';


export const lab = Lab.script();
const { describe, it } = lab;

const customer: Holding = { caller: { type: 'customer', id: '42', website: 2 } };

describe('createAdoption()', () => {

    const make = (show: ShowToken, rule: { readonly untilSeconds?: number; readonly lifetimeSeconds?: number } = {}) => {

        const clock = { now: 1000, shown: 0 };
        const nowSeconds = () => clock.now;
        const sessions = memorySessions(nowSeconds);
        const limits = { maxSessions: 2, ...rule.lifetimeSeconds !== undefined && { lifetimeSeconds: rule.lifetimeSeconds } };
        const events: AuditEvent[] = [];
        const parts = {
            show: (token: string) => {

                ++clock.shown;
                return show(token);
            },
            ...rule.untilSeconds !== undefined && { untilSeconds: rule.untilSeconds },
            marks: memoryMarks(), sessions, limits: { customer: limits, admin: limits }, nowSeconds,
            record: (event: AuditEvent) => events.push(event)
        };
        return { clock, events, sessions, adopt: createAdoption(parts), again: () => createAdoption(parts) };
    };

    it('makes a session of a good token, and shows it once', async () => {

        const { adopt, again, clock, sessions, events } = make(() => Promise.resolve(customer));
        const [first, second] = await Promise.all([adopt('token'), adopt('token')]);
        expect(first).to.equal({ type: 'customer', callerId: '42', website: 2, id: first?.id ?? '', issuedAtSeconds: 1000, secretHash: hashSecret('token'), source: '' });
        expect(first?.id).to.match(/^[a-z0-9]{8}$/);
        expect([second, await adopt('token'), await again()('token')]).to.equal([first, first, first]);
        expect(clock.shown).to.equal(1);
        expect(await sessions.list('customer', '42')).to.equal([first]);
        expect(events).to.equal([{ kind: 'adopted', type: 'customer', callerId: '42', sessionId: first?.id ?? '' }]);
    });

    it('leaves an ended one ended', async () => {

        const { adopt, again, clock, sessions } = make(() => Promise.resolve(customer));
        await adopt('token');
        await sessions.endAll('customer', '42');
        expect([await adopt('token'), await again()('token')]).to.equal([undefined, undefined]);
        expect(clock.shown).to.equal(1);
    });

    it('leaves it ended under another spelling that its issuer takes, too', async () => {

        for (const [token, ...others] of [
            ['a1b2'.repeat(8), 'A1B2'.repeat(8), `A1b2${'a1b2'.repeat(7)}`],
            ['eyJ0.eyJ1aWQiOjF9.QUE', 'eyJ0.eyJ1aWQiOjF9.QUF', 'eyJ0.eyJ1aWQiOjF9.QUE='],
            ['eyJ0.eyJ1aWQiOjF9.-_-_', 'eyJ0.eyJ1aWQiOjF9.+/+/']
        ] as const) {
            const { adopt, clock, sessions } = make(() => Promise.resolve(customer));
            const [first, second] = [await adopt(token), await adopt(others[0])];
            expect(second, token).to.equal(first);
            await sessions.endAll('customer', '42');
            expect(await Promise.all([token, ...others].map(adopt)), token).to.equal([token, ...others].map(() => undefined));
            expect(clock.shown).to.equal(1);
        }
    });

    it('takes no other token for it, whatever its session is called', async () => {

        const { adopt, sessions } = make(() => Promise.resolve(customer));
        const session = await adopt('token');
        await sessions.add({ ...session!, secretHash: hashSecret('another') }, 0);
        expect(await adopt('token')).to.be.undefined();
    });

    it('lets it live no longer than the token, nor than sessions may', async () => {

        const until = async (expiresAtSeconds: number | undefined, lifetimeSeconds?: number) => {

            const { adopt } = make(() => Promise.resolve({ ...customer, ...expiresAtSeconds !== undefined && { expiresAtSeconds } }), lifetimeSeconds === undefined ? {} : { lifetimeSeconds });
            return (await adopt('token'))?.expiresAtSeconds;
        };

        expect([await until(1060), await until(1060, 30), await until(undefined, 30), await until(undefined)]).to.equal([1060, 1030, 1030, undefined]);
    });

    it('remembers bad ones for a while', async () => {

        const answers: (Holding | undefined)[] = [undefined, customer];
        const { adopt, clock } = make(() => Promise.resolve(answers.shift()));
        expect([await adopt('token'), await adopt('token')]).to.equal([undefined, undefined]);
        expect(clock.shown).to.equal(1);
        clock.now += 30;
        expect(await adopt('token')).to.include({ callerId: '42' });
    });

    it('adopts none after the end, and goes on with those that were', async () => {

        const { adopt, clock } = make(() => Promise.resolve(customer), { untilSeconds: 1001 });
        const first = await adopt('token');
        clock.now += 1;
        expect([await adopt('token'), await adopt('late')]).to.equal([first, undefined]);
        expect(clock.shown).to.equal(1);
    });

    it('shows some at once, and no more', async () => {

        let answer = () => {};
        const waiting = new Promise<void>((resolve) => {

            answer = resolve;
        });
        const { adopt } = make(() => waiting.then(() => undefined));
        const asked = Array.from({ length: 32 }, (_, i) => adopt(`token ${i}`));
        const again = adopt('token 0');
        await new Promise(setImmediate);
        await expect(adopt('one too many')).to.reject(StoreUnavailableError);
        answer();
        expect(new Set(await Promise.all([...asked, again]))).to.equal(new Set([undefined]));
        expect(await adopt('one too many')).to.be.undefined();
    });

    it('remembers nothing where the issuer cannot be asked', async () => {

        const { adopt, clock } = make(() => Promise.reject(new StoreUnavailableError('away')));
        await expect(adopt('token')).to.reject(StoreUnavailableError);
        await expect(adopt('token')).to.reject(StoreUnavailableError);
        expect(clock.shown).to.equal(2);
    });

    it('takes those alone that were adopted or imported where nobody says what others are', async () => {

        const [opaque, jwt] = ['a1'.repeat(16), 'eyJ0.eyJ1.xyzA'];
        const nowSeconds = () => 1000;
        const counted = memoryMarks();
        const asked: string[] = [];
        const marks = { ...counted, find: (name: string) => (asked.push(name), counted.find(name)) };
        const stores = { marks, sessions: memorySessions(nowSeconds), limits: { customer: { maxSessions: 0 }, admin: { maxSessions: 0 } }, nowSeconds, record: () => undefined };
        await keepAdopted(hashSecret(opaque), customer, stores);
        const adopt = createAdoption(stores);
        expect((await adopt(opaque))?.callerId).to.equal('42');
        expect([await adopt(jwt), await adopt(jwt), await adopt('token'), await adopt('b2'.repeat(20))]).to.equal([undefined, undefined, undefined, undefined]);
        expect(asked).to.equal([opaque, jwt].map((text) => nameMark(hashForeign(text))));
    });
});

describe('hashForeign()', () => {

    it('tells apart what may be two tokens', () => {

        const tokens = ['a'.repeat(32), 'b'.repeat(32), 'aB'.repeat(10), 'ab'.repeat(10), 'eyJ0.eyJ1.AAAA', 'eyJ0.eyJ1.AAAB', 'eyJ0.eyj1.AAAA'];
        expect(new Set(tokens.map((token) => hashForeign(token).toString('hex'))).size).to.equal(tokens.length);
        expect(hashForeign('aB'.repeat(10))).to.equal(hashSecret('aB'.repeat(10)));
    });
});

describe('findAdopted()', () => {

    it('finds it under each of its spellings, and asks nobody', async () => {

        const stores = { marks: memoryMarks(), sessions: memorySessions(() => 1000), limits: { customer: { maxSessions: 0 }, admin: { maxSessions: 0 } }, nowSeconds: () => 1000, record: () => undefined };
        await keepAdopted(hashForeign('c3'.repeat(16)), customer, stores);
        expect((await findAdopted('C3'.repeat(16), stores))?.callerId).to.equal('42');
        expect(await findAdopted('d4'.repeat(16), stores)).to.be.undefined();
    });
});
