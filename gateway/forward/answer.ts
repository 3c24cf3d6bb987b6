import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { Head } from './head.js';
import { endWhole } from '../end-whole.js';
import { perTurn } from '../per-turn.js';
import { bringsBody, headersOf, reasonOf } from './head.js';
import { responseHeaders } from './headers.js';


/** Where parts of an answer come from; it can wait. */
export interface Source {
    pause(): void;
    resume(): void;
}

/** Up to here a body is short: Node writes what is not longer than 16 KiB with its head without holding it. */
const maxTextBytes = 8_192;

const giveTogether = perTurn<Answer>((answers) => {

    for (const answer of answers) {
        answer.give();
    }
});

/** Whose answer it is. */
export interface AnswerOwner {
    /** Called once: when the response is finished, or its client is gone. */
    readonly settle: () => void;
    /** The answer has begun, and was not whole at once. */
    readonly stay: () => void;
    /** Nothing could be made of what the upstream said: a mistake of ours. */
    readonly fail: (error: Error) => void;
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

    /** What is given to the client at the end of the turn: the head, and the first part of the body. */
    #head: Head | undefined;
    #first: Buffer | undefined;
    #isEnded = false;
    #isReleased = false;

    constructor(res: ServerResponse, idleTimeoutMs: number, owner: AnswerOwner) {

        this.#res = res;
        this.#idleTimeoutMs = idleTimeoutMs;
        this.#owner = owner;
        this.#onClose = () => {

            if (!this.#isReleased) {
                owner.settle();
            }
        };
    }

    /** Undefined as long as the upstream has said nothing. */
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

    begin(head: Head): void {

        this.#status = head.status;
        this.#head = head;

        // Ended here, because undici takes the Content-Length of a 304 for that of a body, and misses it.
        this.#isEnded = !bringsBody(head);
        giveTogether(this);
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

    /** Gives the client what has come by now. False where it can be given nothing any more. */
    give(): boolean {

        const head = this.#head;
        if (head === undefined || this.#isReleased) {
            return !this.#isReleased;
        }

        // Not kept for as long as the rest takes

        const first = this.#first;
        this.#head = undefined;
        this.#first = undefined;
        try {
            this.#res.writeHead(head.status, reasonOf(head), headersOf(head, this.#res.req.httpVersion !== '1.0'));
        }
        catch (error) {
            this.#owner.fail(error as Error);
            return false;
        }

        if (this.#isEnded) {
            this.#end(first);
            return true;
        }

        this.#owner.stay();
        if (first === undefined) {
            this.#res.flushHeaders();
        }
        else {
            this.#res.write(first);
        }

        return true;
    }

    /** A short body is written as a text, byte for byte: together with the head, as one. */
    #end(whole: Buffer | undefined): void {

        const res = this.#res;
        if (whole === undefined || whole.length > maxTextBytes) {
            res.end(whole);
        }
        else if (res.chunkedEncoding) {
            res.end(whole.toString('latin1'), 'latin1');
        }
        else {
            endWhole(res, whole.toString('latin1'), 'latin1');
        }
    }

    write(chunk: Buffer, source: Source): void {

        this.#bytes += chunk.length;
        if (this.#head !== undefined && this.#first === undefined) {
            this.#first = chunk;
        }
        else if (this.give()) {
            this.#pass(chunk, source);
        }
    }

    #pass(chunk: Buffer, source: Source): void {

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

    end(trailers: IncomingHttpHeaders): void {

        this.#isEnded = true;
        this.#res.addTrailers(trailers);
        if (this.#head === undefined) {
            this.#res.end();
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

        // A response takes its listener with it; the connection outlives it

        this.#isReleased = true;
        clearTimeout(this.#timer);
        this.#connection?.off('close', this.#onClose);
    }
}
