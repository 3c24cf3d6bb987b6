import { Agent, request as sendRequest } from 'node:http';

import type { FaultyUpstream } from './faulty-upstream.js';
import type { FaultName } from './upstream-faults.js';
import { bodyFor } from './upstream-faults.js';


/** One kind of call. */
export interface CallKind {
    readonly method: string;
    readonly body: string | undefined;
    readonly isChunked: boolean;
    /** Idempotent and without a body: it may be sent again (RFC 9110 section 9.2.2). */
    readonly isRepeatable: boolean;
}

/**
 * What became of a call: its own answer, whole; an answer of its own that was broken off behind its head; the gate's own 502 or 504, in the shape that the gate writes;
 * or anything else, in words.
 */
export type Heard = '502' | '504' | 'broken off' | 'whole' | `wrong: ${string}`;

/** How a call went. */
export interface Went {
    readonly kind: CallKind;
    readonly heard: Heard;
    readonly status: number | undefined;
    /** How often it reached an upstream. */
    readonly sent: number;
}

const long = 'a body '.repeat(2_000);

const kindOf = (method: string, body?: string, isChunked = false): CallKind => ({ method, body, isChunked, isRepeatable: body === undefined && method !== 'POST' });

/** Calls of every kind that matters when one fails. */
export const callKinds: readonly CallKind[] = [
    kindOf('GET'), kindOf('DELETE'), kindOf('HEAD'), kindOf('POST', ''), kindOf('POST', long), kindOf('PUT', long), kindOf('PUT', long, true), kindOf('DELETE', 'a body')
];

/** A call and what became of it, in a line. */
export function tell({ kind: { method, body, isChunked }, heard, status, sent }: Went): string {

    return `${method}${body === undefined ? '' : ` with ${body.length} bytes${isChunked ? ' in chunks' : ''}`}: ${heard} (${String(status)}), sent ${sent} times`;
}

/** Clients of a gate on connections that they keep. */
export class UpstreamLoad {

    readonly #url: string;
    readonly #upstreams: readonly FaultyUpstream[];
    readonly #agent = new Agent({ keepAlive: true, maxSockets: 32 });
    #marks = 0;

    constructor(url: string, upstreams: readonly FaultyUpstream[]) {

        this.#url = url;
        this.#upstreams = upstreams;
    }

    stop(): void {

        this.#agent.destroy();
    }

    /** Sends one call, to a fault or to a good answer. */
    async send(kind: CallKind, fault?: FaultName): Promise<Went> {

        const mark = `m${++this.#marks}`;
        const { heard, status } = await this.#hear(kind, mark, fault);
        const sent = this.#upstreams.reduce((sum, upstream) => sum + upstream.arrivalsOf(mark), 0);
        return { kind, heard, status, sent };
    }

    #hear({ method, body, isChunked }: CallKind, mark: string, fault: FaultName | undefined): Promise<Pick<Went, 'heard' | 'status'>> {

        const path = `/shop?mark=${mark}${fault === undefined ? '' : `&fault=${encodeURIComponent(fault)}`}`;
        const headers = body === undefined ? {} : isChunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': String(body.length) };
        return new Promise((resolve) => {

            const request = sendRequest(`${this.#url}${path}`, { agent: this.#agent, method, headers }, (response) => {

                const { statusCode: status = 0, headers: { 'x-mark': heardMark, 'x-postern-reason': reason, 'content-type': type } } = response;
                let text = '';
                response.on('data', (chunk) => {

                    text += String(chunk);
                });
                response.once('end', () => {

                    const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
                    const isOwn = heardMark === mark && text === (hasBody ? bodyFor({ mark }) : '');
                    resolve({ status, heard: isOwn ? 'whole' : refusalOf(status, reason, hasBody ? text : undefined, type) ?? `wrong: ${status} ${String(heardMark)} ${text}` });
                });
                response.once('error', () => {

                    const isOwn = heardMark === mark && !/stray/.test(text);
                    resolve({ status, heard: isOwn ? 'broken off' : `wrong: ${status} ${String(heardMark)} ${text}` });
                });
            });
            request.once('error', ({ message }) => {

                resolve({ status: undefined, heard: `wrong: ${message}` });
            });
            request.end(body);
        });
    }
}

/** Reads the gate's own 502 or 504; `text` is absent where an answer has none. */
function refusalOf(status: number, reason: unknown, text: string | undefined, type: string | undefined): '502' | '504' | undefined {

    const isOwn = text === undefined || (type === 'application/json; charset=utf-8' && /^\{"message":"The service behind [^"]*"\}$/.test(text));
    if (status === 502 && reason === 'upstream-failed' && isOwn) {
        return '502';
    }

    return status === 504 && reason === 'upstream-timeout' && isOwn ? '504' : undefined;
}
