import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Session, SessionStore } from '../../../plugin/sessions/store.js';
import { createOnlooker, findHolder, findStanding, readSomebody, standAs } from '../../../gateway/explain/standing.js';
import { guest } from '../../../plugin/caller.js';
import { keepAdopted } from '../../../plugin/sessions/adoption.js';
import { memoryMarks } from '../../../plugin/sessions/adoption-marks.js';
import { memorySessions } from '../../../plugin/sessions/memory.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';
import { hashSecret, makeToken } from '../../../plugin/sessions/token.js';


export const lab = Lab.script();
const { beforeEach, describe, it } = lab;

const secret = 'x'.repeat(32);
const sessionOf = (type: 'admin' | 'customer', callerId: string, more: Partial<Session> = {}): Session => ({
    type, callerId, id: 'q7m2k9ax', secretHash: hashSecret(secret), issuedAtSeconds: 1_000, source: '', ...more
});
const tokenOf = (type: 'admin' | 'customer', callerId: string) => `Bearer ${makeToken({ type, callerId, sessionId: 'q7m2k9ax', secret })}`;

describe('readSomebody()', () => {

    for (const [text, somebody] of [
        ['guest', { type: 'guest', id: '0' }], ['customer:42', { type: 'customer', id: '42' }], ['admin:2', { type: 'admin', id: '2' }],
        ['admin:clerk', { type: 'admin', id: 'clerk' }], ['admin:@7', { type: 'admin', id: '@7' }], ['admin:0', undefined], ['admin:a b', undefined], [`admin:${'x'.repeat(161)}`, undefined],
        ['customer', undefined], ['customer:0', undefined], ['customer:x', undefined], ['integration:1', undefined], ['', undefined]
    ] as const) {
        it(`reads "${text}"`, () => {

            expect(readSomebody(text)).to.equal(somebody);
        });
    }
});

describe('standings that are asked about', () => {

    let sessions: SessionStore;
    const nowSeconds = () => 2_000;

    beforeEach(async () => {

        sessions = memorySessions(nowSeconds);
        await sessions.add(sessionOf('customer', '42', { website: 1, group: 2, store: 3 }), 0);
        await sessions.add(sessionOf('admin', '2'), 0);
        await sessions.setRole('2', ['x']);
    });

    it('have what the store knows of somebody', async () => {

        expect(await findStanding({ type: 'guest', id: '0' }, sessions)).to.equal(standAs(guest, new Set(['x'])));
        expect(await findStanding({ type: 'customer', id: '42' }, sessions)).to.equal({ caller: { type: 'customer', id: '42', website: 1, group: 2, store: 3 }, role: new Set(), credential: 'insufficient' });
        expect(await findStanding({ type: 'customer', id: '43' }, sessions)).to.equal({ caller: { type: 'customer', id: '43' }, role: new Set(), credential: 'insufficient' });
        expect(await findStanding({ type: 'admin', id: '2' }, sessions)).to.equal({ caller: { type: 'admin', id: '2' }, role: new Set(['x']), credential: 'insufficient' });
    });

    it('have what a token opens, and use nothing up', async () => {

        const look = async (authorization: string | undefined, customerIdleSeconds = 0, adminIdleSeconds = 0) => {

            return findHolder(authorization, createOnlooker({ sessions, marks: memoryMarks() }, { customerIdleSeconds, adminIdleSeconds }, nowSeconds), sessions);
        };

        expect(await look(undefined)).to.include({ caller: guest, credential: 'absent' });
        expect(await look('Bearer nonsense')).to.include({ caller: guest, credential: 'bad' });
        expect(await look(tokenOf('admin', '2'))).to.include({ caller: { type: 'admin', id: '2' }, role: new Set(['x']), credential: 'insufficient' });
        expect((await look(tokenOf('customer', '42'), 5_000, 5_000)).session?.id).to.equal('q7m2k9ax');
        expect(await sessions.lastUse('customer', '42', 'q7m2k9ax')).to.be.undefined();
        expect(await look(tokenOf('customer', '42'), 100, 100)).to.include({ credential: 'bad' });
    });

    it('have what a token of another service opens that was made a session, and of none that was not', async () => {

        const [known, other] = ['a1'.repeat(16), 'b2'.repeat(16)];
        const marks = memoryMarks();
        const limits = { customer: { maxSessions: 0 }, admin: { maxSessions: 0 } };
        await keepAdopted(hashSecret(known), { caller: { type: 'customer', id: '43' } }, { marks, sessions, limits, nowSeconds, record: () => undefined });
        const look = (token: string) => findHolder(`Bearer ${token}`, createOnlooker({ sessions, marks }, { customerIdleSeconds: 0, adminIdleSeconds: 0 }, nowSeconds), sessions);
        expect(await look(known)).to.include({ caller: { type: 'customer', id: '43' }, credential: 'insufficient' });
        expect(await look(other)).to.include({ caller: guest, credential: 'bad' });
    });

    it('say when the store is away, and let mistakes be seen', async () => {

        const away = () => Promise.reject(new StoreUnavailableError('away'));
        expect(await findHolder('Bearer x', away, sessions)).to.equal({ caller: guest, role: new Set(), credential: 'unchecked' });
        await expect(findHolder('Bearer x', () => Promise.reject(new TypeError('a mistake')), sessions)).to.reject(TypeError, 'a mistake');
    });
});
