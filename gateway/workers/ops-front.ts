import type { OutgoingHttpHeaders } from 'node:http';

import * as Hapi from '@hapi/hapi';

import type { OpsAnswer, OpsQuestion } from './line.js';
import { sumMetrics } from '../ops/metrics.js';


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

/** Of one connection, or of a length that is worked out anew. */
const dropped: ReadonlySet<string> = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);
const maxBytes = 65_536;

/**
 * Makes the ops port of several processes. It is ready when all workers are, and its metrics are those of all together; anything else is asked of the first worker, which also asks for the key where there is one.
 */
export function createOpsFront({ host, port, workers }: OpsFrontParts): Hapi.Server {

    const server = Hapi.server({ host, port, debug: false });
    const askAll = (question: OpsQuestion) => Promise.all(workers().map(({ ask }) => ask(question)));

    server.route([
        { method: 'GET', path: '/healthz', handler: () => ({ status: 'ok', workers: workers().length }) },
        {
            method: 'GET', path: '/readyz', async handler(_request, h) {

                const told = await askAll({ method: 'GET', url: '/readyz', headers: {}, payload: '' });
                const isReady = told.every(({ status }) => status === 200);
                return h.response({ status: isReady ? 'ok' : 'unavailable', workers: told.map(({ payload }) => JSON.parse(payload) as unknown) }).code(isReady ? 200 : 503);
            }
        },
        {
            method: 'GET', path: '/metrics', async handler({ raw: { req: { headers: { authorization } } } }, h) {

                const told = await askAll({ method: 'GET', url: '/metrics', headers: { accept: 'application/json', ...authorization !== undefined && { authorization } }, payload: '' });
                const refused = told.find(({ status }) => status !== 200);
                if (refused !== undefined) {
                    return write(refused, h);
                }

                const { text, type } = await sumMetrics(told.map(({ payload }) => payload));
                return h.response(text).type(type);
            }
        },
        {
            method: '*', path: '/{any*}', options: { payload: { parse: false, output: 'data', maxBytes, override: 'application/octet-stream' } }, async handler({ raw: { req }, payload }, h) {

                const question = { method: String(req.method), url: String(req.url), headers: plainHeaders(req.headers), payload: Buffer.isBuffer(payload) ? payload.toString() : '' };
                const [first] = workers();
                const answer = await first?.ask(question);
                return answer === undefined ? h.response({ message: 'No worker is alive now.' }).code(503) : write(answer, h);
            }
        }
    ]);

    return server;
}

/** Answers a question that came to another process, as the ops port of this one would. */
export function createOpsAnswer(ops: Hapi.Server): (question: OpsQuestion) => Promise<OpsAnswer> {

    return async function answer({ method, url, headers, payload }) {

        const response = await ops.inject({ method, url, headers, payload });
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
