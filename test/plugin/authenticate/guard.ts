import { expect } from '@hapi/code';
import * as Hapi from '@hapi/hapi';
import * as Lab from '@hapi/lab';

import { plugin, standingOf } from '../../../plugin/index.js';


export const lab = Lab.script();
const { describe, it } = lab;

const verifier = { verify: () => Promise.resolve({ kind: 'refused', why: 'credentials' } as const) };

describe('guardAccess()', () => {

    it('leaves routes alone that another strategy guards, or none', async () => {

        const server = Hapi.server();
        await server.register({ plugin, options: { accounts: verifier } });
        server.auth.scheme('known', () => ({ authenticate: (_request, h) => h.authenticated({ credentials: { scope: ['theirs'] } }) }));
        server.auth.scheme('unknown', () => ({ authenticate: (_request, h) => h.unauthenticated(new Error('nobody')) }));
        server.auth.strategy('known', 'known');
        server.auth.strategy('unknown', 'unknown');
        server.route([
            { method: 'GET', path: '/known', options: { auth: { strategy: 'known', access: { scope: ['theirs'] } } }, handler: (request) => standingOf(request).caller.type },
            { method: 'GET', path: '/unknown', options: { auth: { strategy: 'unknown', mode: 'try', access: { scope: ['theirs'] } } }, handler: (request) => standingOf(request).credential },
            { method: 'GET', path: '/free', options: { auth: { strategy: 'postern', mode: 'try' } }, handler: (request) => standingOf(request).credential },
            { method: 'GET', path: '/either', options: { auth: { strategies: ['postern', 'unknown'], access: { scope: ['self'] } } }, handler: () => '' },
            { method: 'GET', path: '/optional', options: { auth: { strategy: 'postern', mode: 'optional' } }, handler: (request) => standingOf(request).credential }
        ]);

        expect((await server.inject('/known')).payload).to.equal('guest');
        expect((await server.inject('/unknown')).payload).to.equal('absent');
        expect((await server.inject('/free')).payload).to.equal('absent');
        expect((await server.inject('/either')).statusCode).to.equal(500);
        expect((await server.inject('/optional')).payload).to.equal('absent');
        expect((await server.inject({ url: '/optional', headers: { authorization: 'Bearer nonsense' } })).statusCode).to.equal(401);
        await server.stop();
    });
});
