import type { AccountType, Caller } from '../caller.js';
import type { Adopt } from '../sessions/adoption.js';
import type { Session, SessionStore, Soon } from '../sessions/store.js';
import { isSecretOf, readToken } from '../sessions/token.js';
import { parseBearer } from './bearer.js';


/** Who an `Authorization` header says is calling. */
export type Identification =
    | { readonly kind: 'known'; readonly caller: Caller; readonly session: Session }
    | { readonly kind: 'absent' }
    | { readonly kind: 'bad'; readonly why: 'malformed' | 'unknown' | 'expired' | 'idle' };

/** Tells at once whose a session at hand is. Rejects with `StoreUnavailableError` where the store is needed and away. */
export type Identify = (authorization: string | undefined) => Soon<Identification>;

export interface IdentifySettings {
    /** A session that lies unused for so long is over. Absent: it may lie for ever. */
    readonly idleSeconds?: { readonly [type in AccountType]?: number };
    /** Makes sessions of tokens that are not ours. Absent: nobody has any. */
    readonly adopt?: Adopt;
    /** Hears of a use that could not be noted. The request goes on, and the next one tries again. */
    readonly onNoteFailed?: (error: unknown) => void;
}

/** Makes the check of bearer tokens against the sessions. `nowSeconds`: seconds since 1970. */
export function identifier(store: Pick<SessionStore, 'find' | 'lastUse' | 'noteUse' | 'opened'>, settings: IdentifySettings, nowSeconds: () => number): Identify {

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

    const judge = (session: Session | undefined): Soon<Identification> => {

        if (session === undefined) {
            return unknown;
        }

        if (session.expiresAtSeconds !== undefined && session.expiresAtSeconds <= nowSeconds()) {
            return { kind: 'bad', why: 'expired' };
        }

        const idleSeconds = settings.idleSeconds?.[session.type];
        return idleSeconds === undefined ? knownBy(session) : isIdle(session, idleSeconds).then((isOver) => (isOver ? { kind: 'bad', why: 'idle' } : knownBy(session)));
    };

    const prove = (authorization: string): Soon<Identification> => {

        const bearer = parseBearer(authorization);
        if (bearer.kind !== 'token') {
            return bearer.kind === 'absent' ? bearer : { kind: 'bad', why: 'malformed' };
        }

        const token = readToken(bearer.token);
        if (token === undefined) {
            return settings.adopt === undefined ? unknown : settings.adopt(bearer.token).then(judge);
        }

        const ifOpened = (session: Session | undefined) => {

            if (session === undefined || !isSecretOf(session.secretHash, token.secret)) {
                return undefined;
            }

            store.opened?.note(authorization, session);
            return session;
        };

        const session = store.find(token.type, token.callerId, token.sessionId);
        return session instanceof Promise ? session.then((found) => judge(ifOpened(found))) : judge(ifOpened(session));
    };

    return function identify(authorization) {

        if (authorization === undefined) {
            return absent;
        }

        const opened = store.opened?.find(authorization);
        return opened === undefined ? prove(authorization) : judge(opened);
    };
}

const absent: Identification = Object.freeze({ kind: 'absent' });
const unknown: Identification = Object.freeze({ kind: 'bad', why: 'unknown' });

const identifications = new WeakMap<Session, Identification>();

/** Worked out once for each session that is held in memory, so that its caller is the same object at every call; nobody can change it. */
function knownBy(session: Session): Identification {

    let known = identifications.get(session);
    if (known === undefined) {
        known = { kind: 'known', caller: Object.freeze(callerOf(session)), session };
        identifications.set(session, known);
    }

    return known;
}

function callerOf({ type, callerId, website, group, store }: Session): Caller {

    return { type, id: callerId, ...website !== undefined && { website }, ...group !== undefined && { group }, ...store !== undefined && { store } };
}
