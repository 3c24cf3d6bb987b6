import type { Dispatcher } from 'undici';

import type { Verdict } from '../forward/health.js';
import type { Origin } from '../forward/origin.js';
import type { Origins } from '../forward/origins.js';
import { failureOf } from '../forward/failure.js';
import { openPool } from '../forward/origin.js';


/** A question of the gate's own to the service behind. */
export interface Question {
    readonly method: 'GET' | 'POST';
    readonly path: string;
    /** The bearer token to ask with. */
    readonly token?: string;
    /** JSON. */
    readonly body?: string;
}

/** `away`: it gave no answer that can be read to its end. */
export type Reply = { readonly kind: 'answered'; readonly status: number; readonly body: string } | { readonly kind: 'away' };

export type Ask = (question: Question) => Promise<Reply>;

interface AskerOptions {
    readonly origins: Origins;
    readonly connectTimeoutMs: number;
    readonly headersTimeoutMs: number;
    readonly idleTimeoutMs: number;
}

/** Asked beside what is forwarded, and never in its way. */
const connections = 16;
const maxBytes = 1024 * 1024;
const away: Reply = { kind: 'away' };

/** Opens the way on which the gate itself asks the service behind, for a short answer in JSON. Rejects only for a mistake of ours. */
export function openAsker({ origins, ...times }: AskerOptions): { readonly ask: Ask; readonly close: () => Promise<void> } {

    const pools = new Map<Origin, Dispatcher>();
    const poolOf = (origin: Origin) => {

        const pool = pools.get(origin) ?? openPool(new URL(origin.url), { ...times, connections });
        pools.set(origin, pool);
        return pool;
    };

    return {
        async ask(question) {

            const refusing: Origin[] = [];
            let origin: Origin | undefined = origins.take();
            while (origin !== undefined) {
                const reply = await askOrigin(origin, poolOf(origin), question);

                // Credentials are sent once: to the next one only where there was no connection

                if (reply.kind !== 'refused') {
                    return reply;
                }

                refusing.push(origin);
                origin = origins.takeUntried(refusing);
            }

            return away;
        },
        async close() {

            await Promise.all([...pools.values()].map((pool) => pool.close()));
        }
    };
}

/** `refused`: nothing was sent. */
type OriginReply = Reply | { readonly kind: 'refused' };

async function askOrigin(origin: Origin, pool: Dispatcher, question: Question): Promise<OriginReply> {

    const takenMs = performance.now();
    let verdict: Verdict = 'none';
    try {
        const reply = await send(pool, question);
        verdict = reply.kind === 'answered' ? 'good' : 'bad';
        if (verdict === 'good') {
            origin.begin(takenMs);
        }

        return reply;
    }
    finally {
        origin.leave(takenMs, verdict);
    }
}

function send(pool: Dispatcher, { method, path, token, body }: Question): Promise<OriginReply> {

    const headers = {
        accept: 'application/json',
        ...token !== undefined && { authorization: `Bearer ${token}` },
        ...body !== undefined && { 'content-type': 'application/json' }
    };

    return new Promise((resolve, reject) => {

        pool.dispatch({ method, path, headers, body: body ?? null }, new Hearing(resolve, reject));
    });
}

/** Hears the answer to one question. */
class Hearing implements Dispatcher.DispatchHandler {

    readonly #resolve: (reply: OriginReply) => void;
    readonly #reject: (error: Error) => void;
    readonly #chunks: Buffer[] = [];
    #wasSent = false;
    #status = 0;
    #length = 0;

    constructor(resolve: (reply: OriginReply) => void, reject: (error: Error) => void) {

        this.#resolve = resolve;
        this.#reject = reject;
    }

    onRequestStart(): void {

        this.#wasSent = true;
    }

    onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {

        this.#status = status;
    }

    onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {

        this.#chunks.push(chunk);
        this.#length += chunk.length;
        if (this.#length > maxBytes) {
            this.#resolve(away);
            controller.abort(new Error('The answer is too long'));
        }
    }

    onResponseEnd(): void {

        this.#resolve({ kind: 'answered', status: this.#status, body: Buffer.concat(this.#chunks).toString() });
    }

    onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {

        if (failureOf(error, this.#wasSent) !== undefined) {
            this.#resolve(this.#wasSent ? away : { kind: 'refused' });
        }
        else {
            this.#reject(error);
        }
    }
}
