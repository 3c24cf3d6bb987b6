import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { openTestAsker } from '../../support/asker.js';
import { certificate, certificateKey } from '../../support/certificate.js';
import { closeAll, startScriptedUpstream } from '../../support/front.js';
import { startUpstream } from '../../support/upstream.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('openAsker()', () => {

    it('asks in JSON, with a token where there is one', async () => {

        const upstream = await startUpstream();
        const { ask, close } = openTestAsker(upstream.url);
        expect(await ask({ method: 'POST', path: '/a?b', token: 'secret', body: '{}' })).to.equal({ kind: 'answered', status: 200, body: '{"upstream":true}' });
        expect(await ask({ method: 'GET', path: '/a' })).to.include({ status: 200 });

        const [first, second] = upstream.reached;
        expect(first).to.include({ method: 'POST', target: '/a?b', body: '{}' });
        expect(first?.headers).to.include({ authorization: 'Bearer secret', accept: 'application/json', 'content-type': 'application/json' });
        expect(second?.headers).to.include({ accept: 'application/json' });
        expect(second?.headers).to.not.include(['authorization', 'content-type']);
        await close();
        await upstream.stop();
    });

    it('tells that there is no answer: nobody listens, or it breaks off, or it never ends', async () => {

        const upstream = await startUpstream(({ target }, response) => {

            if (target === '/long') {
                response.end(Buffer.alloc(1024 * 1024 + 1));
                return;
            }

            response.writeHead(200, { 'content-length': '10' }).write('x');
            setTimeout(() => response.destroy(), 20);
        });
        const { ask, close, states } = openTestAsker(upstream.url);
        expect(await ask({ method: 'GET', path: '/long' })).to.equal({ kind: 'away' });
        expect(await ask({ method: 'GET', path: '/short' })).to.equal({ kind: 'away' });
        await upstream.stop();
        expect(await ask({ method: 'GET', path: '/' })).to.equal({ kind: 'away' });
        expect(states()).to.part.include([{ inFlight: 0, requests: 3, failures: 3 }]);
        await close();
    });

    it('asks the next origin where no connection can be made, and leaves that one out', async () => {

        const upstream = await startUpstream();
        const { ask, close, states } = openTestAsker('http://127.0.0.1:1', upstream.url);
        for (let i = 0; i < 8; ++i) {
            expect(await ask({ method: 'POST', path: '/', body: `${i}` })).to.include({ kind: 'answered' });
        }

        expect(upstream.reached.map(({ body }) => body).join('')).to.equal('01234567');
        expect(states().map(({ isUp }) => isUp)).to.equal([false, true]);
        await close();
        await upstream.stop();
    });

    it('sends credentials once, whatever becomes of them', async () => {

        let connections = 0;
        const faulty = await startScriptedUpstream((_request, socket) => {

            ++connections;
            socket.destroy();
        });
        const upstream = await startUpstream();
        const { ask, close } = openTestAsker(faulty.origin, upstream.url);
        expect(await ask({ method: 'POST', path: '/', body: 'secret' })).to.equal({ kind: 'away' });
        expect([connections, upstream.reached.length]).to.equal([1, 0]);
        await close();
        await upstream.stop();
        await closeAll();
    });

    it('takes a certificate that it cannot trust for no connection', async () => {

        const server = createServer({ key: certificateKey, cert: certificate });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        const { ask, close } = openTestAsker(`https://localhost:${(server.address() as AddressInfo).port}`);
        expect(await ask({ method: 'GET', path: '/' })).to.equal({ kind: 'away' });
        await close();
        server.close();
    });

    it('rejects for a mistake of ours', async () => {

        const { ask, close, states } = openTestAsker('http://127.0.0.1:1');
        await expect(ask({ method: 'GET', path: 'no path' })).to.reject();
        expect(states()).to.part.include([{ inFlight: 0, failures: 0 }]);
        await close();
    });
});
