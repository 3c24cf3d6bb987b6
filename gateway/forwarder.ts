import type { IncomingMessage } from 'node:http';

import type { Caller } from '../plugin/caller.js';
import type { Assertions } from '../plugin/inject/assertion.js';
import type { Refusals } from '../plugin/refusals/refusal.js';
import type { Answer } from '../plugin/refusals/render.js';
import type { Session } from '../plugin/sessions/store.js';
import type { ClientOf } from './client-of.js';
import type { Upstream } from './forward/upstream.js';
import type { Relay } from './magento/relay.js';
import type { Passage } from './visit.js';
import { guest } from '../plugin/caller.js';
import { identityHeaders } from '../plugin/inject/identity.js';
import { refuse } from '../plugin/refusals/refuse.js';
import { requestHeaders } from './forward/headers.js';
import { signedStanding } from './signature.js';
import { handshakeOf } from './upgrade.js';


/** What of a request is not forwarded as it came. */
export interface Change {
    readonly target?: string;
    /** In place of the client's, which has been read. */
    readonly body?: Buffer;
}

/** Sends a request on with the caller's identity, and the answer back as it arrives. Gives what is to be answered where the upstream did not. */
export type Forward = (passage: Passage, change?: Change) => Promise<Answer | undefined>;

interface ForwardParts {
    readonly upstream: Upstream;
    readonly refusals: Refusals;
    readonly clientOf: ClientOf;
    readonly preserveHost: boolean;
    readonly keepCookies: boolean;
    /** Absent: no assertion is sent. */
    readonly assertions: Assertions | undefined;
    /** Absent: no session stands for a token of the upstream's. */
    readonly relay: Relay | undefined;
    readonly nowSeconds: () => number;
}

/** The upstream's own token of a session, where it has one. */
type Relayed = { readonly kind: 'lost' | 'none' } | { readonly kind: 'open'; readonly token: string; readonly check: () => Promise<void> };

const noRelay: Relayed = { kind: 'none' };

/** Makes the last two stages: inject ─▶ forward. */
export function createForward({ upstream, refusals, clientOf, preserveHost, keepCookies, assertions, relay, nowSeconds }: ForwardParts): Forward {

    const send = ({ req, res, trail, cors, standing }: Passage, { target, body }: Change, set: readonly string[]): Promise<Answer | undefined> => {

        const { session } = standing;
        const sent = upstream.forward({
            method: String(req.method),
            target: target ?? String(req.url),
            headers: requestHeaders(req.rawHeaders, set, { client: clientOf(req), preserveHost: preserveHost || standing === signedStanding, keepCookies, dropLength: body !== undefined }),
            body: body ?? (hasBody(req) ? req : undefined),
            handshake: handshakeOf(req),
            holder: session && { session, authorization: req.headers.authorization },
            isAuthenticated: session !== undefined,
            cors
        }, res);

        return sent.then((outcome) => {

            trail.outcome = outcome;
            return outcome.kind === 'failed' ? refuse(outcome.why === 'timeout' ? refusals.upstreamTimeout() : refusals.upstreamFailed(), req) : undefined;
        });
    };

    /** Adds what has to be waited for. */
    const vouchAndSend = async (passage: Passage, change: Change, set: string[], caller: Caller): Promise<Answer | undefined> => {

        const { req, trail, standing: { session } } = passage;
        if (assertions !== undefined) {
            set.push('x-caller-assertion', await assertions.assertionFor(caller, session?.id, nowSeconds()));
        }

        const relayed = relay === undefined || session === undefined ? noRelay : await openRelay(relay, session, req.headers.authorization);
        if (relayed.kind === 'lost') {
            return refuse(refusals.badToken(), req);
        }

        if (relayed.kind === 'open') {
            set.push('Authorization', `Bearer ${relayed.token}`);
        }

        const answer = await send(passage, change, set);
        if (relayed.kind === 'open' && trail.outcome?.kind === 'answered' && trail.outcome.status === 401) {
            await relayed.check();
        }

        return answer;
    };

    return function forward(passage, change = {}) {

        const { req, trail, standing } = passage;
        const signature = standing === signedStanding ? req.headers.authorization : undefined;
        const caller = signature === undefined ? standing.caller : guest;
        const set = identityHeaders(caller, standing.session?.id, trail.id);
        if (signature !== undefined) {
            set.push('Authorization', signature);
        }

        return assertions === undefined && relay === undefined ? send(passage, change, set) : vouchAndSend(passage, change, set, caller);
    };
}

async function openRelay(relay: Relay, session: Session, authorization: string | undefined): Promise<Relayed> {

    const token = await relay.tokenOf(session, authorization);
    return token === undefined ? { kind: 'lost' } : { kind: 'open', token, check: () => relay.check(session, token) };
}

/** Whether a message has a body: RFC 9112 section 6.3. */
export function hasBody({ headers }: IncomingMessage): boolean {

    return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}
