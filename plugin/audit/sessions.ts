import type { Session, SessionStore } from '../sessions/store.js';
import type { Actor, RecordEvent } from './event.js';


/** Sessions that tell who ended them. */
export function auditEnds<Sessions extends Pick<SessionStore, 'end' | 'endAll'>>(sessions: Sessions, record: RecordEvent, actor: Actor): Sessions {

    return {
        ...sessions,
        async end(type, callerId, sessionId) {

            const hasEnded = await sessions.end(type, callerId, sessionId);
            if (hasEnded) {
                record({ kind: 'sessions-ended', type, callerId, sessions: [sessionId], actor });
            }

            return hasEnded;
        },
        async endAll(type, callerId) {

            const ended = await sessions.endAll(type, callerId);
            if (ended > 0) {
                record({ kind: 'sessions-ended', type, callerId, sessions: ended, actor });
            }

            return ended;
        }
    };
}

/** Tells of sessions that had to go for a new one. */
export function noteGone(record: RecordEvent, { type, callerId }: Pick<Session, 'callerId' | 'type'>, gone: readonly string[]): void {

    if (gone.length > 0) {
        record({ kind: 'sessions-ended', type, callerId, sessions: gone, actor: { by: 'cap' } });
    }
}
