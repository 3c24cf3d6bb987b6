import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createOpsServer } from '../../../gateway/ops/server.js';


export const lab = Lab.script();
const { describe, it } = lab;

/** An ops server that nobody started, with a page of somebody's. */
function make(key?: string, isReachable = true) {

    return createOpsServer({ host: '127.0.0.1', port: 0, key, isStoreReachable: () => Promise.resolve(isReachable), routes: [{ method: 'GET', path: '/page', handler: () => 'a page' }] });
}

describe('createOpsServer()', () => {

    it('says that the process lives, and whether the store answers', async () => {

        expect((await make().inject('/healthz')).payload).to.equal('{"status":"ok"}');
        expect((await make().inject('/readyz')).payload).to.equal('{"status":"ok","store":"ok"}');
        const away = await make(undefined, false).inject('/readyz');
        expect([away.statusCode, away.payload]).to.equal([503, '{"status":"unavailable","store":"unavailable"}']);
    });

    it('answers everybody where no key is set', async () => {

        expect((await make().inject('/page')).payload).to.equal('a page');
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
