import type { Credentials, Verifier } from '../accounts/verify.js';
import type { LoginFault, RecordEvent } from '../audit/event.js';
import type { AccountType } from '../caller.js';
import type { Refusal, Refusals } from '../refusals/refusal.js';
import type { RelayStore } from '../sessions/relay-store.js';
import type { Session, SessionStore } from '../sessions/store.js';
import { readName } from '../accounts/name.js';
import { noteGone } from '../audit/sessions.js';
import { issueSession } from '../sessions/issue.js';
import { nonceBytes, sealToken } from '../sessions/relay.js';


/** How long a caller's sessions live, and how many it may hold. */
export interface SessionLimits {
    /** Absent: sessions never expire. */
    readonly lifetimeSeconds?: number;
    /** Absent: a session may lie unused for ever. */
    readonly idleSeconds?: number;
    /** The oldest go beyond it. 0: no cap. */
    readonly maxSessions: number;
}

export type Issued = { readonly kind: 'issued'; readonly token: string } | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Exchanges credentials for a token. Rejects with `StoreUnavailableError` when sessions or accounts cannot be reached. */
export type Login = (credentials: Credentials) => Promise<Issued>;

interface LoginParts {
    readonly verifier: Verifier;
    readonly sessions: SessionStore;
    readonly relays: Pick<RelayStore, 'keep'>;
    readonly refusals: Refusals;
    readonly limits: Readonly<Record<AccountType, SessionLimits>>;
    readonly nowSeconds: () => number;
    readonly random: (bytes: number) => Buffer;
    /** Hears who got in, and who did not. */
    readonly record: RecordEvent;
}

/** Makes the login that every door shares: REST, SOAP and GraphQL (SPEC 4). A new login is a new session; earlier ones stay. */
export function createLogin({ verifier, sessions, relays, refusals, limits, nowSeconds, random, record }: LoginParts): Login {

    const isAccount = verifier.isAccount?.bind(verifier);
    const noteRefused = ({ type, username, source }: Credentials, why: LoginFault) => {

        record({ kind: 'login-refused', type, why, username, source, ...isAccount && { isAccount: () => isAccount(type, readName(username).canonical) } });
    };

    const noteLogin = ({ type, username, source }: Credentials, { callerId, id }: Session, gone: readonly string[]) => {

        record({ kind: 'login', type, callerId, sessionId: id, name: readName(username).canonical, source });
        noteGone(record, { type, callerId }, gone);
    };

    return async function login(credentials) {

        const verification = await verifier.verify(credentials);
        switch (verification.kind) {
            case 'busy':
                noteRefused(credentials, 'busy');
                return { kind: 'refused', refusal: refusals.loginBusy(verification.retryAfterSeconds) };
            case 'refused':
                noteRefused(credentials, verification.why);
                return { kind: 'refused', refusal: verification.why === 'no-role' ? refusals.loginNoRole() : refusals.loginFailed(credentials.type) };
            case 'passed-on':
                noteRefused(credentials, 'upstream');
                return { kind: 'refused', refusal: verification.refusal };
            case 'verified': {
                const now = nowSeconds();
                const { maxSessions } = limits[credentials.type];
                const { upstreamToken } = verification;
                const lifetimeSeconds = earlier(limits[credentials.type].lifetimeSeconds, upstreamToken?.expiresAtSeconds, now);
                const { token, secret, session, gone } = await issueSession(sessions, { ...verification.caller, type: credentials.type }, {
                    source: credentials.source, cap: maxSessions, ...(lifetimeSeconds === undefined ? {} : { lifetimeSeconds })
                }, now, random);

                // Whoever disables an account, or changes its password, ends its sessions: this one came too late for that

                if (await verification.stillHolds?.() === false) {
                    await sessions.end(session.type, session.callerId, session.id);
                    noteRefused(credentials, 'changed');
                    return { kind: 'refused', refusal: refusals.loginFailed(credentials.type) };
                }

                if (upstreamToken !== undefined) {
                    await relays.keep(session, sealToken(upstreamToken.token, secret, session, random(nonceBytes)), maxSessions);
                }

                noteLogin(credentials, session, gone);
                return { kind: 'issued', token };
            }
        }
    };
}

/** No session outlives the token that it stands for. */
function earlier(lifetimeSeconds: number | undefined, expiresAtSeconds: number | undefined, nowSeconds: number): number | undefined {

    return expiresAtSeconds === undefined ? lifetimeSeconds : Math.min(lifetimeSeconds ?? Infinity, expiresAtSeconds - nowSeconds);
}
