import { timingSafeEqual } from 'node:crypto';

import type { AccountType, Caller } from '../caller.js';
import type { AdoptionMarks, Owner } from './adoption-marks.js';
import type { Session, SessionStore } from './store.js';
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
    readonly show: ShowToken;
    /** From then on, in seconds since 1970, no more tokens are adopted; those that were go on. */
    readonly untilSeconds?: number;
}

interface AdoptionParts extends AdoptionRule {
    readonly marks: AdoptionMarks;
    readonly sessions: Pick<SessionStore, 'add' | 'find'>;
    readonly limits: Readonly<Record<AccountType, { readonly lifetimeSeconds?: number; readonly maxSessions: number }>>;
    readonly nowSeconds: () => number;
}

const maxKnown = 100_000;
const badSeconds = 30;

/** Tokens shown at once: whoever makes some up must not keep the other service busy. */
const maxShown = 32;

/**
 * Makes sessions of tokens that another service issued, so that nobody has to sign in anew. Each is shown to that service once: then it is a session like
 * any other, under the token's own hash, and ends like any other. That it was adopted is kept beside it, so that an ended one stays ended.
 */
export function createAdoption({ show, untilSeconds = Infinity, marks, sessions, limits, nowSeconds }: AdoptionParts): Adopt {

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

    const open = async (token: string, name: string, secretHash: Buffer): Promise<Session | undefined> => {

        const holding = nowSeconds() < untilSeconds ? await show(token) : undefined;
        if (holding === undefined) {
            bad.set(name, '', nowSeconds() + badSeconds);
            return undefined;
        }

        const { caller: { type, id: callerId, ...place }, expiresAtSeconds = Infinity } = holding;
        const issuedAtSeconds = nowSeconds();
        const { lifetimeSeconds = Infinity, maxSessions } = limits[type];
        const ends = Math.min(expiresAtSeconds, issuedAtSeconds + lifetimeSeconds);
        const session: Session = {
            ...place, type, callerId, issuedAtSeconds, secretHash, id: makeSessionId(secretHash), source: '',
            ...Number.isFinite(ends) && { expiresAtSeconds: ends }
        };

        // The mark comes last: until then a token that got lost half-way is simply shown again

        await sessions.add(session, maxSessions);
        await marks.note(name, { type, callerId }, holding.expiresAtSeconds);
        return sessions.find(type, callerId, session.id);
    };

    return async function adopt(token) {

        const secretHash = hashSecret(token);
        const name = secretHash.toString('base64url');
        if ((bad.get(name, '') ?? 0) > nowSeconds()) {
            return undefined;
        }

        const owner = await findOwner(name);
        if (owner !== undefined) {
            const session = await sessions.find(owner.type, owner.callerId, makeSessionId(secretHash));
            return session && timingSafeEqual(session.secretHash, secretHash) ? session : undefined;
        }

        const underWay = shown.get(name);
        if (underWay === undefined && shown.size >= maxShown) {
            throw new StoreUnavailableError('Too many unknown tokens are being shown to their issuer');
        }

        const opening = underWay ?? open(token, name, secretHash).finally(() => shown.delete(name));
        shown.set(name, opening);
        return opening;
    };
}
