import { expect } from '@hapi/code';
import * as Hapi from '@hapi/hapi';
import * as Lab from '@hapi/lab';

import type { Entry } from '../../../gateway/journal/entry.js';
import type { Mishap } from '../../../gateway/journal/recent.js';
import type { Asked } from '../../../gateway/workers/ops-front.js';
import { metricsRoute } from '../../../gateway/ops/metrics.js';
import { refusalsRoute } from '../../../gateway/ops/refusals.js';
import { createOpsServer } from '../../../gateway/ops/server.js';
import { createOpsAnswer, createOpsFront } from '../../../gateway/workers/ops-front.js';
import { guest } from '../../../plugin/caller.js';
import { makeMetrics } from '../../support/metrics.js';


export const lab = Lab.script();
const { describe, it } = lab;

const entry: Entry = { requestId: 'x', source: '', method: 'GET', path: '/', kind: 'schema', resources: [], caller: guest, credential: 'absent', fate: 'forwarded', status: 200, bytes: 1, totalMs: 1 };

/** A worker whose ops port says a word. */
function makeWorker(word: string, readyStatus = 200): Asked {

    const ops = Hapi.server();
    ops.route([
        { method: 'GET', path: '/readyz', handler: (_request, h) => h.response({ store: word }).code(readyStatus) },
        { method: 'POST', path: '/say', handler: ({ payload, raw: { req } }, h) => h.response(`${word} ${JSON.stringify(payload)} ${String(req.headers.authorization)}`).code(201).header('x-word', word) }
    ]);
    return { ask: createOpsAnswer(ops) };
}

