import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { identifier } from '../../../plugin/authenticate/identify.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';
import { hashSecret, makeToken } from '../../../plugin/sessions/token.js';

import type { Identification, IdentifySettings } from '../../../plugin/authenticate/identify.js';
import type { Session } from '../../../plugin/sessions/store.js';


export const lab = Lab.script();
const { describe, it } = lab;

const secret = 'abcdefghijklmnopqrstuvwxyzAB-_09';
const issuedAtSeconds = 1_795_490_339;
const customer: Session = { type: 'customer', callerId: '42', id: 'q7m2k9ax', secretHash: hashSecret(secret), issuedAtSeconds, source: '' };
const bearer = (session: Session, itsSecret = secret) => `Bearer ${makeToken({ type: session.type, callerId: session.callerId, sessionId: session.id, secret: itsSecret })}`;

/** Sessions in a list, with a clock to turn and the last uses that were noted. */
function bench(sessions: readonly Session[], settings: IdentifySettings = {}) {

    const state = { nowSeconds: issuedAtSeconds, asked: 0, lastUse: undefined as number | undefined, notes: [] as number[], noteError: undefined as Error | undefined };
    const store = {
        find: async (type: string, callerId: string, id: string) => {

            ++state.asked;
            return sessions.find((session) => session.type === type && session.callerId === callerId && session.id === id);
        },
        lastUse: async () => {

            ++state.asked;
            return state.lastUse;
        },
        noteUse: async (_type: string, _callerId: string, _id: string, nowSeconds: number) => {

            state.notes.push(nowSeconds);
            if (state.noteError) {
                throw state.noteError;
            }

            state.lastUse = nowSeconds;
        }
    };
    const identify = identifier(store, settings, () => state.nowSeconds);
    const identifyAt = (seconds: number) => {

        state.nowSeconds = issuedAtSeconds + seconds;
        return identify(bearer(sessions[0]!));
    };

    return { state, identify, identifyAt };
}

