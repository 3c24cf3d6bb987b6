import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';

import type { Refusal, Refusals } from '../plugin/refusals/refusal.js';
import type { Answer } from '../plugin/refusals/render.js';
import type { Gate } from './gate.js';
import type { Journal } from './journal/journal.js';
import type { Visit } from './visit.js';
import { refuse } from '../plugin/refusals/refuse.js';
import { StoreUnavailableError } from '../plugin/sessions/store.js';
import { endWhole } from './end-whole.js';
import { eachPerTurn } from './per-turn.js';
import { nextRequestId } from './request-ids.js';


export interface FrontParts {
    readonly gate: Gate;
    readonly journal: Journal;
    readonly refusals: Refusals;
    /** Whether a client hears the word for why it was refused. */
    readonly tellsReason: boolean;
    readonly notice: (sentence: string) => void;
}

/**
 * Has the gate serve what comes to a listener: it judges, and what it answers itself is written here. hapi, which owns the listener, is passed by: of what a call costs as a
 * whole its requests and responses are a large part, and the gate has no use for them.
 */
export function serve(listener: Server, { gate, journal, refusals, tellsReason, notice }: FrontParts): void {

    const finish = (visit: Visit, answer: Answer | undefined) => {

        if (answer !== undefined && !isLeft(visit)) {
            visit.trail.answered = { reason: answer.reason, bytes: writeAnswer(visit, answer, tellsReason) };
        }

        journal(visit);
    };

    const refusalOf = (error: unknown): Refusal => {

        if (error instanceof StoreUnavailableError) {
            return refusals.storeUnavailable();
        }

        const reportId = randomBytes(7).toString('hex').slice(1);
        notice(`Report webapi-${reportId}: ${String((error as Error).stack)}`);
        return refusals.internal(reportId);
    };

    // The store was away when it was needed, a client left while its body was read, or a mistake of ours

    const fail = (visit: Visit, error: unknown) => {

        const { req, res } = visit;
        if (isLeft(visit)) {
            finish(visit, undefined);
            return;
        }

        const refusal = refusalOf(error);
        if (res.headersSent) {
            res.destroy();
        }

        finish(visit, refuse(refusal, req));
    };

    const conclude = (visit: Visit, answer: Answer | undefined) => {

        try {
            finish(visit, answer);
        }
        catch (error) {
            fail(visit, error);
        }
    };

    // At the end of the turn: by then, what of a body came with its head is read

    const judge = eachPerTurn<Visit>((visit) => {

        try {
            const answer = gate(visit);
            if (!(answer instanceof Promise)) {
                finish(visit, answer);
                return;
            }

            answer.then((found) => {

                conclude(visit, found);
            }, (error: unknown) => {

                fail(visit, error);
            });
        }
        catch (error) {
            fail(visit, error);
        }
    });

    const arrive = (req: IncomingMessage, res: ServerResponse, awaitsContinue: boolean) => {

        const trail = { id: nextRequestId(), startedMs: performance.now() };
        judge({ req, res, trail, awaitsContinue, cors: undefined });
    };

    listener.removeAllListeners('request').on('request', (req, res) => {

        arrive(req, res, false);
    });
    listener.removeAllListeners('checkContinue').on('checkContinue', (req, res) => {

        arrive(req, res, true);
    });
}

/** Nobody is there to hear an answer. Behind one that is not finished yet, a response has no socket, and does not hear when the connection closes. */
function isLeft({ req, res }: Visit): boolean {

    return res.destroyed || req.socket.destroyed;
}

/** Writes an answer of the gate's own, which names the request, and gives the bytes of its body. What the upstream answers is the upstream's own. */
function writeAnswer({ req, res, trail, cors = [] }: Visit, { status, headers, body, reason }: Answer, tellsReason: boolean): number {

    const list = ['x-request-id', trail.id, ...cors];
    for (const [name, value] of Object.entries(headers)) {
        list.push(name, value);
    }

    if (tellsReason && reason !== undefined) {
        list.push('x-postern-reason', reason);
    }

    if (!req.complete && headers['connection'] === undefined) {
        list.push('connection', 'close');                   // What is left of the body is not read
    }

    const bytes = Buffer.byteLength(body);
    if (status !== 204) {
        list.push('content-length', String(bytes));
    }

    endWhole(res.writeHead(status, list), body, bytes === body.length ? 'latin1' : 'utf8');
    return bytes;
}
