import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { UpstreamRequest } from './request.js';
import { perTurn } from '../per-turn.js';
import { replaceCors, responseHeaders } from './headers.js';


/** Where parts of an answer come from; it can wait. */
export interface Source {
    pause(): void;
    resume(): void;
}

function flush(answer: Answer): void {

    answer.flush();
}

const finishTogether = perTurn<Answer>((answers) => {

    for (const answer of answers) {
        answer.finish();
    }
});

/** Whose answer it is. */
export interface AnswerOwner {
    /** Called once: when the response is finished, or its client is gone. */
    readonly settle: () => void;
    /** The answer has begun, and was not whole at once. */
    readonly stay: () => void;
}

/** The client's side of an exchange: the response, to which the upstream's answer is written as it arrives. */
export class Answer {

    readonly #res: ServerResponse;
    readonly #idleTimeoutMs: number;
    readonly #owner: AnswerOwner;
    readonly #onClose: () => void;

    #connection: Socket | undefined;
    #timer: NodeJS.Timeout | undefined;
    #status: number | undefined;
    #bytes = 0;

    /** A small first part, until it is known whether it is the last one, too. */
    #first: Buffer | undefined;
    #isWithHeaders = false;
    #isEnded = false;
    #isReleased = false;

    constructor(res: ServerResponse, idleTimeoutMs: number, owner: AnswerOwner) {

        this.#res = res;
        this.#idleTimeoutMs = idleTimeoutMs;
        this.#owner = owner;
        this.#onClose = () => {

            owner.settle();
        };
    }

    /** Undefined as long as nothing was written. */
    get status(): number | undefined {

        return this.#status;
    }

    get bytes(): number {

        return this.#bytes;
    }

    /** Nothing is to be written any more. */
    get isEnded(): boolean {

        return this.#isEnded;
    }

    /** All has been given to the system. */
    get isFinished(): boolean {

        return this.#res.writableFinished;
    }

    /** Listens for the end; false where the client has left already, while its call was judged. */
    open(): boolean {

        // Behind an answer that is not finished yet, a response has no socket, and does not hear when the connection closes.
        const connection = this.#res.socket === null ? this.#res.req.socket : undefined;
        if (this.#res.destroyed || connection?.destroyed === true) {
            return false;
        }

        this.#res.on('close', this.#onClose);
        this.#connection = connection?.on('close', this.#onClose);
        return true;
    }

    begin(status: number, statusText: string, rawHeaders: readonly string[], { method, isAuthenticated, cors }: Pick<UpstreamRequest, 'cors' | 'isAuthenticated' | 'method'>): void {

        const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
        const mayChunk = hasBody && this.#res.req.httpVersion !== '1.0';
        const headers = responseHeaders(rawHeaders, { isAuthenticated, mayChunk });
        this.#res.writeHead(status, /^[\t\x20-\x7e]*$/.test(statusText) ? statusText : '', cors === undefined ? headers : replaceCors(headers, cors));
        this.#status = status;

        // Ended here, because undici takes the Content-Length of a 304 for that of a body, and misses it.
        if (!hasBody) {
            this.end();
            return;
        }

        this.#isWithHeaders = true;
        process.nextTick(flush, this);
    }

    /** Tells the client that its connection speaks WebSocket from here on: what becomes of it is no business of the response any more. */
    switchProtocols(connection: Socket, rawHeaders: readonly string[]): void {

        this.#res.writeHead(101, [...responseHeaders(rawHeaders, { isAuthenticated: false, mayChunk: false }), 'Connection', 'Upgrade', 'Upgrade', 'websocket']);
        this.#status = 101;
        this.#isEnded = true;
        this.release();
        this.#res.end();
        this.#res.detachSocket(connection);
    }

    /** Sends what came with the headers by now, or the headers by themselves. */
    flush(): void {

        this.#isWithHeaders = false;
        if (this.#isEnded) {
            return;
        }

        this.#owner.stay();
        if (this.#first !== undefined) {
            this.#res.write(this.#first);
            this.#first = undefined;
        }
        else if (this.#bytes === 0) {
            this.#res.flushHeaders();
        }
    }

    write(chunk: Buffer, source: Source): void {

        this.#bytes += chunk.length;
        if (this.#isWithHeaders) {
            this.#isWithHeaders = false;
            this.#first = chunk;
            return;
        }

        this.#pass(chunk, source);
    }

    #pass(chunk: Buffer, source: Source): void {

        if (this.#first !== undefined) {
            this.#res.write(this.#first);
            this.#first = undefined;
        }

        if (this.#res.write(chunk)) {
            return;
        }

        source.pause();
        this.#timer = setTimeout(() => {

            this.cut();
        }, this.#idleTimeoutMs);
        this.#res.once('drain', () => {

            clearTimeout(this.#timer);
            source.resume();
        });
    }

    end(trailers: IncomingHttpHeaders = {}): void {

        this.#isEnded = true;
        this.#res.addTrailers(trailers);
        finishTogether(this);
    }

    /** Gives what is left of an answer that has ended to the system, unless its client has left meanwhile. */
    finish(): void {

        if (!this.#isReleased) {
            this.#res.end(this.#first);
        }
    }

    /** Ends the connection within the answer, so that the client cannot take the part for the whole. */
    cut(): void {

        this.#res.destroy();
        this.#onClose();
    }

    /** Leaves the response to somebody else, unless it is begun. */
    abandon(): void {

        if (this.#res.headersSent) {
            this.#res.destroy();
        }
    }

    release(): void {

        this.#isReleased = true;
        clearTimeout(this.#timer);
        this.#res.off('close', this.#onClose);
        this.#connection?.off('close', this.#onClose);
    }
}