describe('createOpsFront()', () => {

    const front = (...workers: readonly Asked[]) => createOpsFront({ host: '127.0.0.1', port: 0, workers: () => workers });

    /** A worker in which something was refused at these times. */
    const makeWorkerWith = (times: readonly number[], key?: string): Asked => {

        const mishaps = times.map((atMs) => ({ atMs, entry }));
        const ops = createOpsServer({
            host: '127.0.0.1', port: 0, key, readiness: () => Promise.reject(new Error('nobody asks')),
            routes: [
                refusalsRoute(() => mishaps),
                { method: 'GET', path: '/', handler: ({ plugins: { posternOps }, url: { search } }) => `${search} ${posternOps?.mishaps.map(({ atMs }) => atMs).join() ?? 'none'}` }
            ]
        });
        return { ask: createOpsAnswer(ops) };
    };

    const silent: Asked = { ask: () => Promise.reject(new Error('A worker did not answer within 5000 ms')) };

    it('lists what was refused in all workers that answer, and has the page show it', async () => {

        const server = front(makeWorkerWith([5, 1]), makeWorkerWith([9, 3]), silent);
        const listed = await server.inject('/refusals');
        expect([listed.statusCode, (listed.result as readonly Mishap[]).map(({ atMs }) => atMs)]).to.equal([200, [9, 5, 3, 1]]);
        expect((await server.inject('/?caller=x')).payload).to.equal('?caller=x 9,5,3,1');
    });

    it('answers as compressed as whoever asks would have it, and whole', async () => {

        const server = front(makeWorkerWith(Array.from({ length: 50 }, (_, i) => i), 'the-operators-own'));
        await server.start();
        const listed = await fetch(`${server.info.uri}/refusals`, { headers: { 'accept-encoding': 'gzip', authorization: 'Bearer the-operators-own' } });
        const mishaps = await listed.json() as readonly Mishap[];
        await server.stop();
        expect([listed.status, listed.headers.get('content-encoding'), mishaps.length]).to.equal([200, 'gzip', 50]);
    });

    it('lists nothing to whom a worker would not', async () => {

        const server = front(makeWorkerWith([1]), makeWorkerWith([2]));
        const keyed = front(makeWorkerWith([1], 'the-operators-own'));
        for (const url of ['/refusals', '/']) {
            expect((await server.inject({ url, headers: { host: 'elsewhere.example' } })).statusCode).to.equal(403);
            expect((await keyed.inject(url)).statusCode).to.equal(401);
            expect((await keyed.inject({ url, headers: { authorization: 'Bearer the-operators-own' } })).statusCode).to.equal(200);
        }
    });

    it('says that a worker does not answer, in the place of waiting for ever', async () => {

        const ready = await front(makeWorker('a'), silent).inject('/readyz');
        expect([ready.statusCode, ready.result]).to.equal([503, { status: 'unavailable', workers: [{ store: 'a' }, { status: 'unavailable', message: 'A worker does not answer now.' }] }]);
        for (const url of ['/metrics', '/explain', '/']) {
            expect((await front(silent).inject(url)).statusCode).to.equal(503);
        }

        expect((await front().inject('/readyz')).statusCode).to.equal(503);
    });

    it('is ready when all workers are', async () => {

        const ready = await front(makeWorker('a'), makeWorker('b')).inject('/readyz');
        expect([ready.statusCode, ready.result]).to.equal([200, { status: 'ok', workers: [{ store: 'a' }, { store: 'b' }] }]);
        const unready = await front(makeWorker('a'), makeWorker('b', 503)).inject('/readyz');
        expect([unready.statusCode, unready.result]).to.equal([503, { status: 'unavailable', workers: [{ store: 'a' }, { store: 'b' }] }]);
    });

    /** A worker that has served one call. */
    const measured = (key?: string): Asked => {

        const metrics = makeMetrics();
        metrics.observe(entry);
        const readiness = () => Promise.reject(new Error('nobody asks'));
        return { ask: createOpsAnswer(createOpsServer({ host: '127.0.0.1', port: 0, key, readiness, routes: [metricsRoute(metrics)] })) };
    };

    it('sums the metrics of all workers up, and passes on that one refuses them', async () => {

        const told = await front(measured(), measured()).inject('/metrics');
        expect(told.payload).to.contain('postern_requests_total{route="(schema)",caller="guest",decision="forwarded",status="200"} 2').and.contain('postern_hashing_running 2');
        const keyed = front(measured('the-operators-own'), measured('the-operators-own'));
        expect((await keyed.inject('/metrics')).statusCode).to.equal(401);
        expect((await keyed.inject({ url: '/metrics', headers: { authorization: 'Bearer the-operators-own' } })).statusCode).to.equal(200);
    });

    it('goes on counting when another worker takes the place of one', async () => {

        let workers = [measured(), measured()];
        const server = createOpsFront({ host: '127.0.0.1', port: 0, workers: () => workers });
        const count = async () => {

            const { payload } = await server.inject('/metrics');
            return [/^postern_requests_total\{.*\} (\d+)$/m, /^postern_request_seconds_count\{decision="forwarded"\} (\d+)$/m, /^postern_hashing_running (\d+)$/m].map((line) => Number(line.exec(payload)?.[1]));
        };

        expect(await count()).to.equal([2, 2, 2]);
        for (const calls of [3, 4, 5]) {
            workers = [measured(), ...workers.slice(0, 1)];
            expect(await count()).to.equal([calls, calls, 2]);
            expect(await count()).to.equal([calls, calls, 2]);
        }
    });

    it('lives, whatever becomes of its workers', async () => {

        expect((await front(makeWorker('a')).inject('/healthz')).result).to.equal({ status: 'ok', workers: 1 });
    });

    it('asks one worker everything else, and passes its answer on', async () => {

        const server = front(makeWorker('a'), makeWorker('b'));
        const said = await server.inject({ method: 'POST', url: '/say?x=1', headers: { 'content-type': 'application/json', authorization: 'Bearer key' }, payload: '{"y":2}' });
        expect([said.statusCode, said.headers['x-word'], said.payload]).to.equal([201, 'a', 'a {"y":2} Bearer key']);
        expect((await server.inject('/nowhere')).statusCode).to.equal(404);
        expect((await front().inject('/nowhere')).statusCode).to.equal(503);
    });
});
