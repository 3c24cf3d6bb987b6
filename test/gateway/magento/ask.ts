import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { openAsker } from '../../../gateway/magento/ask.js';
import { startUpstream } from '../../support/upstream.js';


export const lab = Lab.script();
const { describe, it } = lab;

const timeouts = { connectTimeoutMs: 1000, headersTimeoutMs: 1000, idleTimeoutMs: 1000 };

describe('openAsker()', () => {

    it('asks in JSON, with a token where there is one', async () => {

        const upstream = await startUpstream();
        const { ask, close } = openAsker({ origin: upstream.url, ...timeouts });
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
        const { ask, close } = openAsker({ origin: upstream.url, ...timeouts });
        expect(await ask({ method: 'GET', path: '/long' })).to.equal({ kind: 'away' });
        expect(await ask({ method: 'GET', path: '/short' })).to.equal({ kind: 'away' });
        await upstream.stop();
        expect(await ask({ method: 'GET', path: '/' })).to.equal({ kind: 'away' });
        await close();
    });

    it('rejects for a mistake of ours', async () => {

        const { ask, close } = openAsker({ origin: 'http://127.0.0.1:1', ...timeouts });
        await expect(ask({ method: 'GET', path: 'no path' })).to.reject();
        await close();
    });
});
