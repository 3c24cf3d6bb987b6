import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import type { Dispatcher } from 'undici';

import type { Body } from './body.js';
import type { Failure } from './failure.js';
import type { Verdict } from './health.js';
import type { Origin } from './origin.js';
import type { Origins } from './origins.js';
import type { Measures, Outcome } from './outcome.js';
import type { UpstreamRequest } from './request.js';
import { Answer } from './answer.js';
import { openBody } from './body.js';
import { failureOf } from './failure.js';
import { isAccepted } from './handshake.js';
import { listHeaders } from './headers.js';
import { isRepeatable } from './request.js';
import { Tunnel } from './tunnel.js';


/** Passes one request on and its answer back, as both arrive. Resolves when the response is closed, or was not begun. Rejects for a mistake of ours. */
export function exchange(request: UpstreamRequest, res: ServerResponse, origins: Origins): Promise<Outcome> {

    return new Promise((resolve, reject) => {

        new Exchange(request, res, origins, { resolve, reject }).start();
    });
}

/** Who hears how it ended. */
interface Ending {
    readonly resolve: (outcome: Outcome) => void;
    readonly reject: (error: Error) => void;
}

const nobody: readonly Origin[] = [];

class Exchange implements Dispatcher.DispatchHandler {

    readonly #request: UpstreamRequest;
    readonly #origins: Origins;
    readonly #ending: Ending;
    readonly #answer: Answer;
    readonly #body: Body;
    readonly #startedMs = performance.now();

    #origin: Origin;
    #takenMs = this.#startedMs;
    #refusing: readonly Origin[] = nobody;
    #controller: Dispatcher.DispatchController | undefined;
    #timer: NodeJS.Timeout | undefined;
    #tunnel: Tunnel | undefined;
    #headersMs: number | undefined;
    #why: Failure | undefined;
    #hasHeard = false;
    #isComplete = false;
    #isRepeated = false;
    #isOver = false;

    constructor(request: UpstreamRequest, res: ServerResponse, origins: Origins, ending: Ending) {

        this.#request = request;
        this.#origins = origins;
        this.#origin = origins.take();
        this.#ending = ending;
        this.#body = openBody(request.body);
        this.#answer = new Answer(res, origins.patience.idleTimeoutMs, () => {

            this.#settle();
        });
    }

    start(): void {

        if (this.#answer.open()) {
            this.#send();
        }
        else {
            this.#settle();
        }
    }

    #send(): void {

        const { method, target, headers, handshake } = this.#request;
        const { pool, servername } = this.#origin;
        const upgrade = handshake === undefined ? null : 'websocket';
        const options = { method, path: target, headers, body: this.#body.content, servername, upgrade };

        pool.dispatch(options, this);

        // As a rule a free connection has taken the request by now, and there is nothing to wait for.
        if (this.#controller === undefined && !this.#isOver) {
            this.#timer ??= setTimeout(() => {

                this.#fail('timeout', 'none');
            }, this.#origins.patience.headersTimeoutMs);
        }
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

    onResponseStart(controller: Dispatcher.DispatchController, status: number, _headers: IncomingHttpHeaders, statusText = ''): void {

        // Interim answers are hints, and may be ignored.
        if (status >= 200) {
            this.#headersMs = this.#elapsedMs();
            this.#origin.begin(this.#takenMs);
            const rawHeaders = listHeaders(controller.rawHeaders);
            this.#request.onlooker?.seeHead(status, rawHeaders);
            this.#answer.begin(status, statusText, rawHeaders, this.#request);
        }
    }

    /** The upstream has taken the client's handshake, or says that it has. */
    onRequestUpgrade(controller: Dispatcher.DispatchController, _status: number, headers: IncomingHttpHeaders, socket: Duplex): void {

        const { handshake } = this.#request;
        this.#isComplete = true;
        if (!isAccepted(handshake, headers)) {
            socket.destroy();
            this.#fail('garbled', 'bad');
            return;
        }

        this.#headersMs = this.#elapsedMs();
        this.#origin.begin(this.#takenMs);
        this.#answer.switchProtocols(handshake.socket, listHeaders(controller.rawHeaders));
        handshake.socket.unshift(handshake.head);
        this.#tunnel = new Tunnel(handshake.socket, socket, this.#origins.patience.idleTimeoutMs, () => {

            this.#settle();
        });
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
            this.#finish('none');
            this.#answer.abandon();
            this.#ending.reject(error);
        }
        else if (this.#answer.status !== undefined) {
            this.#why = why;
            this.#answer.cut();
        }
        else {
            this.#giveOn(wasSent ? this.#takeAgain(why) : this.#takeUntried(), why);
        }
    }

    /** No connection could be made: nothing was sent and nothing of the body was taken, so that whoever else there is may be asked, whatever the method. */
    #takeUntried(): Origin | undefined {

        this.#refusing = [...this.#refusing, this.#origin];
        return this.#origins.takeUntried(this.#refusing);
    }

    /** A kept connection may be closed just as it is used again: nothing was received, and the same is asked once more. */
    #takeAgain(why: Failure): Origin | undefined {

        if (why !== 'closed' || this.#hasHeard || this.#isRepeated || !isRepeatable(this.#request)) {
            return undefined;
        }

        this.#isRepeated = true;
        return this.#origins.takeAnother(this.#origin);
    }

    /** Gives the request to the next origin, or gives up where there is none. */
    #giveOn(next: Origin | undefined, why: Failure): void {

        if (next === undefined) {
            this.#fail(why, 'bad');
            return;
        }

        this.#origin.leave(this.#takenMs, 'bad');
        this.#origin = next;
        this.#takenMs = performance.now();
        this.#controller = undefined;
        this.#send();
    }

    #fail(why: Failure, verdict: Verdict): void {

        this.#finish(verdict);
        this.#ending.resolve({ kind: 'failed', why, ...this.#measure() });
    }

    /** The response is closed: finished, cut, or left by its client. */
    #settle(): void {

        const { status, isFinished } = this.#answer;
        this.#finish(verdictOf(this.#why, isFinished));
        if (status !== undefined && this.#why !== undefined) {
            this.#ending.resolve({ kind: 'cut', status, why: this.#why, ...this.#measure() });
        }
        else if (status !== undefined && isFinished) {
            this.#ending.resolve({ kind: 'answered', status, ...this.#measure() });
        }
        else {
            this.#ending.resolve({ kind: 'left', ...this.#measure() });
        }
    }

    #finish(verdict: Verdict): void {

        this.#isOver = true;
        this.#origin.leave(this.#takenMs, verdict);
        clearTimeout(this.#timer);
        this.#answer.release();
        this.#body.release();

        // Made only where it is needed: an Error with its stack would be the dearest thing here.
        if (!this.#isComplete) {
            this.#controller?.abort(new Error('The exchange is over'));
        }
    }

    #measure(): Measures {

        return { bytes: this.#tunnel?.bytes ?? this.#answer.bytes, totalMs: this.#elapsedMs(), headersMs: this.#headersMs };
    }

    #elapsedMs(): number {

        return performance.now() - this.#startedMs;
    }
}

/** What a closed response tells of the origin. One that falls silent within an answer may have nothing more to say, as with a stream of events. */
function verdictOf(why: Failure | undefined, isFinished: boolean): Verdict {

    if (why !== undefined) {
        return why === 'timeout' ? 'none' : 'bad';
    }

    return isFinished ? 'good' : 'none';
}
