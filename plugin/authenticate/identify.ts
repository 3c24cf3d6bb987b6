import { timingSafeEqual } from 'node:crypto';

import type { AccountType, Caller } from '../caller.js';
import type { Adopt } from '../sessions/adoption.js';
import type { Session, SessionStore } from '../sessions/store.js';
import { hashSecret, readToken } from '../sessions/token.js';
import { parseBearer } from './bearer.js';


/** Who an `Authorization` header says is calling. */
export type Identification =
    | { readonly kind: 'known'; readonly caller: Caller; readonly session: Session }
    | { readonly kind: 'absent' }
    | { readonly kind: 'bad'; readonly why: 'malformed' | 'unknown' | 'expired' | 'idle' };

/** Rejects with `StoreUnavailableError` where the store is needed and away. */
export type Identify = (authorization: string | undefined) => Promise<Identification>;

export interface IdentifySettings {
    /** A session that lies unused for so long is over. Absent: it may lie for ever. */
    readonly idleSeconds?: { readonly [type in AccountType]?: number };
    /** Makes sessions of tokens that are not ours. Absent: nobody has any. */
    readonly adopt?: Adopt;
    /** Hears of a use that could not be noted. The request goes on, and the next one tries again. */
    readonly onNoteFailed?: (error: unknown) => void;
}

/** Makes the check of bearer tokens against the sessions. `nowSeconds`: seconds since 1970. */
export function identifier(store: Pick<SessionStore, 'find' | 'lastUse' | 'noteUse'>, settings: IdentifySettings, nowSeconds: () => number): Identify {

    // By the session as the store gave it: what a cache keeps is known without asking, what it drops is forgotten here too.

    const lastUses = new WeakMap<Session, number>();

    const isIdle = async (session: Session, idleSeconds: number): Promise<boolean> => {

        const now = nowSeconds();
        const noteAfterSeconds = idleSeconds / 10;
        if (now - (lastUses.get(session) ?? session.issuedAtSeconds) < noteAfterSeconds) {
            return false;
        }

        const { type, callerId, id, issuedAtSeconds } = session;
        const lastUse = Math.max(await store.lastUse(type, callerId, id) ?? 0, issuedAtSeconds);
        if (lastUse + idleSeconds <= now) {
            return true;
        }

        if (now - lastUse < noteAfterSeconds) {
            lastUses.set(session, lastUse);
            return false;
        }

        lastUses.set(session, now);
        store.noteUse(type, callerId, id, now, idleSeconds).catch((error: unknown) => {

            lastUses.delete(session);
            settings.onNoteFailed?.(error);
        });
        return false;
    };

    return async function identify(authorization) {

        const bearer = parseBearer(authorization);
        if (bearer.kind !== 'token') {
            return bearer.kind === 'absent' ? bearer : { kind: 'bad', why: 'malformed' };
        }

        const token = readToken(bearer.token);
        const session = token === undefined ? await settings.adopt?.(bearer.token) : await store.find(token.type, token.callerId, token.sessionId);
        if (!session || (token !== undefined && !timingSafeEqual(session.secretHash, hashSecret(token.secret)))) {
            return { kind: 'bad', why: 'unknown' };
        }

        if (session.expiresAtSeconds !== undefined && session.expiresAtSeconds <= nowSeconds()) {
            return { kind: 'bad', why: 'expired' };
        }

        const idleSeconds = settings.idleSeconds?.[session.type];
        if (idleSeconds !== undefined && await isIdle(session, idleSeconds)) {
            return { kind: 'bad', why: 'idle' };
        }

        return { kind: 'known', caller: callerOf(session), session };
    };
}

function callerOf({ type, callerId, website, group, store }: Session): Caller {

    return {
        type, id: callerId,
        ...(website !== undefined && { website }),
        ...(group !== undefined && { group }),
        ...(store !== undefined && { store })
    };
}
