import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

import type { Dispatcher } from 'undici';

import type { Body } from './body.js';
import type { Failure } from './failure.js';
import type { Measures, Outcome } from './outcome.js';
import type { UpstreamRequest } from './request.js';
import { openBody } from './body.js';
import { failureOf } from './failure.js';
import { listHeaders, responseHeaders } from './headers.js';
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
    readonly #res: ServerResponse;
    readonly #destination: Destination;
    readonly #resolve: (outcome: Outcome) => void;
    readonly #reject: (error: Error) => void;
    readonly #body: Body;
    readonly #startedMs = performance.now();
    readonly #onClose = (): void => {

        this.#settle();
    };

    #controller: Dispatcher.DispatchController | undefined;
    #timer: NodeJS.Timeout | undefined;
    #status: number | undefined;
    #headersMs: number | undefined;
    #why: Failure | undefined;
    #bytes = 0;
    #hasHeard = false;
    #isComplete = false;
    #isRepeated = false;
    #isOver = false;

    constructor(request: UpstreamRequest, res: ServerResponse, destination: Destination, resolve: (outcome: Outcome) => void, reject: (error: Error) => void) {

        this.#request = request;
        this.#res = res;
        this.#destination = destination;
        this.#resolve = resolve;
        this.#reject = reject;
        this.#body = openBody(request.body);
    }

    start(): void {

        // The client may have left while its call was judged, and 'close' with it.
        if (this.#res.destroyed) {
            this.#settle();
            return;
        }

        this.#res.on('close', this.#onClose);
        this.#send();
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

    /** The first byte of the answer is there. */
    onResponseStarted(): void {

        this.#hasHeard = true;
    }

    onResponseStart(controller: Dispatcher.DispatchController, status: number, _headers: IncomingHttpHeaders, statusText = ''): void {

        // Interim answers are hints, and may be ignored.
        if (status < 200) {
            return;
        }

        const { method, isAuthenticated } = this.#request;
        const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
        const mayChunk = hasBody && this.#res.req.httpVersion !== '1.0';
        this.#res.writeHead(status, /^[\t\x20-\x7e]*$/.test(statusText) ? statusText : '', responseHeaders(listHeaders(controller.rawHeaders), { isAuthenticated, mayChunk }));
        this.#status = status;
        this.#headersMs = this.#elapsedMs();

        // Ended here, because undici takes the Content-Length of a 304 for that of a body, and misses it.
        if (!hasBody) {
            this.#res.end();
            return;
        }

        process.nextTick(() => {

            this.#flush();
        });
    }

    /** Sends the headers by themselves where no body came with them; else they travel together. */
    #flush(): void {

        if (this.#bytes === 0 && !this.#res.writableEnded) {
            this.#res.flushHeaders();
        }
    }

    onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {

        this.#bytes += chunk.length;
        if (this.#res.write(chunk)) {
            return;
        }

        controller.pause();
        this.#timer = setTimeout(() => this.#res.destroy(), this.#destination.idleTimeoutMs);
        this.#res.once('drain', () => {

            clearTimeout(this.#timer);
            controller.resume();
        });
    }

    onResponseEnd(_controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {

        this.#isComplete = true;
        this.#res.addTrailers(trailers);
        this.#res.end();
    }

    onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {

        if (this.#isOver || this.#res.writableEnded) {
            return;
        }

        const why = failureOf(error, this.#controller !== undefined);
        if (why === undefined) {
            this.#crash(error);
        }
        else if (this.#status !== undefined) {
            this.#why = why;
            this.#res.destroy();
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

    #crash(error: Error): void {

        this.#finish();
        if (this.#res.headersSent) {
            this.#res.destroy();
        }

        this.#reject(error);
    }

    /** The response is closed: finished, cut, or left by its client. */
    #settle(): void {

        this.#finish();
        if (this.#status !== undefined && this.#why !== undefined) {
            this.#resolve({ kind: 'cut', status: this.#status, why: this.#why, ...this.#measure() });
        }
        else if (this.#status !== undefined && this.#res.writableFinished) {
            this.#resolve({ kind: 'answered', status: this.#status, ...this.#measure() });
        }
        else {
            this.#resolve({ kind: 'left', ...this.#measure() });
        }
    }

    #finish(): void {

        this.#isOver = true;
        clearTimeout(this.#timer);
        this.#res.off('close', this.#onClose);

        this.#body.release();

        // Made only where it is needed: an Error with its stack is the dearest thing here.
        if (!this.#isComplete) {
            this.#controller?.abort(new Error('The exchange is over'));
        }
    }

    #measure(): Measures {

        return { bytes: this.#bytes, totalMs: this.#elapsedMs(), headersMs: this.#headersMs };
    }

    #elapsedMs(): number {

        return performance.now() - this.#startedMs;
    }
}
