import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

import type { Dispatcher } from 'undici';

import type { Body } from './body.js';
import type { Failure } from './failure.js';
import type { Measures, Outcome } from './outcome.js';
import type { UpstreamRequest } from './request.js';
import { Answer } from './answer.js';
import { openBody } from './body.js';
import { failureOf } from './failure.js';
import { listHeaders } from './headers.js';
import { isRepeatable } from './request.js';


/** Where a request goes, and how long that may take. */
export interface Destination {
    readonly pool: Dispatcher;
    readonly servername: string;
    /** Until the answer's headers, and as long again for a free connection. */
    readonly headersTimeoutMs: number;
    /** Until the client takes more of the answer. */
    readonly idleTimeoutMs: number;
}

/** Passes one request on and its answer back, as both arrive. Resolves when the response is closed, or was not begun. Rejects for a mistake of ours. */
export function exchange(request: UpstreamRequest, res: ServerResponse, destination: Destination): Promise<Outcome> {

    return new Promise((resolve, reject) => {

        new Exchange(request, res, destination, resolve, reject).start();
    });
}

class Exchange implements Dispatcher.DispatchHandler {

    readonly #request: UpstreamRequest;
    readonly #destination: Destination;
    readonly #resolve: (outcome: Outcome) => void;
    readonly #reject: (error: Error) => void;
    readonly #answer: Answer;
    readonly #body: Body;
    readonly #startedMs = performance.now();

    #controller: Dispatcher.DispatchController | undefined;
    #timer: NodeJS.Timeout | undefined;
    #headersMs: number | undefined;
    #why: Failure | undefined;
    #hasHeard = false;
    #isComplete = false;
    #isRepeated = false;
    #isOver = false;

    constructor(request: UpstreamRequest, res: ServerResponse, destination: Destination, resolve: (outcome: Outcome) => void, reject: (error: Error) => void) {

        this.#request = request;
        this.#destination = destination;
        this.#resolve = resolve;
        this.#reject = reject;
        this.#body = openBody(request.body);
        this.#answer = new Answer(res, destination.idleTimeoutMs, () => {

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

        const { method, target, headers } = this.#request;
        const { pool, servername, headersTimeoutMs } = this.#destination;
        const options = { method, path: target, headers, body: this.#body.content, servername };

        this.#timer = setTimeout(() => {

            this.#fail('timeout');
        }, headersTimeoutMs);
        pool.dispatch(options, this);
    }

    /** A connection is there, and the request is about to be written. */
    onRequestStart(controller: Dispatcher.DispatchController): void {

        clearTimeout(this.#timer);

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
            this.#answer.begin(status, statusText, listHeaders(controller.rawHeaders), this.#request.method, this.#request.isAuthenticated);
        }
    }

    onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {

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

        const why = failureOf(error, this.#controller !== undefined);
        if (why === undefined) {
            this.#finish();
            this.#answer.abandon();
            this.#reject(error);
        }
        else if (this.#answer.status !== undefined) {
            this.#why = why;
            this.#answer.cut();
        }
        else if (why === 'closed' && !this.#hasHeard && !this.#isRepeated && isRepeatable(this.#request)) {

            // A kept connection may be closed just as it is used again: nothing was received, and the same is asked once more.
            this.#isRepeated = true;
            this.#controller = undefined;
            this.#send();
        }
        else {
            this.#fail(why);
        }
    }

    #fail(why: Failure): void {

        this.#finish();
        this.#resolve({ kind: 'failed', why, ...this.#measure() });
    }

    /** The response is closed: finished, cut, or left by its client. */
    #settle(): void {

        this.#finish();
        const { status, isFinished } = this.#answer;
        if (status !== undefined && this.#why !== undefined) {
            this.#resolve({ kind: 'cut', status, why: this.#why, ...this.#measure() });
        }
        else if (status !== undefined && isFinished) {
            this.#resolve({ kind: 'answered', status, ...this.#measure() });
        }
        else {
            this.#resolve({ kind: 'left', ...this.#measure() });
        }
    }

    #finish(): void {

        this.#isOver = true;
        clearTimeout(this.#timer);
        this.#answer.release();
        this.#body.release();

        // Made only where it is needed: an Error with its stack would be the dearest thing here.
        if (!this.#isComplete) {
            this.#controller?.abort(new Error('The exchange is over'));
        }
    }

    #measure(): Measures {

        return { bytes: this.#answer.bytes, totalMs: this.#elapsedMs(), headersMs: this.#headersMs };
    }

    #elapsedMs(): number {

        return performance.now() - this.#startedMs;
    }
}
