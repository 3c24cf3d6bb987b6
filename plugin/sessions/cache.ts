import { roleKey, sessionsKey } from './keys.js';
import type { RecallCounters } from './recall.js';
import { createRecall } from './recall.js';
import type { Session, SessionStore } from './store.js';
import type { Tracking, TrackingState } from './tracking.js';


export interface CacheSettings {
    /** Sessions held at most, and as many roles. */
    readonly maxEntries: number;
    /** Unknown sessions remembered at most, and for how long. */
    readonly maxUnknown?: number;
    readonly unknownMs?: number;
}

export interface CacheCounters extends RecallCounters {
    readonly state: TrackingState;
    /** Keys that changed, and times when all may have. */
    readonly invalidations: number;
}

export interface CachedSessions extends SessionStore {
    readonly counters: () => CacheCounters;
}

/**
 * Answers for sessions and roles from memory while changes are tracked, and from the store while they are not (DESIGN 2, "The hot path touches
 * no Redis"). Holds identities, never a decision and never an error.
 */
export function cachedSessions(store: SessionStore, tracking: Tracking, settings: CacheSettings, nowSeconds: () => number): CachedSessions {

    const { maxEntries, maxUnknown = 10_000, unknownMs = 10_000 } = settings;
    const limits = { maxEntries, maxAbsent: maxUnknown, absentMs: unknownMs, ttlMs: tracking.ttlMs };
    const sessions = createRecall<Session | undefined>(limits);
    const roles = createRecall<ReadonlySet<string>>(limits);
    let invalidations = 0;

    const forget = (key: string | undefined) => {

        sessions.forget(key);
        roles.forget(key);
    };

    tracking.listen((key) => {

        ++invalidations;
        forget(key);
    });

    // The news of our own change comes by another connection than its answer, perhaps later.

    const change = async <T>(key: string, written: Promise<T>): Promise<T> => {

        try {
            return await written;
        }
        finally {
            forget(key);
        }
    };

    const ifLive = (session: Session | undefined) => {

        return session?.expiresAtSeconds === undefined || session.expiresAtSeconds > nowSeconds() ? session : undefined;
    };

    return {
        add: (session, cap) => change(sessionsKey(session.type, session.callerId), store.add(session, cap)),
        find(type, callerId, sessionId) {

            const read = () => store.find(type, callerId, sessionId);
            const session = tracking.isArmed() ? sessions.ask(sessionsKey(type, callerId), sessionId, read) : read();
            return session instanceof Promise ? session.then(ifLive) : ifLive(session);
        },
        opened: {
            find: (authorization) => (tracking.isArmed() ? ifLive(sessions.askNamed(authorization)) : undefined),
            note(authorization, session) {

                sessions.name(sessionsKey(session.type, session.callerId), session.id, session, authorization);
            }
        },
        list: (type, callerId) => store.list(type, callerId),
        end: (type, callerId, sessionId) => change(sessionsKey(type, callerId), store.end(type, callerId, sessionId)),
        endAll: (type, callerId) => change(sessionsKey(type, callerId), store.endAll(type, callerId)),
        role(adminId) {

            const read = () => store.role(adminId);
            return tracking.isArmed() ? roles.ask(roleKey(adminId), '', read) : read();
        },
        setRole: (adminId, resources) => change(roleKey(adminId), store.setRole(adminId, resources)),
        lastUse: (type, callerId, sessionId) => store.lastUse(type, callerId, sessionId),
        noteUse: (type, callerId, sessionId, usedAtSeconds, idleSeconds) => store.noteUse(type, callerId, sessionId, usedAtSeconds, idleSeconds),
        counters() {

            const [ofSessions, ofRoles] = [sessions.counters(), roles.counters()];
            return {
                state: tracking.state(),
                entries: ofSessions.entries + ofRoles.entries,
                hits: ofSessions.hits + ofRoles.hits,
                misses: ofSessions.misses + ofRoles.misses,
                evictions: ofSessions.evictions + ofRoles.evictions,
                invalidations
            };
        },
        async close() {

            await tracking.close();
            await store.close();
        }
    };
}
