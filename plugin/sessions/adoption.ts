import { timingSafeEqual } from 'node:crypto';

import type { RecordEvent } from '../audit/event.js';
import type { AccountType, Caller } from '../caller.js';
import type { AdoptionMarks, Owner } from './adoption-marks.js';
import type { Session, SessionStore } from './store.js';
import { noteGone } from '../audit/sessions.js';
import { createLru } from './lru.js';
import { StoreUnavailableError } from './store.js';
import { hashSecret, makeSessionId } from './token.js';


/** Whose a token of another service is, as that service says. */
export interface Holding {
    readonly caller: Caller & { readonly type: AccountType };
    /** Absent where it does not say. */
    readonly expiresAtSeconds?: number;
}

/** Shows a token to the service that may have issued it. Undefined: it is good for nobody. Rejects with `StoreUnavailableError` when that cannot be told now. */
export type ShowToken = (token: string) => Promise<Holding | undefined>;

/** The session of a bearer token that is not of our form; undefined where there is none. */
export type Adopt = (token: string) => Promise<Session | undefined>;

/** What may be adopted, and by whom that is said. */
export interface AdoptionRule {
    /** Absent: nobody says it, and no more tokens are adopted. Those that were, and those that were imported, go on. */
    readonly show?: ShowToken;
    /** The same from then on, in seconds since 1970. */
    readonly untilSeconds?: number;
}

/** What is kept of an adopted token, and where. */
export interface AdoptionStores {
    readonly marks: AdoptionMarks;
    readonly sessions: Pick<SessionStore, 'add' | 'find'>;
    readonly limits: Readonly<Record<AccountType, { readonly lifetimeSeconds?: number; readonly maxSessions: number }>>;
    readonly nowSeconds: () => number;
    /** Hears of each that was adopted, and of sessions that had to go for it. */
    readonly record: RecordEvent;
}

type AdoptionParts = AdoptionRule & AdoptionStores;

/** What another service may have issued: a stored token (SPEC 3.7), or a JWT, signed or encrypted. Nothing else is looked up where nobody says what it is. */
const knownForms = /^(?:[0-9a-z]{32}|eyJ[\w-]*(?:\.[\w+/=-]*){2,4})$/i;

const maxKnown = 100_000;
const badSeconds = 30;

/** Tokens shown at once: whoever makes some up must not keep the other service busy. */
const maxShown = 32;

/**
 * Makes sessions of tokens that another service issued, so that nobody has to sign in anew. Each is shown to that service once: then it is a session like
 * any other, under the token's own hash, and ends like any other. That it was adopted is kept beside it, so that an ended one stays ended.
 */
export function createAdoption({ show, untilSeconds = Infinity, ...stores }: AdoptionParts): Adopt {

    const { marks, sessions, nowSeconds, record } = stores;
    const known = createLru<Owner>(maxKnown);
    const bad = createLru<number>(maxKnown);
    const shown = new Map<string, Promise<Session | undefined>>();

    const findOwner = async (name: string): Promise<Owner | undefined> => {

        const owner = known.get(name, '') ?? await marks.find(name);
        if (owner !== undefined) {
            known.set(name, '', owner);
        }

        return owner;
    };

    const rememberBad = (name: string) => {

        bad.set(name, '', nowSeconds() + badSeconds);
    };

    const open = async (name: string, secretHash: Buffer, asked: Promise<Holding | undefined>): Promise<Session | undefined> => {

        const holding = await asked;
        if (holding === undefined) {
            rememberBad(name);
            return undefined;
        }

        const session = await keepAdopted(secretHash, holding, stores);
        record({ kind: 'adopted', type: holding.caller.type, callerId: holding.caller.id, sessionId: makeSessionId(secretHash) });
        return session;
    };

    return async function adopt(token) {

        if (show === undefined && !knownForms.test(token)) {
            return undefined;
        }

        const secretHash = hashForeign(token);
        const name = nameMark(secretHash);
        if ((bad.get(name, '') ?? 0) > nowSeconds()) {
            return undefined;
        }

        const owner = await findOwner(name);
        if (owner !== undefined) {
            return sessionOf(owner, secretHash, sessions);
        }

        if (show === undefined || nowSeconds() >= untilSeconds) {
            rememberBad(name);
            return undefined;
        }

        const underWay = shown.get(name);
        if (underWay === undefined && shown.size >= maxShown) {
            throw new StoreUnavailableError('Too many unknown tokens are being shown to their issuer');
        }

        const opening = underWay ?? open(name, secretHash, show(token)).finally(() => shown.delete(name));
        shown.set(name, opening);
        return opening;
    };
}

/** The session of a token that was adopted or imported before; undefined where it was not, or has ended. Nobody is asked, and nothing is kept. */
export async function findAdopted(token: string, { marks, sessions }: Pick<AdoptionStores, 'marks'> & { readonly sessions: Pick<SessionStore, 'find'> }): Promise<Session | undefined> {

    const secretHash = hashForeign(token);
    const owner = knownForms.test(token) ? await marks.find(nameMark(secretHash)) : undefined;
    return owner && await sessionOf(owner, secretHash, sessions);
}

async function sessionOf({ type, callerId }: Owner, secretHash: Buffer, sessions: Pick<SessionStore, 'find'>): Promise<Session | undefined> {

    const session = await sessions.find(type, callerId, makeSessionId(secretHash));
    return session && timingSafeEqual(session.secretHash, secretHash) ? session : undefined;
}

/** Makes the session of a token that is good: under the token's own hash, and no longer than the token. */
export async function keepAdopted(secretHash: Buffer, { caller: { type, id: callerId, ...place }, expiresAtSeconds = Infinity }: Holding, { marks, sessions, limits, nowSeconds, record }: AdoptionStores): Promise<Session | undefined> {

    const issuedAtSeconds = nowSeconds();
    const { lifetimeSeconds = Infinity, maxSessions } = limits[type];
    const ends = Math.min(expiresAtSeconds, issuedAtSeconds + lifetimeSeconds);
    const session: Session = {
        ...place, type, callerId, issuedAtSeconds, secretHash, id: makeSessionId(secretHash), source: '',
        ...Number.isFinite(ends) && { expiresAtSeconds: ends }
    };

    // The mark comes last: until then a token that got lost half-way is simply shown again

    noteGone(record, session, await sessions.add(session, maxSessions));
    await marks.note(nameMark(secretHash), { type, callerId }, Number.isFinite(expiresAtSeconds) ? expiresAtSeconds : undefined);
    return sessions.find(type, callerId, session.id);
}

/**
 * What stands for a token of another service. One that the service takes in several spellings has one here, lest a session that has ended come back under another: a stored token in
 * letters of either case, as its database compares them (SPEC 3.7), a JWT with other bits where base64url has some to spare (RFC 4648 section 3.5), or with its padding.
 */
export function hashForeign(token: string): Buffer {

    if (!knownForms.test(token)) {
        return hashSecret(token);
    }

    return hashSecret(token.includes('.') ? token.split('.').map((part) => Buffer.from(part, 'base64url').toString('base64url')).join('.') : token.toLowerCase());
}

/** The name under which it is kept that a token was adopted. */
export function nameMark(secretHash: Buffer): string {

    return secretHash.toString('base64url');
}
