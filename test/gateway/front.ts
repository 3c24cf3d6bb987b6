import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readEntry } from '../../gateway/journal/entry.js';
import type { Entry } from '../../gateway/journal/entry.js';
import type { FrontParts } from '../../gateway/front.js';
import { hostGate } from '../support/host.js';
import type { Host } from '../support/host.js';
import { sendRaw } from '../support/send.js';
import { until } from '../support/until.js';


export const lab = Lab.script();
const { afterEach, describe, it } = lab;

describe('serve()', () => {

    let host: Host | undefined;
    const entries: Entry[] = [];
    const notices: string[] = [];

    afterEach(async () => {

        await host?.stop();
    });

    const open = async (parts: Pick<FrontParts, 'gate'> & Partial<FrontParts>): Promise<string> => {

        entries.splice(0);
        notices.splice(0);
        host = await hostGate({
            journal: (visit) => entries.push(readEntry(visit, '', performance.now())),
            notice: (sentence) => notices.push(sentence),
            ...parts
        });
        return host.url;
    };

    const dial = async (url: string, request: string): Promise<Socket> => {

        const { hostname, port } = new URL(url);
        const socket = connect(Number(port), hostname);
        await once(socket, 'connect');
        socket.write(request);
        return socket;
    };

    const get = 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n';

    it('writes the answer of the gate, which names the request, and what browsers are told', async () => {

        const url = await open({
            gate: (visit) => {

                visit.cors = ['vary', 'Origin', 'vary', 'x'];
                return { status: 418, headers: { 'content-type': 'text/plain', 'x-a': 'b' }, body: 'é' };
            }
        });
        const answer = await fetch(url);
        expect([answer.status, await answer.text()]).to.equal([418, 'é']);
        expect(Object.fromEntries(answer.headers)).to.include({ 'content-type': 'text/plain', 'x-a': 'b', 'content-length': '2', vary: 'Origin, x', connection: 'keep-alive' });
        expect(answer.headers.get('x-request-id')).to.equal(String(entries[0]?.requestId));
        expect(entries).to.have.length(1);
        expect(entries[0]).to.include({ status: 418, bytes: 2, fate: 'answered' });
    });

    it('says why it refused where it is to', async () => {

        for (const tellsReason of [true, false]) {
            const url = await open({ gate: () => ({ status: 401, headers: {}, body: '', reason: 'bad-token' }), tellsReason });
            expect((await fetch(url)).headers.get('x-postern-reason')).to.equal(tellsReason ? 'bad-token' : null);
            expect(entries[0]).to.include({ reason: 'bad-token', fate: 'refused' });
            await host?.stop();
            host = undefined;
        }
    });

    it('has no length where there is no body', async () => {

        const url = await open({ gate: () => Promise.resolve({ status: 204, headers: {}, body: '' }) });
        expect((await sendRaw(url, get.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))).headers).to.not.include('content-length');
    });

    it('ends the connection behind an answer to a request that it has not read', async () => {

        const ends: readonly Readonly<Record<string, string>>[] = [{}, { connection: 'close' }];
        for (const headers of ends) {
            const url = await open({ gate: () => ({ status: 413, headers, body: '' }) });
            const answer = await sendRaw(url, 'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n');
            expect([answer.status, answer.headers['connection']]).to.equal([413, 'close']);
            await host?.stop();
            host = undefined;
        }
    });

    it('keeps the connection behind an answer to a request that has come whole', async () => {

        const url = await open({ gate: () => ({ status: 401, headers: {}, body: '' }) });
        const post = 'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc';
        const { headers, body } = await sendRaw(url, `${post}${post}${post.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`);
        expect(headers['connection']).to.equal('keep-alive');
        expect(body.match(/HTTP\/1.1 401 /g)?.length).to.equal(2);
    });

    it('writes nothing where the upstream has answered', async () => {

        const url = await open({
            gate: async ({ res, trail }) => {

                await Promise.resolve();
                res.end('theirs');
                trail.outcome = { kind: 'answered', status: 200, origin: 'http://a', bytes: 6, headersMs: 1 };
                return undefined;
            }
        });
        const answer = await fetch(url);
        expect([await answer.text(), answer.headers.get('x-request-id')]).to.equal(['theirs', null]);
        await until(() => entries.length === 1);
        expect(entries[0]).to.include({ status: 200, bytes: 6, fate: 'forwarded' });
    });

    it('lets the gate say whether the client is to go on', async () => {

        const url = await open({
            gate: ({ awaitsContinue, res }) => {

                if (awaitsContinue) {
                    res.writeContinue();
                }

                return { status: 200, headers: {}, body: String(awaitsContinue) };
            }
        });
        const socket = await dial(url, 'POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\nConnection: close\r\n\r\n');
        let text = '';
        socket.on('data', (chunk) => {

            text += chunk.toString();
        });
        await once(socket, 'close');
        expect(text).to.match(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK\r\n[^]*true$/);
        expect(await (await fetch(url)).text()).to.equal('false');
    });

    it('answers a mistake of ours with the number of its report, and tells the operator', async () => {

        const url = await open({
            gate: () => {

                throw new TypeError('a mistake');
            }
        });
        const answer = await fetch(url);
        const [, id] = /Report ID: webapi-([0-9a-f]{13})/.exec(await answer.text()) ?? [];
        expect([answer.status, notices.length]).to.equal([500, 1]);
        expect(notices[0]).to.match(new RegExp(`^Report webapi-${String(id)}: TypeError: a mistake\\n +at `));
        expect(entries[0]).to.include({ status: 500, reason: 'internal-error' });
    });

    it('answers a mistake in place of an answer that cannot be written, given at once or later', async () => {

        const unwritable = { status: 200, headers: { 'x-a': 'a\nb' }, body: '' };
        for (const answer of [unwritable, Promise.resolve(unwritable)]) {
            const url = await open({ gate: () => answer });
            expect((await fetch(url)).status).to.equal(500);
            expect(notices[0]).to.contain('x-a');
            expect(entries).to.have.length(1);
            await host?.stop();
            host = undefined;
        }
    });

    it('cuts an answer in the middle of which a mistake was made', async () => {

        const url = await open({
            gate: async ({ res }) => {

                res.writeHead(200, ['content-length', '10']).write('half');
                await new Promise((resolve) => setTimeout(resolve, 10));
                throw new TypeError('a mistake');
            }
        });
        const socket = await dial(url, get);
        let text = '';
        socket.on('data', (chunk) => {

            text += chunk.toString();
        });
        await once(socket, 'close');
        expect(text).to.match(/^HTTP\/1.1 200 OK\r\n[^]*\r\n\r\nhalf$/);
        expect(notices[0]).to.contain('a mistake');
        expect(entries).to.have.length(1);
    });

    it('judges each request within what is around it, also where several came at once', async () => {

        const around = new AsyncLocalStorage<string>();
        const heard: (readonly (string | undefined)[])[] = [];
        const url = await open({
            gate: ({ req }) => {

                heard.push([req.url, around.getStore()]);
                return { status: 204, headers: {}, body: '' };
            }
        });
        const { listener } = host!;
        const [serveRequest] = listener.listeners('request');
        listener.removeAllListeners('request').on('request', (req, res) => {

            around.run(`around ${String(req.url)}`, () => {

                serveRequest?.(req, res);
            });
        });
        await dial(url, ['/a', '/b', '/c'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
        await until(() => heard.length === 3);
        expect(heard).to.equal([['/a', 'around /a'], ['/b', 'around /b'], ['/c', 'around /c']]);
    });

    it('writes down a client that left, and nothing else', async () => {

        const gone = { status: 200, headers: {}, body: '' };
        for (const end of [() => gone, () => Promise.reject(new Error('it left'))]) {
            const url = await open({
                gate: async ({ res }) => {

                    await once(res, 'close');
                    return end();
                }
            });
            const socket = await dial(url, get);
            await new Promise((resolve) => setTimeout(resolve, 20));
            socket.destroy();
            await until(() => entries.length === 1);
            expect(entries[0]).to.include({ status: 499, bytes: 0, fate: 'answered' });
            expect(notices).to.equal([]);
            await host?.stop();
            host = undefined;
        }
    });
});
