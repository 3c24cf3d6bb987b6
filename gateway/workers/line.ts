import type { Mishap } from '../journal/recent.js';


/** One end of the line between a process and its worker. */
export interface LineEnd {
    readonly send: (message: unknown) => void;
    readonly listen: (hear: (message: unknown) => void) => void;
}

/** A question of an operator's, as it came to the process that listens. */
export interface OpsQuestion {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly payload: string;
    /** What was refused lately in all processes, where it is to be shown. */
    readonly mishaps?: readonly Mishap[];
}

export interface OpsAnswer {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly payload: string;
}

/** What goes over the line. */
type Message =
    | { readonly kind: 'answer'; readonly id: number; readonly answer: OpsAnswer }
    | { readonly kind: 'question'; readonly id: number; readonly question: OpsQuestion }
    | { readonly kind: 'ready'; readonly url: string };

/** What a worker's end of the line is used for by the process that started it. */
export interface WorkerLine {
    /** Resolves to where it takes connections, once it does. */
    readonly ready: Promise<string>;
    /** Rejects where it does not answer in time. */
    readonly ask: (question: OpsQuestion) => Promise<OpsAnswer>;
}

const askTimeoutMs = 5_000;

/** Opens the line to a worker. */
export function openWorkerLine({ send, listen }: LineEnd, timeoutMs = askTimeoutMs): WorkerLine {

    const waiting = new Map<number,(answer: OpsAnswer) => void>();
    let lastId = 0;
    const ready = new Promise<string>((resolve) => {

        listen((message) => {

            if (!isMessage(message)) {
                return;
            }

            if (message.kind === 'ready') {
                resolve(message.url);
            }
            else if (message.kind === 'answer') {
                const take = waiting.get(message.id);
                take?.(message.answer);
            }
        });
    });

    return {
        ready,
        ask(question) {

            const id = ++lastId;
            return new Promise<OpsAnswer>((resolve, reject) => {

                const timer = setTimeout(() => {

                    waiting.delete(id);
                    reject(new Error(`A worker did not answer within ${timeoutMs} ms`));
                }, timeoutMs);
                waiting.set(id, (answer) => {

                    clearTimeout(timer);
                    waiting.delete(id);
                    resolve(answer);
                });
                send({ kind: 'question', id, question });
            });
        }
    };
}

/** Says over the line that this worker takes connections, and answers what is asked from then on. */
export function answerOverLine({ send, listen }: LineEnd, url: string, answer: (question: OpsQuestion) => Promise<OpsAnswer>): void {

    listen((message) => {

        if (isMessage(message) && message.kind === 'question') {
            const { id, question } = message;
            void answer(question).then((told) => {

                send({ kind: 'answer', id, answer: told });
            });
        }
    });
    send({ kind: 'ready', url });
}

/** Whoever is at the other end runs the same program; only other libraries may use the line, too. */
function isMessage(message: unknown): message is Message {

    return typeof message === 'object' && message !== null && 'kind' in message && ['answer', 'question', 'ready'].includes(String(message.kind));
}
