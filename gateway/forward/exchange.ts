import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import type { Dispatcher } from 'undici';

import type { AnswerOwner } from './answer.js';
import type { Body } from './body.js';
import type { Failure } from './failure.js';
import type { Verdict } from './health.js';
import type { Origins, Patience } from './origins.js';
import type { Measures, Outcome } from './outcome.js';
import type { UpstreamRequest } from './request.js';
import type { Keep } from './stay.js';
import type { Waiting } from './waiting.js';
import { Answer } from './answer.js';
import { Assignment } from './assignment.js';
import { openBody } from './body.js';
import { failureOf } from './failure.js';
import { isAccepted } from './handshake.js';
import { outcomeOf, verdictOf } from './outcome.js';
import { listHeaders } from './raw.js';
import { isEndless, Stay } from './stay.js';
import { Tunnel } from './tunnel.js';
import { watchWaiting } from './waiting.js';


/** Passes one request on and its answer back, as both arrive. Resolves when the response is closed, or was not begun. Rejects for a mistake of ours. */
export function exchange(request: UpstreamRequest, res: ServerResponse, origins: Origins, keep: Keep): Promise<Outcome> {

    return new Promise((resolve, reject) => {

        new Exchange(request, res, origins, { resolve, reject, keep }).start();
    });
}

/** Who hears how it goes on, and how it ended. */
interface Ending {
    readonly keep: Keep;
    readonly resolve: (outcome: Outcome) => void;
    readonly reject: (error: Error) => void;
}

class Exchange implements AnswerOwner, Dispatcher.DispatchHandler, Waiting {

    readonly #request: UpstreamRequest;
    readonly #patience: Patience;
    readonly #assignment: Assignment;
    readonly #ending: Ending;
    readonly #answer: Answer;
    readonly #body: Body;

    #controller: Dispatcher.DispatchController | undefined;
    #timer: NodeJS.Timeout | undefined;
    #tunnel: Tunnel | undefined;
    #stay: Stay | undefined;
    #why: Failure | undefined;
    #hasHeard = false;
    #isComplete = false;
    #isEndless = false;
    #isEnded = false;
    #isOver = false;

    constructor(request: UpstreamRequest, res: ServerResponse, origins: Origins, ending: Ending) {

        this.#request = request;
        this.#patience = origins.patience;
        this.#assignment = new Assignment(origins);
        this.#ending = ending;
        this.#body = openBody(request.body);
        this.#answer = new Answer(res, origins.patience.idleTimeoutMs, this);
    }

    start(): void {

        if (this.#answer.open()) {
            this.#send();
        }
        else {
            this.settle();
        }
    }

    #send(): void {

        const { method, target, headers, handshake } = this.#request;
        const { pool, servername } = this.#assignment.origin;
        const upgrade = handshake === undefined ? null : 'websocket';
        const options = { method, path: target, headers, body: this.#body.content, servername, upgrade };

        pool.dispatch(options, this);

        if (this.isWaiting) {
            watchWaiting(this);
        }
    }

    get isWaiting(): boolean {

        return this.#controller === undefined && !this.#isOver;
    }

    limitWait(): void {

        this.#timer ??= setTimeout(() => {

            this.#giveUp('timeout', 'none');
        }, this.#patience.headersTimeoutMs);
    }

    /** A connection is there, and the request is about to be written. */
    onRequestStart(controller: Dispatcher.DispatchController): void {

        clearTimeout(this.#timer);
        this.#timer = undefined;

        // Thrown, it takes the request from undici's queue and spares the connection; an abort would destroy it.
        if (this.#isOver) {
            throw new Error('The request was given up before it was sent');
        }

        this.#controller = controller;
    }

    /** The first byte of an answer is there. */
    onResponseStarted(): void {

        this.#hasHeard = true;
    }

    onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders, statusText = ''): void {

        // Interim answers are hints, and may be ignored.
        if (status >= 200) {
            this.#isEndless = isEndless(headers['content-type'] ?? '');
            this.#assignment.begin();
            const { rawHeaders } = controller;
            this.#request.onlooker?.seeHead(status, listHeaders(rawHeaders));
            this.#answer.begin({ status, statusText, rawHeaders, headers, request: this.#request });
        }
    }

    /** The upstream has taken the client's handshake, or says that it has. */
    onRequestUpgrade(controller: Dispatcher.DispatchController, _status: number, headers: IncomingHttpHeaders, socket: Duplex): void {

        const { handshake } = this.#request;
        this.#isComplete = true;
        if (!isAccepted(handshake, headers)) {
            socket.destroy();
            this.#giveUp('garbled', 'bad');
            return;
        }

        this.#assignment.begin();
        this.#answer.switchProtocols(handshake.socket, listHeaders(controller.rawHeaders));
        handshake.socket.unshift(handshake.head);
        this.#tunnel = new Tunnel(handshake.socket, socket, this.#patience.idleTimeoutMs, () => {

            this.settle();
        });
        this.#openStay().goOn();
    }

    /** The answer was not whole at once. */
    stay(): void {

        this.#openStay().begin();
    }

    #openStay(): Stay {

        const stay = new Stay(this.#request.holder, this.#isEndless, this.#ending.keep, () => {

            this.#isEnded = true;
            (this.#tunnel ?? this.#answer).cut();
        });
        this.#stay = stay;
        return stay;
    }

    onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {

        this.#request.onlooker?.seeData(chunk);
        this.#answer.write(chunk, controller);
    }

    onResponseEnd(_controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {

        this.#isComplete = true;
        this.#answer.end(trailers);
    }

    onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {

        if (this.#isOver || this.#answer.isEnded) {
            return;
        }

        const wasSent = this.#controller !== undefined;
        const why = failureOf(error, wasSent);
        if (why === undefined) {
            this.fail(error);
        }
        else if (this.#answer.status !== undefined) {
            this.#why = why;
            this.#answer.cut();
        }
        else if (this.#assignment.moveOn(this.#request, { why, wasSent, hasHeard: this.#hasHeard })) {
            this.#controller = undefined;
            this.#send();
        }
        else {
            this.#giveUp(why, 'bad');
        }
    }

    fail(error: Error): void {

        this.#finish('none');
        this.#answer.abandon();
        this.#ending.reject(error);
    }

    #giveUp(why: Failure, verdict: Verdict): void {

        this.#finish(verdict);
        this.#ending.resolve({ kind: 'failed', why, ...this.#measure() });
    }

    /** The response is closed: finished, cut, or left by its client. */
    settle(): void {

        const { status, isFinished } = this.#answer;
        const closed = { status, why: this.#why, isEnded: this.#isEnded, isFinished };
        this.#finish(verdictOf(closed));
        this.#ending.resolve(outcomeOf(closed, this.#measure()));
    }

    #finish(verdict: Verdict): void {

        this.#isOver = true;
        this.#assignment.leave(verdict);
        clearTimeout(this.#timer);
        this.#stay?.end();
        this.#answer.release();
        this.#body.release();

        // Made only where it is needed: an Error with its stack would be the dearest thing here.
        if (!this.#isComplete) {
            this.#controller?.abort(new Error('The exchange is over'));
        }
    }

    #measure(): Measures {

        return this.#assignment.measure(this.#tunnel?.bytes ?? this.#answer.bytes);
    }
}
