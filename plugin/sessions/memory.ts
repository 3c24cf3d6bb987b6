import { sessionsKey } from './keys.js';
import type { Session, SessionStore } from './store.js';


interface Held {
    readonly session: Session;
    lastUseSeconds?: number;
}

/** Keeps the sessions in this process: for trying things out, and where there is no Redis. They end with it. */
export function memorySessions(nowSeconds: () => number): SessionStore {

    const callers = new Map<string, Map<string, Held>>();
    const roles = new Map<string, ReadonlySet<string>>();
    let addsSinceSweep = 0;

    const isLive = (held: Held | undefined): held is Held => held !== undefined && (held.session.expiresAtSeconds ?? Infinity) > nowSeconds();

    const drop = (key: string, ids: Iterable<string>) => {

        const sessions = callers.get(key);
        let count = 0;
        for (const id of ids) {
            count += sessions?.delete(id) ? 1 : 0;
        }

        if (sessions?.size === 0) {
            callers.delete(key);
        }

        return count;
    };

    const dropExpired = (key: string, sessions: ReadonlyMap<string, Held>) => drop(key, [...sessions.keys()].filter((id) => !isLive(sessions.get(id))));

    const store: SessionStore = {
        async add(session, cap) {

            const key = sessionsKey(session.type, session.callerId);
            const sessions = callers.get(key) ?? new Map<string, Held>();
            callers.set(key, sessions.set(session.id, { session }));
            dropExpired(key, sessions);
            const others = (await store.list(session.type, session.callerId)).filter((other) => other !== session);
            const gone = others.slice(0, cap > 0 ? Math.max(0, others.length + 1 - cap) : 0).map((other) => other.id);
            drop(key, gone);

            // The sessions of callers who do not come back: one sweep for as many logins as there are callers.

            if (++addsSinceSweep > callers.size) {
                addsSinceSweep = 0;
                callers.forEach((theirs, itsKey) => dropExpired(itsKey, theirs));
            }

            return gone;
        },
        find(type, callerId, sessionId) {

            const held = callers.get(sessionsKey(type, callerId))?.get(sessionId);
            return Promise.resolve(isLive(held) ? held.session : undefined);
        },
        list(type, callerId) {

            const sessions = [...callers.get(sessionsKey(type, callerId))?.values() ?? []].filter(isLive).map((held) => held.session);
            return Promise.resolve(sessions.sort((a, b) => a.issuedAtSeconds - b.issuedAtSeconds));
        },
        end(type, callerId, sessionId) {

            return Promise.resolve(drop(sessionsKey(type, callerId), [sessionId]) > 0);
        },
        async endAll(type, callerId) {

            const sessions = await store.list(type, callerId);
            callers.delete(sessionsKey(type, callerId));
            return sessions.length;
        },
        role(adminId) {

            return Promise.resolve(roles.get(adminId) ?? new Set());
        },
        setRole(adminId, resources) {

            roles.set(adminId, new Set(resources));
            return Promise.resolve();
        },
        lastUse(type, callerId, sessionId) {

            return Promise.resolve(callers.get(sessionsKey(type, callerId))?.get(sessionId)?.lastUseSeconds);
        },
        noteUse(type, callerId, sessionId, usedAtSeconds) {

            const held = callers.get(sessionsKey(type, callerId))?.get(sessionId);
            if (held) {
                held.lastUseSeconds = usedAtSeconds;
            }

            return Promise.resolve();
        },
        async close() {}
    };
    return store;
}
