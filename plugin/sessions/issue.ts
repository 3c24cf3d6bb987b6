import { sourceNetwork } from '../accounts/source.js';
import type { AccountType, Caller } from '../caller.js';
import type { Session, SessionStore } from './store.js';
import { hashSecret, makeSessionId, makeToken, secretBytes } from './token.js';


/** A token to hand out once, and the session that it opens. */
export interface IssuedSession {
    readonly token: string;
    /** The token's secret part, of which the session holds the hash. */
    readonly secret: string;
    readonly session: Session;
    /** The ids of those that had to go for it. */
    readonly gone: readonly string[];
}

/**
 * Opens a session for a caller who has proved who he is. `source`: the address that logged in; `lifetimeSeconds` absent: it never expires;
 * `cap`: how many sessions the caller may hold, the oldest go (0: any number); `random`: that many random bytes.
 */
export async function issueSession(
    store: Pick<SessionStore, 'add'>,
    caller: Caller & { readonly type: AccountType },
    { source, lifetimeSeconds, cap }: { readonly source: string; readonly lifetimeSeconds?: number; readonly cap: number },
    nowSeconds: number,
    random: (bytes: number) => Buffer
): Promise<IssuedSession> {

    const { type, id: callerId, ...place } = caller;
    const secret = random(secretBytes).toString('base64url');
    const issuedAtSeconds = Math.floor(nowSeconds);
    const session: Session = {
        ...place,
        type, callerId, issuedAtSeconds,
        id: makeSessionId(random(8)),
        secretHash: hashSecret(secret),
        source: sourceNetwork(source).replace('/64', ''),
        ...(lifetimeSeconds !== undefined && { expiresAtSeconds: issuedAtSeconds + lifetimeSeconds })
    };
    const token = makeToken({ type, callerId, sessionId: session.id, secret });
    const gone = await store.add(session, cap);
    return { token, secret, session, gone };
}
