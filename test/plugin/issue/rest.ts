import { Readable } from 'node:stream';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Credentials } from '../../../plugin/accounts/verify.js';
import type { TokenRequest } from '../../../plugin/issue/rest.js';
import { createTokenEndpoint, maxCredentialBytes } from '../../../plugin/issue/rest.js';
import { refusalsFor } from '../../../plugin/refusals/refusal.js';


export const lab = Lab.script();
const { describe, it } = lab;

const refusals = refusalsFor('2.4');

async function ask(request: Partial<Omit<TokenRequest, 'body'>> & { readonly body?: string }) {

    const tried: Credentials[] = [];
    const answer = createTokenEndpoint((credentials) => {

        tried.push(credentials);
        return Promise.resolve(credentials.password === 'right' ? { kind: 'issued', token: 'ptn' } : { kind: 'refused', refusal: refusals.loginFailed('customer') });
    }, refusals);
    const { body = '{"username":"jo","password":"right"}', ...rest } = request;
    return { tried, ...await answer({ type: 'customer', query: '', contentType: 'application/json', accept: undefined, source: '192.0.2.1', ...rest, body: Readable.from([Buffer.from(body)]) }) };
}

describe('createTokenEndpoint()', () => {

    it('answers with the bare token, never to be stored, as Accept says', async () => {

        const json = await ask({ website: 2 });
        expect(json.body).to.equal('"ptn"');
        expect(json.headers).to.equal({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
        expect(json.tried).to.equal([{ type: 'customer', username: 'jo', password: 'right', source: '192.0.2.1', website: 2 }]);
        expect((await ask({ accept: 'text/xml' })).body).to.equal('<?xml version="1.0"?>\n<response>ptn</response>\n');
    });

    for (const [what, request, status, reason] of [
        ['an Accept that nothing can meet', { accept: 'text/html' }, 406, 'No media type'],
        ['a body beyond the limit', { body: 'x'.repeat(maxCredentialBytes + 1) }, 413, 'longer than 1048576 bytes'],
        ['credentials in the query', { query: 'username=jo' }, 400, 'takes no query parameters'],
        ['a missing field', { body: '{"username":"jo"}' }, 400, 'is required'],
        ['a wrong password', { body: '{"username":"jo","password":"wrong"}' }, 401, 'The account sign-in was incorrect']
    ] as const) {
        it(`refuses ${what}`, async () => {

            const answer = await ask(request);
            expect(answer.status).to.equal(status);
            expect(answer.body).to.contain(reason);
        });
    }
});
