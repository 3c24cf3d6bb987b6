import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { judgeReadiness } from '../../../gateway/ops/readiness.js';
import { createOpsServer } from '../../../gateway/ops/server.js';


export const lab = Lab.script();
const { describe, it } = lab;

/** An ops server that nobody started, with a page of somebody's. */
function make(key?: string, isReachable = true) {

    const origin = { url: 'http://127.0.0.1', isUp: true, downSinceMs: undefined, inFlight: 0, requests: 0, failures: 0, ejections: 0 };
    const readiness = () => Promise.resolve(judgeReadiness({ isStoreReachable: isReachable, tracking: 'armed', origins: [origin], routes: 7 }));
    return createOpsServer({ host: '127.0.0.1', port: 0, key, readiness, routes: [{ method: 'GET', path: '/page', handler: () => 'a page' }] });
}

describe('createOpsServer()', () => {

    it('says that the process lives, and whether the store answers', async () => {

        expect((await make().inject('/healthz')).payload).to.equal('{"status":"ok"}');
        const ready = await make().inject('/readyz');
        expect([ready.statusCode, ready.result]).to.equal([200, { status: 'ok', store: 'ok', tracking: 'armed', upstream: 'ok', origins: '1 of 1', routes: 7 }]);
        const away = await make(undefined, false).inject('/readyz');
        expect(away.statusCode).to.equal(503);
        expect(away.result).to.include({ status: 'unavailable', store: 'unavailable' });
    });

    it('answers everybody where no key is set', async () => {

        expect((await make().inject('/page')).payload).to.equal('a page');
    });

    it('answers under a name of this machine only where no key is set, but for what machines ask', async () => {

        const statusOf = async (server: ReturnType<typeof make>, url: string, host: string) => (await server.inject({ url, headers: { host, authorization: 'Bearer the-operators-own' } })).statusCode;
        for (const own of ['localhost:8081', '127.0.0.1', '[::1]:8081']) {
            expect(await statusOf(make(), '/page', own), own).to.equal(200);
        }

        for (const url of ['/page', '/', '/explain', '//metrics', '/metrics/x']) {
            expect(await statusOf(make(), url, 'rebound.example:8081'), url).to.equal(403);
        }

        expect(await statusOf(make(), '/healthz', 'rebound.example')).to.equal(200);
        expect(await statusOf(make(), '/metrics', 'gate.internal')).to.equal(404);
        expect(await statusOf(make('the-operators-own'), '/page', 'ops.example')).to.equal(200);
    });

    it('asks for the key everywhere but where probes ask', async () => {

        const server = make('the-operators-own');
        expect((await server.inject('/healthz')).statusCode).to.equal(200);
        expect((await server.inject('/readyz')).statusCode).to.equal(200);

        const refused = await server.inject('/page');
        expect([refused.statusCode, refused.payload]).to.equal([401, '{"message":"Send POSTERN_OPS_KEY as a bearer token, or as the password of any user name."}']);
        expect(refused.headers['www-authenticate']).to.equal('Basic realm="postern", charset="UTF-8"');
        expect((await server.inject({ url: '/page', headers: { authorization: 'Bearer another-one-altogether' } })).statusCode).to.equal(401);
        expect((await server.inject({ url: '/page', headers: { authorization: 'Bearer the-operators-own' } })).payload).to.equal('a page');
    });
});
