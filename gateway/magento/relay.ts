import type { RelayStore } from '../../plugin/sessions/relay-store.js';
import type { Session, SessionStore } from '../../plugin/sessions/store.js';
import type { Store } from '../call.js';
import type { Ask } from './ask.js';
import type { AskHolder } from './holder.js';
import { parseBearer } from '../../plugin/authenticate/bearer.js';
import { openSealed } from '../../plugin/sessions/relay.js';
import { StoreUnavailableError } from '../../plugin/sessions/store.js';
import { readToken } from '../../plugin/sessions/token.js';
import { restPath } from './holder.js';


/** The upstream's tokens that sessions stand for. `authorization` is the client's, whose token opens what is kept. */
export interface Relay {
    /** Undefined where it is lost: the session is of no use any more, and has ended. */
    tokenOf(session: Session, authorization: string | undefined): Promise<string | undefined>;
    /** Ends the session where the upstream does not know its token any more. */
    check(session: Session, token: string): Promise<void>;
    /** Revokes a customer's tokens upstream. */
    revoke(session: Session, authorization: string | undefined, store: Store): Promise<void>;
}

interface RelayParts {
    readonly relays: Pick<RelayStore, 'find'>;
    readonly sessions: Pick<SessionStore, 'end'>;
    readonly ask: Ask;
    readonly askHolder: AskHolder;
    readonly nowSeconds: () => number;
}

/** Between two checks of one session: a caller who is refused again and again shall not double what the upstream has to do. */
const checkPauseSeconds = 10;

/** Makes the relay of sessions that were signed in at the upstream (DESIGN 3.4). What it has opened or checked is remembered as long as the session itself is at hand. */
export function createRelay({ relays, sessions, ask, askHolder, nowSeconds }: RelayParts): Relay {

    const opened = new WeakMap<Session, string>();
    const checkedAtSeconds = new WeakMap<Session, number>();

    const open = async (session: Session, authorization: string | undefined): Promise<string | undefined> => {

        const bearer = parseBearer(authorization);
        if (bearer.kind !== 'token') {
            return undefined;
        }

        // What is not of our form was adopted: it is the upstream's own, which the client brings each time

        const secret = readToken(bearer.token)?.secret;
        if (secret === undefined) {
            return bearer.token;
        }

        const sealed = await relays.find(session);
        return sealed !== undefined ? openSealed(sealed, secret, session) : undefined;
    };

    const end = ({ type, callerId, id }: Session) => sessions.end(type, callerId, id);

    const relay: Relay = {
        async tokenOf(session, authorization) {

            const token = opened.get(session) ?? await open(session, authorization);
            if (token === undefined) {
                await end(session);
                return undefined;
            }

            opened.set(session, token);
            return token;
        },

        /**
         * Magento answers 401 alike for a token that has ended and for a resource that is not granted (SPEC 7.2), so that it is asked for something
         * that every such token may have. Where it does not tell, the session stays.
         */
        async check(session, token) {

            const now = nowSeconds();
            if (now - (checkedAtSeconds.get(session) ?? -Infinity) < checkPauseSeconds) {
                return;
            }

            checkedAtSeconds.set(session, now);
            const holder = await askHolder(token, { type: session.type });
            if (holder.kind !== 'nobody') {
                return;
            }

            try {
                await end(session);
            }
            catch (error) {
                if (!(error instanceof StoreUnavailableError)) {
                    throw error;
                }

                // The caller has had the answer, and the next one finds the session out again

                checkedAtSeconds.delete(session);
            }
        },

        async revoke(session, authorization, store) {

            const token = await relay.tokenOf(session, authorization);
            if (token !== undefined) {
                await ask({ method: 'POST', path: `${restPath(store)}/V1/integration/customer/revoke-customer-token`, token });
            }
        }
    };
    return relay;
}
