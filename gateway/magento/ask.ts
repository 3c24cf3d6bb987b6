import { Pool } from 'undici';

import { failureOf } from '../forward/failure.js';


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
    readonly origin: string;
    readonly connectTimeoutMs: number;
    readonly headersTimeoutMs: number;
    readonly idleTimeoutMs: number;
}

/** Asked beside what is forwarded, and never in its way. */
const connections = 16;
const maxBytes = 1024 * 1024;
const away: Reply = { kind: 'away' };

/** Opens the way on which the gate itself asks the service behind, for a short answer in JSON. Rejects only for a mistake of ours. */
export function openAsker({ origin, connectTimeoutMs, headersTimeoutMs, idleTimeoutMs }: AskerOptions): { readonly ask: Ask; readonly close: () => Promise<void> } {

    const pool = new Pool(origin, { connections, connect: { timeout: connectTimeoutMs }, headersTimeout: headersTimeoutMs, bodyTimeout: idleTimeoutMs });

    return {
        async ask({ method, path, token, body }) {

            const headers = {
                accept: 'application/json',
                ...token !== undefined && { authorization: `Bearer ${token}` },
                ...body !== undefined && { 'content-type': 'application/json' }
            };

            try {
                const answer = await pool.request({ method, path, headers, body: body ?? null });
                const chunks: Buffer[] = [];
                let length = 0;
                for await (const chunk of answer.body as AsyncIterable<Buffer>) {
                    length += chunk.length;
                    if (length > maxBytes) {
                        return away;
                    }

                    chunks.push(chunk);
                }

                return { kind: 'answered', status: answer.statusCode, body: Buffer.concat(chunks).toString() };
            }
            catch (error) {

                // undici rejects with errors only

                if (failureOf(error as Error, true) !== undefined) {
                    return away;
                }

                throw error;
            }
        },
        close: () => pool.close()
    };
}
