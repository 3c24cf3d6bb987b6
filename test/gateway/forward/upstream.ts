import { createServer as createTlsServer } from 'node:https';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { UpstreamOptions } from '../../../gateway/forward/upstream.js';
import { createUpstream } from '../../../gateway/forward/upstream.js';
import { certificate, certificateKey } from '../../support/certificate.js';
import type { Backend, Front } from '../../support/front.js';
import { closeAfterwards, closeAll, startFront, startRawUpstream, startUpstream } from '../../support/front.js';


export const lab = Lab.script();
const { afterEach, describe, it } = lab;

const options: UpstreamOptions = { origins: ['http://127.0.0.1:9'], connectTimeoutMs: 1_000, headersTimeoutMs: 1_000, idleTimeoutMs: 1_000, connections: 10 };

async function read(front: Front, path = '/', host = 'shop.example'): Promise<string> {

    return await new Promise((resolve, reject) => {

        get({ port: front.port, host: '127.0.0.1', path, headers: { Host: host }, agent: false }, (res) => {

            text(res).then(resolve, reject);
        }).once('error', reject);
    });
}

/** Tells the name in TLS, the Host, and how many connections there were so far. */
async function startTlsUpstream(): Promise<{ readonly port: number }> {

    let connections = 0;
    const server = createTlsServer({ key: certificateKey, cert: certificate }, (req, res) => {

        const { servername } = req.socket as unknown as { servername: string | false };
        res.end(`${String(servername)} ${String(req.headers.host)} ${connections}`);
    });
    server.on('secureConnection', () => {

        ++connections;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closeAfterwards(async () => {

        server.close();
        server.closeAllConnections();
    });
    return { port: (server.address() as AddressInfo).port };
}

afterEach(closeAll);

describe('createUpstream()', () => {

    it('gives the upstream its own name, or the client\'s Host', async () => {

        const upstream = await startUpstream((req, res) => res.end(`${String(req.headers.host)} ${String(req.headers['x-forwarded-host'])}`));
        expect(await read(await startFront(upstream.origin))).to.equal(`127.0.0.1:${upstream.port} shop.example`);
        expect(await read(await startFront(upstream.origin, { preserveHost: true }))).to.equal('shop.example shop.example');
    });

    it('speaks TLS under the upstream\'s own name, whatever Host the client sends', async () => {

        const { port } = await startTlsUpstream();
        const byName = await startFront(`https://localhost:${port}`, { ca: certificate, preserveHost: true });
        expect(await read(byName, '/', 'a.example')).to.equal('localhost a.example 1');
        expect(await read(byName, '/', 'b.example')).to.equal('localhost b.example 1');

        const byAddress = await startFront(`https://127.0.0.1:${port}`, { ca: certificate, preserveHost: true });
        expect(await read(byAddress, '/', 'a.example')).to.equal('false a.example 2');
        expect(await read(byAddress, '/', 'b.example')).to.equal('false b.example 2');
    });

    it('trusts no certificate that it was not told to', async () => {

        const { port } = await startTlsUpstream();
        expect(await read(await startFront(`https://localhost:${port}`))).to.equal('refused');
    });

    it('gives up a connection that is not made in time', async () => {

        const silent = await startRawUpstream(() => undefined);
        expect(await read(await startFront(`https://127.0.0.1:${silent.port}`, { connectTimeoutMs: 50 }))).to.equal('timeout');
    });

    it('sends each request to the origin with the least to do', async () => {

        const held: (() => void)[] = [];
        const start = async (name: string): Promise<Backend> => {

            return await startUpstream((req, res) => {

                if (req.url === '/hold') {
                    held.push(() => res.end(name));
                }
                else {
                    res.end(name);
                }
            });
        };

        const [a, b] = [await start('a'), await start('b')];
        const front = await startFront('', { origins: [a.origin, b.origin] });
        expect([await read(front), await read(front), await read(front), await read(front)]).to.equal(['a', 'b', 'a', 'b']);

        const slow = read(front, '/hold');
        expect([await read(front), await read(front), await read(front)]).to.equal(['b', 'b', 'b']);
        held[0]!();
        expect(await slow).to.equal('a');
        expect(await read(front)).to.equal('a');
    });

    it('lets what is under way finish when it is closed, and takes nothing new', async () => {

        let begin: (value: unknown) => void = () => undefined;
        const isBegun = new Promise((resolve) => (begin = resolve));
        const upstream = await startUpstream((_req, res) => {

            begin(undefined);
            setTimeout(() => res.end('ok'), 50);
        });
        const gate = createUpstream({ ...options, origins: [upstream.origin] });
        const front = await startFront(upstream.origin, { upstream: gate });
        const slow = read(front);
        await isBegun;
        await Promise.all([gate.close(), gate.close()]);
        expect(await slow).to.equal('ok');
        expect(await read(front)).to.equal('refused');
    });

    it('refuses to start with an origin that is none', () => {

        for (const origin of ['', 'localhost:80', 'ftp://a', 'http://', 'http://a/b', 'http://a?b', 'http://a#b', 'http://u:p@a', 'http://a:99999', 'http:/a', 'http://a\\b']) {
            expect(() => createUpstream({ ...options, origins: ['http://127.0.0.1', origin] }), origin).to.throw(Error,
                `An upstream is "${origin}": expected "http://host", "https://host" or either with a port, and no path, for what the client sends is forwarded as it is`);
        }

        for (const origin of ['http://a', 'HTTPS://a.example:8443/', 'http://[::1]:80', 'https://127.0.0.1']) {
            expect(() => createUpstream({ ...options, origins: [origin] }), origin).to.not.throw();
        }
    });
});
