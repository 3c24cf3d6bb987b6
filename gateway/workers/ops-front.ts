import type { OutgoingHttpHeaders } from 'node:http';

import * as Hapi from '@hapi/hapi';

import type { Mishap } from '../journal/recent.js';
import type { OpsAnswer, OpsQuestion } from './line.js';
import { maxRecent, mergeRecent } from '../journal/recent.js';
import { sumMetrics } from '../ops/metrics.js';
import { openLedger } from './ledger.js';


/** A worker, as far as operators ask it. */
export interface Asked {
    readonly ask: (question: OpsQuestion) => Promise<OpsAnswer>;
}

interface OpsFrontParts {
    readonly host: string;
    readonly port: number;
    /** Those that are alive. */
    readonly workers: () => readonly Asked[];
}

/** Of one connection, or of how long and how compressed a message is, which is worked out anew: what goes over the line is text. */
const dropped: ReadonlySet<string> = new Set(['accept-encoding', 'connection', 'content-length', 'keep-alive', 'transfer-encoding']);
const maxBytes = 65_536;

/** What a worker is taken to say that says nothing in time. */
const silence: OpsAnswer = { status: 503, headers: { 'content-type': 'application/json; charset=utf-8' }, payload: '{"status":"unavailable","message":"A worker does not answer now."}' };

/** What several workers say together: `refused` is what the first one says that does not answer with 200. */
type Told = { readonly kind: 'refused'; readonly answer: OpsAnswer } | { readonly kind: 'told'; readonly payloads: ReadonlyMap<Asked, string> };

/**
 * Makes the ops port of several processes. It is ready when all workers are, its metrics are those of all together, with what those before them have counted, and so is what was refused lately, on the page, too; anything else is asked of the first worker.
 * Workers ask for the key where there is one.
 */
export function createOpsFront({ host, port, workers }: OpsFrontParts): Hapi.Server {

    const server = Hapi.server({ host, port, debug: false });
    const ledger = openLedger<Asked>();
    const answerOf = ({ ask }: Asked, question: OpsQuestion) => ask(question).catch(() => silence);
    const askEach = (question: OpsQuestion) => Promise.all(workers().map((worker) => answerOf(worker, question)));

    const askAll = async (question: OpsQuestion): Promise<Told> => {

        const answers = await Promise.all(workers().map(async (worker) => [worker, await answerOf(worker, question)] as const));
        const [, answer] = answers.find(([, { status }]) => status !== 200) ?? [];
        return answer === undefined ? { kind: 'told', payloads: new Map(answers.map(([worker, { payload }]) => [worker, payload])) } : { kind: 'refused', answer };
    };

    const askFirst = async (question: OpsQuestion, h: Hapi.ResponseToolkit): Promise<Hapi.ResponseObject> => {

        const [first] = workers();
        return write(first === undefined ? silence : await answerOf(first, question), h);
    };

    /** What was refused lately in workers that answer. One that asks for a key, or does not show it to everybody, says so. */
    const listMishaps = async (headers: OpsQuestion['headers']): Promise<OpsAnswer | readonly Mishap[]> => {

        const answers = await askEach({ method: 'GET', url: '/refusals', headers, payload: '' });
        const refused = answers.find(({ status }) => status === 401 || status === 403);
        return refused ?? mergeRecent(answers.filter(({ status }) => status === 200).map(({ payload }) => JSON.parse(payload) as readonly Mishap[]), maxRecent);
    };

    server.route([
        { method: 'GET', path: '/healthz', handler: () => ({ status: 'ok', workers: workers().length }) },
        {
            method: 'GET', path: '/readyz', async handler(_request, h) {

                const told = await askEach({ method: 'GET', url: '/readyz', headers: {}, payload: '' });
                const isReady = told.length > 0 && told.every(({ status }) => status === 200);
                return h.response({ status: isReady ? 'ok' : 'unavailable', workers: told.map(({ payload }) => JSON.parse(payload) as unknown) }).code(isReady ? 200 : 503);
            }
        },
        {
            method: 'GET', path: '/metrics', async handler({ raw: { req: { headers: { authorization } } } }, h) {

                const told = await askAll({ method: 'GET', url: '/metrics', headers: { accept: 'application/json', ...authorization !== undefined && { authorization } }, payload: '' });
                if (told.kind === 'refused') {
                    return write(told.answer, h);
                }

                const { text, type } = await sumMetrics(await ledger.enter(told.payloads, workers()));
                return h.response(text).type(type);
            }
        },
        {
            method: 'GET', path: '/refusals', async handler({ raw: { req } }, h) {

                const told = await listMishaps(plainHeaders(req.headers));
                return 'status' in told ? write(told, h) : h.response([...told]);
            }
        },
        {
            method: 'GET', path: '/', async handler({ raw: { req } }, h) {

                const headers = plainHeaders(req.headers);
                const mishaps = await listMishaps(headers);
                return 'status' in mishaps ? write(mishaps, h) : await askFirst({ method: 'GET', url: String(req.url), headers, payload: '', mishaps }, h);
            }
        },
        {
            method: '*', path: '/{any*}', options: { payload: { parse: false, output: 'data', maxBytes, override: 'application/octet-stream' } }, handler({ raw: { req }, payload }, h) {

                return askFirst({ method: String(req.method), url: String(req.url), headers: plainHeaders(req.headers), payload: Buffer.isBuffer(payload) ? payload.toString() : '' }, h);
            }
        }
    ]);

    return server;
}

/** Answers a question that came to another process, as the ops port of this one would. */
export function createOpsAnswer(ops: Hapi.Server): (question: OpsQuestion) => Promise<OpsAnswer> {

    return async function answer({ method, url, headers, payload, mishaps }) {

        const response = await ops.inject({ method, url, headers, payload, ...mishaps !== undefined && { plugins: { posternOps: { mishaps } } } });
        return { status: response.statusCode, headers: plainHeaders(response.headers), payload: response.payload };
    };
}

function write({ status, headers, payload }: OpsAnswer, h: Hapi.ResponseToolkit): Hapi.ResponseObject {

    const response = h.response(payload).code(status);
    for (const [name, value] of Object.entries(headers)) {
        response.header(name, value);
    }

    return response;
}

function plainHeaders(headers: OutgoingHttpHeaders): Readonly<Record<string, string>> {

    return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (dropped.has(name) ? [] : [[name, String(value)]])));
}