describe('identifier()', () => {

    it('answers at once where the session is at hand', () => {

        const identify = identifier({ find: () => customer, lastUse: async () => undefined, noteUse: async () => {} }, {}, () => issuedAtSeconds);
        expect(identify(bearer(customer))).to.equal({ kind: 'known', caller: { type: 'customer', id: '42' }, session: customer });
        expect(identify(bearer(customer, secret.toUpperCase()))).to.equal({ kind: 'bad', why: 'unknown' });
    });

    it('gives one caller for as long as the session is at hand, which nobody can change', () => {

        const identify = identifier({ find: () => customer, lastUse: async () => undefined, noteUse: async () => {} }, {}, () => issuedAtSeconds);
        const [first, second] = [identify(bearer(customer)), identify(bearer(customer))] as Extract<Identification, { readonly kind: 'known' }>[];
        expect(second?.caller).to.shallow.equal(first?.caller);
        expect(Object.isFrozen(first?.caller)).to.be.true();
    });

    it('proves a token once for as long as its session is held in memory', async () => {

        for (const find of [() => customer, async () => customer]) {
            const held = new Map<string, Session>();
            let asked = 0;
            const opened = { find: (authorization: string) => held.get(authorization), note: (authorization: string, session: Session) => void held.set(authorization, session) };
            const store = {
                find() {

                    ++asked;
                    return find();
                },
                opened, lastUse: async () => undefined, noteUse: async () => {}
            };
            const identify = identifier(store, {}, () => issuedAtSeconds);
            expect(await identify(bearer(customer, secret.toUpperCase()))).to.equal({ kind: 'bad', why: 'unknown' });
            expect(held.size).to.equal(0);
            for (let i = 0; i < 3; ++i) {
                expect(await identify(bearer(customer))).to.include({ kind: 'known', session: customer });
                expect(await identify(bearer(customer, secret.toUpperCase()))).to.equal({ kind: 'bad', why: 'unknown' });
            }

            expect(asked).to.equal(5);
            held.clear();
            expect(await identify(bearer(customer))).to.include({ kind: 'known', session: customer });
            expect(asked).to.equal(6);
        }
    });

    it('refuses a session that is held in memory at the second when it expires', () => {

        const state = { nowSeconds: issuedAtSeconds };
        const session = { ...customer, expiresAtSeconds: issuedAtSeconds + 60 };
        const identify = identifier({ find: () => undefined, opened: { find: () => session, note() {} }, lastUse: async () => undefined, noteUse: async () => {} }, {}, () => state.nowSeconds);
        expect(identify(bearer(customer))).to.include({ kind: 'known' });
        state.nowSeconds += 60;
        expect(identify(bearer(customer))).to.equal({ kind: 'bad', why: 'expired' });
    });

    it('knows the caller by the token', async () => {

        const { identify } = bench([customer]);
        expect(await identify(bearer(customer))).to.equal({ kind: 'known', caller: { type: 'customer', id: '42' }, session: customer });
    });

    it('tells the website, group and store of the caller', async () => {

        const placed = { ...customer, website: 1, group: 0, store: 3 };
        expect(await bench([placed]).identify(bearer(placed))).to.include({ caller: { type: 'customer', id: '42', website: 1, group: 0, store: 3 } });
    });

    it('finds nobody where no bearer token is sent', async () => {

        const { identify } = bench([customer]);
        expect(await identify(undefined)).to.equal({ kind: 'absent' });
        expect(await identify('')).to.equal({ kind: 'absent' });
        expect(await identify('Basic eA==')).to.equal({ kind: 'absent' });
    });

    it('refuses a malformed header and a token of another shape without asking the store', async () => {

        const { identify, state } = bench([customer]);
        expect(await identify(`${bearer(customer)} x`)).to.equal({ kind: 'bad', why: 'malformed' });
        expect(await identify('Bearer bogus')).to.equal({ kind: 'bad', why: 'unknown' });
        expect(state.asked).to.equal(0);
    });

    it('refuses an unknown session, a wrong secret, and the token of another type of caller', async () => {

        const { identify } = bench([customer]);
        const unknown: Identification = { kind: 'bad', why: 'unknown' };
        expect(await identify(bearer({ ...customer, id: 'q7m2k9ay' }))).to.equal(unknown);
        expect(await identify(bearer(customer, secret.replace('a', 'b')))).to.equal(unknown);
        expect(await identify(bearer({ ...customer, type: 'admin' }))).to.equal(unknown);
        expect(await identify(bearer({ ...customer, callerId: '43' }))).to.equal(unknown);
    });

    it('refuses a session at the second when it expires', async () => {

        const { identifyAt } = bench([{ ...customer, expiresAtSeconds: issuedAtSeconds + 60 }]);
        expect(await identifyAt(59)).to.include({ kind: 'known' });
        expect(await identifyAt(60)).to.equal({ kind: 'bad', why: 'expired' });
    });

    it('rejects when the store is away', async () => {

        const away = async () => {

            throw new StoreUnavailableError('Redis is away');
        };

        const identify = identifier({ find: away, lastUse: away, noteUse: away }, {}, () => issuedAtSeconds);
        await expect(Promise.resolve(identify(bearer(customer)))).to.reject(StoreUnavailableError);
        expect(await identify(undefined)).to.equal({ kind: 'absent' });
    });

    it('asks no last use where nothing goes idle', async () => {

        const { identifyAt, state } = bench([customer], { idleSeconds: { admin: 100 } });
        expect(await identifyAt(1_000_000)).to.include({ kind: 'known' });
        expect(state).to.include({ asked: 1, notes: [] });
    });

    it('refuses a session that lay unused for the idle time', async () => {

        const { identifyAt, state } = bench([customer], { idleSeconds: { customer: 100 } });
        expect(await identifyAt(99)).to.include({ kind: 'known' });
        expect(await identifyAt(198)).to.include({ kind: 'known' });
        expect(await identifyAt(298)).to.equal({ kind: 'bad', why: 'idle' });
        expect(state.notes).to.equal([issuedAtSeconds + 99, issuedAtSeconds + 198]);
    });

    it('counts a use that another process noted', async () => {

        const { identifyAt, state } = bench([customer], { idleSeconds: { customer: 100 } });
        state.lastUse = issuedAtSeconds + 150;
        expect(await identifyAt(155)).to.include({ kind: 'known' });
        expect(await identifyAt(156)).to.include({ kind: 'known' });
        expect(state).to.include({ notes: [], asked: 3 });
        state.lastUse = issuedAtSeconds + 240;
        expect(await identifyAt(330)).to.include({ kind: 'known' });
        expect(state.notes).to.equal([issuedAtSeconds + 330]);
    });

    it('notes a use at most once per tenth of the idle time, and asks no more often', async () => {

        const { identifyAt, state } = bench([customer], { idleSeconds: { customer: 100 } });
        for (let i = 0; i < 100; ++i) {
            expect(await identifyAt(i)).to.include({ kind: 'known' });
        }

        expect(state.notes.map((seconds) => seconds - issuedAtSeconds)).to.equal([10, 20, 30, 40, 50, 60, 70, 80, 90]);
        expect(state.asked).to.equal(100 + 9);
    });

    it('lets the request go on when a use cannot be noted, and notes the next', async () => {

        const errors: unknown[] = [];
        const noteError = new StoreUnavailableError('Redis is away');
        const { identifyAt, state } = bench([customer], { idleSeconds: { customer: 100 }, onNoteFailed: (error) => errors.push(error) });
        state.noteError = noteError;
        expect(await identifyAt(50)).to.include({ kind: 'known' });
        expect(errors).to.equal([noteError]);
        state.noteError = undefined;
        expect(await identifyAt(51)).to.include({ kind: 'known' });
        expect(state.notes.length).to.equal(2);
        expect(state.lastUse).to.equal(issuedAtSeconds + 51);
    });

    it('needs nobody to hear of a use that could not be noted', async () => {

        const { identifyAt, state } = bench([customer], { idleSeconds: { customer: 100 } });
        state.noteError = new StoreUnavailableError('Redis is away');
        expect(await identifyAt(50)).to.include({ kind: 'known' });
        expect(await identifyAt(50)).to.include({ kind: 'known' });
        expect(state.notes.length).to.equal(2);
    });
});
