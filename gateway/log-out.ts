import type { IncomingMessage } from 'node:http';

import type { Session, SessionStore } from '../plugin/sessions/store.js';
import type { Store } from './call.js';
import type { Relay } from './magento/relay.js';
import type { Passage } from './visit.js';


/** Ends all sessions of the customer who asks: here, and upstream where its tokens are the upstream's (SPEC 5.1). */
export type LogOut = (session: Session, passage: Passage, store: Store) => Promise<void>;

/** The sessions as a client has them at hand who ends its own: what ends is written down with where the wish came from. */
export type SessionsOf = (req: IncomingMessage) => Pick<SessionStore, 'end' | 'endAll'>;

export function createLogOut(sessionsOf: SessionsOf, relay: Relay | undefined): LogOut {

    return async function logOut(session, { req }, store) {

        await relay?.revoke(session, req.headers.authorization, store);
        await sessionsOf(req).endAll(session.type, session.callerId);
    };
}
