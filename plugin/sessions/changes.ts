import type { SessionStore } from './store.js';
import type { Tracking } from './tracking.js';
import { roleKey, sessionsKey } from './keys.js';


/** Tells of changes to sessions and roles, for whoever holds on to one longer than a request takes. */
export interface Changes {
    /** Calls back with the key whose sessions or role have changed; with undefined, where any may have. What is asked of the sessions from then on is the new state. */
    readonly listen: (onChange: (key: string | undefined) => void) => void;
    /** Whether every change is told, but for what a dead link hides for a second. */
    readonly areTold: () => boolean;
}

/** The changes that Redis tells of. To be made after what caches by them, which has to hear of each one first. */
export function trackedChanges({ listen, isArmed }: Tracking): Changes {

    return { listen, areTold: isArmed };
}

/** Makes a store that lives in this process tell of its changes. */
export function announcing(store: SessionStore): { readonly sessions: SessionStore; readonly changes: Changes } {

    const listeners: ((key: string) => void)[] = [];
    const tell = async <Result>(key: string, written: Promise<Result>): Promise<Result> => {

        const result = await written;
        for (const listener of listeners) {
            listener(key);
        }

        return result;
    };

    return {
        sessions: {
            ...store,
            add: (session, cap) => tell(sessionsKey(session.type, session.callerId), store.add(session, cap)),
            end: (type, callerId, sessionId) => tell(sessionsKey(type, callerId), store.end(type, callerId, sessionId)),
            endAll: (type, callerId) => tell(sessionsKey(type, callerId), store.endAll(type, callerId)),
            setRole: (adminId, resources) => tell(roleKey(adminId), store.setRole(adminId, resources))
        },
        changes: {
            listen(onChange) {

                listeners.push(onChange);
            },
            areTold: () => true
        }
    };
}
