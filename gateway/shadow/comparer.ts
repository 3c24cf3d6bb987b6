import type { IncomingMessage } from 'node:http';

import type { Stand } from '../../plugin/authenticate/stand.js';
import type { Standing } from '../../plugin/authenticate/standing.js';
import type { Session, SessionStore } from '../../plugin/sessions/store.js';
import type { Outcome } from '../forward/outcome.js';
import type { Comparison, Unjudged } from './compare.js';
import type { Confirm } from './confirm.js';
import type { Tap } from './tap.js';
import type { Form, SeenAnswer } from './their-word.js';
import type { Asked, Judge } from './verdict.js';
import type { Witness } from './witness.js';
import { parseBearer } from '../../plugin/authenticate/bearer.js';
import { unknownRole } from '../../plugin/authorize/acl.js';
import { guest } from '../../plugin/caller.js';
import { StoreUnavailableError } from '../../plugin/sessions/store.js';
import { readToken } from '../../plugin/sessions/token.js';
import { readUserToken } from '../magento/user-token.js';
import { originOf } from '../role-origin.js';
import { compare } from './compare.js';
import { inTime } from '../in-time.js';
import { readTheirWord } from './their-word.js';


/** A call on its way to the upstream. */
export interface ShadowCall {
    readonly req: IncomingMessage;
    readonly target: string;
    readonly isSecure: boolean;
    readonly form: Form;
    /** Absent where the body does not matter, or there is none. */
    readonly tap: Tap | undefined;
    readonly witness: Witness;
}

/** What came of it, and who called; absent where that was not found out. */
export interface Compared {
    readonly comparison: Comparison;
    readonly standing?: Standing;
}

/** Judges a call that was sent, and compares the verdict with what becomes of it. Never rejects, and never holds the call up. */
export type CompareCall = (call: ShadowCall, sent: Promise<Outcome>) => Promise<Compared>;

interface ComparerParts {
    readonly judge: Judge;
    readonly stand: Stand;
    readonly sessions: Pick<SessionStore, 'end'>;
    readonly confirm: Confirm;
    readonly nowSeconds: () => number;
    readonly notice: (sentence: string) => void;
    /** How long a verdict is waited for, once the answer is there. */
    readonly patienceMs: number;
}

// Clocks may differ by so much: around its end, a token may count here and not there
const skewSeconds = 60;

// With them a token ends that was good until then
const endings = new Set(['POST /V1/integration/customer/revoke-customer-token', 'SOAP integrationCustomerTokenServiceV1RevokeCustomerAccessToken']);

const noBody = Buffer.alloc(0);
const noRole: ReadonlySet<string> = new Set();
const nobody: Standing = { caller: guest, role: noRole, credential: 'bad' };

function unjudged(why: Unjudged): Comparison {

    return { result: 'unjudged', why };
}

export function createComparer({ judge, stand, sessions, confirm, nowSeconds, notice, patienceMs }: ComparerParts): CompareCall {

    /** Admins of whom the gate has no role are left to the upstream, wherever their accounts are: nobody has signed in here yet. */
    const identifyCaller = async (authorization: string | undefined): Promise<Standing> => {

        const standing = await stand(authorization);
        const { caller, role } = standing;
        return caller.type === 'admin' && role.size === 0 && originOf(role) === 'gate' ? { ...standing, role: unknownRole } : standing;
    };

    const prepare = async ({ req, target, isSecure, tap }: ShadowCall): Promise<Asked | 'lost'> => {

        const [standing, body] = await Promise.all([identifyCaller(req.headers.authorization), tap?.whole ?? noBody]);
        return body === 'lost' ? body : { frame: req, target, standing, isSecure, body };
    };

    /** Compares what is known by now. A token may have ended at the upstream since the gate saw it, in which case its holder was nobody to both. */
    const settle = async ({ req, form }: ShadowCall, answer: SeenAnswer, asked: Asked): Promise<Comparison> => {

        const theirs = readTheirWord(answer, form);
        const verdict = judge(asked);
        const comparison = compare(verdict, theirs);
        const token = tokenOf(req);
        const { session, credential } = asked.standing;
        if (comparison.result === 'too-strict' && credential === 'bad' && (endings.has(verdict.route) || isAboutToEnd(token, nowSeconds()))) {
            return unjudged('caller');
        }

        if (comparison.result !== 'too-lax' || comparison.theirs !== 'not-authorized' || session === undefined) {
            return comparison;
        }

        const holder = await confirm(session, token);
        if (holder.kind !== 'nobody') {
            return holder.kind === 'away' ? unjudged('caller') : comparison;
        }

        await end(session);
        return compare(judge({ ...asked, standing: nobody }), theirs);
    };

    const end = async ({ type, callerId, id }: Session): Promise<void> => {

        try {
            await sessions.end(type, callerId, id);
        }
        catch (error) {
            if (!(error instanceof StoreUnavailableError)) {
                throw error;
            }
        }
    };

    const run = async (call: ShadowCall, sent: Promise<Outcome>): Promise<Compared> => {

        const asking = prepare(call);
        asking.catch(() => undefined);                      // heard below, unless nothing came of the call itself

        const { kind } = await sent;
        const answer = call.witness.answer();
        if (answer === undefined) {
            return { comparison: unjudged(kind === 'left' ? 'client' : 'answer') };
        }

        const work = async (): Promise<Compared> => {

            const asked = await asking;
            return asked === 'lost' ? { comparison: unjudged('client') } : { comparison: await settle(call, answer, asked), standing: asked.standing };
        };

        return await inTime(work(), patienceMs) ?? { comparison: unjudged('late') };
    };

    return async function compareCall(call, sent) {

        try {
            const isOurs = readToken(tokenOf(call.req)) !== undefined;
            return isOurs ? { comparison: unjudged('gate-token') } : await run(call, sent);
        }
        catch (error) {

            // Whatever is wrong with a verdict, the call has had its answer

            notice(`A verdict of the shadow mode could not be had: ${String((error as Error).stack)}`);
            return { comparison: unjudged('mistake') };
        }
        finally {
            call.tap?.release();
        }
    };
}

/** The bearer token of a request; empty where it has none. */
function tokenOf({ headers }: IncomingMessage): string {

    const bearer = parseBearer(headers.authorization);
    return bearer.kind === 'token' ? bearer.token : '';
}

function isAboutToEnd(token: string, nowSeconds: number): boolean {

    const claims = readUserToken(token);
    return claims.kind === 'jwt' && Math.abs(claims.expiresAtSeconds - nowSeconds) <= skewSeconds;
}
