import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Streams } from '../../gateway/streams.js';
import { createStreams } from '../../gateway/streams.js';
import type { Identification } from '../../plugin/authenticate/identify.js';
import type { Session } from '../../plugin/sessions/store.js';
import { StoreUnavailableError } from '../../plugin/sessions/store.js';
import type { TestGateway } from '../support/gateway.js';
import { startTestGateway } from '../support/gateway.js';
import type { TestRedis } from '../support/redis.js';
import { startRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { openSocket, startEcho } from '../support/websockets.js';


export const lab = Lab.script();
const { after, before, beforeEach, describe, it } = lab;

const sessionOf = (callerId: string, more: Partial<Session> = {}): Session => ({ type: 'customer', callerId, id: `session${callerId}`, secretHash: Buffer.alloc(32), issuedAtSeconds: 0, source: '', ...more });

/** A store as the watch sees it, and what it asks there. */
class Store {

    readonly asked: unknown[] = [];
    readonly over = new Set<string>();
    areTold = true;
    isAway = false;
    nowSeconds = 100;
    tell: (key: string | undefined) => void = () => undefined;
    held: Promise<void> | undefined;

    open(idleSeconds: { readonly customer?: number } = {}, times = { lookMs: 20, patienceMs: 10_000 }): Streams {

        return createStreams({
            identify: async (authorization): Promise<Identification> => {

                this.asked.push(authorization);
                await this.held;
                if (this.isAway) {
                    throw new StoreUnavailableError('away');
                }

                const id = String(authorization);
                return this.over.has(id) ? { kind: 'bad', why: 'unknown' } : { kind: 'known', caller: { type: 'customer', id }, session: sessionOf(id) };
            },
            changes: {
                listen: (onChange) => {

                    this.tell = onChange;
                },
                areTold: () => this.areTold
            },
            idleSeconds,
            nowSeconds: () => this.nowSeconds,
            times
        });
    }
}

describe('createStreams()', () => {

    let store: Store;
    let cuts: string[];

    beforeEach(() => {

        store = new Store();
        cuts = [];
    });

    /** Adds a stream that takes itself out when it is cut, as all do. */
    const add = (streams: Streams, id: string, name = id, session = sessionOf(id)): () => void => {

        const drop = streams.add({ session, authorization: id }, () => {

            cuts.push(name);
            drop();
        });
        return drop;
    };

    const settle = () => wait(0);

    it('cuts the streams of a session that is over, as soon as it is told, and no others', async () => {

        const streams = store.open();
        add(streams, '7', 'one');
        add(streams, '7', 'two');
        add(streams, '8');
        await settle();
        store.over.add('7');
        store.tell('postern:customer:8');
        store.tell('postern:customer:9');
        await settle();
        expect(cuts).to.equal([]);
        store.tell('postern:customer:7');
        await settle();
        expect([cuts, streams.count()]).to.equal([['one', 'two'], 1]);
    });

    it('cuts one that is added when its session is over already, or another one has its place', async () => {

        const streams = store.open();
        store.over.add('7');
        add(streams, '7');
        add(streams, '8', '8', sessionOf('8', { id: 'earlier' }));
        await settle();
        expect([cuts, streams.count()]).to.equal([['7', '8'], 0]);
    });

    it('asks nothing while all changes are told', async () => {

        const streams = store.open();
        add(streams, '7');
        await wait(100);
        expect(store.asked).to.equal(['7']);
    });

    it('asks for every session at once where any may have changed, and once more, for what was missed', async () => {

        const streams = store.open();
        for (let i = 0; i < 250; ++i) {
            add(streams, String(i));
        }

        await settle();
        store.over.add('249');
        store.tell(undefined);
        await settle();
        expect(cuts).to.equal(['249']);
        store.over.add('1');
        store.tell(undefined);
        await until(() => cuts.length === 2);
    });

    it('asks time and again where changes are not told, and once more when they are again', async () => {

        const streams = store.open();
        add(streams, '7');
        await settle();
        store.areTold = false;
        await until(() => store.asked.length > 4);
        store.over.add('7');
        await until(() => cuts.length === 1);

        add(streams, '8');
        await until(() => store.asked.filter((id) => id === '8').length > 2);
        store.areTold = true;
        store.over.add('8');
        await until(() => cuts.length === 2);
    });

    it('asks no faster than it is answered, and still ends what is over by itself', async () => {

        const streams = store.open();
        add(streams, '7', '7', sessionOf('7', { expiresAtSeconds: 200 }));
        await settle();
        let release: () => void = () => undefined;
        store.held = new Promise<void>((resolve) => {

            release = resolve;
        });
        store.areTold = false;
        await until(() => store.asked.length === 2);
        await wait(100);
        expect(store.asked).to.have.length(2);
        store.nowSeconds = 200;
        await until(() => cuts.length === 1);
        release();
    });

    it('cuts a stream whose session ends by itself', async () => {

        const streams = store.open();
        add(streams, '7', '7', sessionOf('7', { expiresAtSeconds: 101 }));
        add(streams, '8');
        await wait(50);
        expect(cuts).to.equal([]);
        store.nowSeconds = 101;
        await until(() => cuts.length === 1);
        expect([cuts, streams.count()]).to.equal([['7'], 1]);
    });

    it('lets a stream go on while its session cannot be asked for, but not for long', async () => {

        const streams = store.open({}, { lookMs: 20, patienceMs: 200 });
        add(streams, '7');
        await settle();
        store.isAway = true;
        store.areTold = false;
        store.tell(undefined);
        await wait(100);
        expect(cuts).to.equal([]);
        await until(() => cuts.length === 1);
    });

    it('asks once in a tenth of the time that a session may lie unused', async () => {

        const streams = store.open({ customer: 1 });
        add(streams, '7');
        add(streams, '8', '8', sessionOf('8', { type: 'admin' }));
        await until(() => store.asked.filter((id) => id === '7').length >= 4);
        expect(store.asked.filter((id) => id === '8')).to.have.length(1);
    });

    it('forgets a stream that has ended', async () => {

        const streams = store.open();
        const [first, second, third] = [add(streams, '7'), add(streams, '7'), add(streams, '7')];
        expect(streams.count()).to.equal(3);
        first();
        first();
        expect(streams.count()).to.equal(2);
        second();
        third();
        expect(streams.count()).to.equal(0);
        await settle();
        store.asked.length = 0;
        store.tell('postern:customer:7');
        store.tell(undefined);
        await settle();
        expect(store.asked).to.equal([]);
    });
});

/** An answer of which a part is there, and its end. */
interface OpenAnswer {
    readonly response: IncomingMessage;
    /** Resolves when the answer has ended, to whether it was cut. */
    readonly ended: Promise<boolean>;
}

async function openAnswer(url: string, token: string): Promise<OpenAnswer> {

    const [response] = await once(get(url, { agent: false, headers: { authorization: `Bearer ${token}` } }), 'response') as [IncomingMessage];
    const ended = new Promise<boolean>((resolve) => {

        response.on('error', () => undefined);
        response.once('close', () => {

            resolve(!response.complete);
        });
    });
    response.resume();
    return { response, ended };
}

describe('streams of a running gate', { timeout: 60_000 }, () => {

    let redis: TestRedis;
    let upstream: Server;
    let url: string;
    let finish: (() => void)[];

    before(async () => {

        redis = await startRedis();
        finish = [];
        upstream = createServer((req, res) => {

            const type = String(new URL(String(req.url), 'http://x').searchParams.get('type'));
            res.writeHead(200, { 'content-type': type }).write('data: 1\n\n');
            finish.push(() => res.end('data: 2\n\n'));
        });
        upstream.listen(0, '127.0.0.1');
        await once(upstream, 'listening');
        url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    });

    after(async () => {

        upstream.close();
        upstream.closeAllConnections();
        await redis.stop();
    });

    const start = (settings: Readonly<Record<string, string>> = {}) => startTestGateway({ POSTERN_REDIS: redis.socket, POSTERN_UPSTREAM: url, ...settings });
    const me = (gate: TestGateway, type = 'text/event-stream') => `${gate.url}/rest/V1/customers/me?type=${type}`;

    it('ends WebSocket connections and streams of events when redis-cli ends the session, and no others', async () => {

        const echo = await startEcho();
        const gate = await start({ POSTERN_UPGRADE: 'websocket', POSTERN_UPSTREAM: echo.url });
        const streaming = await start();
        const revoked = await gate.logIn('customer');
        const other = await gate.logIn('customer');
        const sockets = [await openSocket(me(gate), { authorization: `Bearer ${revoked}` }), await openSocket(me(gate), { authorization: `Bearer ${other}` })];
        const events = await openAnswer(me(streaming), revoked);
        await sockets[0]!.echo('hello');

        const [, sessionId = ''] = revoked.split('.');
        const startedMs = performance.now();
        expect(await redis.cli('HDEL', 'postern:customer:7', sessionId)).to.equal('1');
        const [{ code, atMs }, wasCut] = await Promise.all([sockets[0]!.closed, events.ended]);
        expect([code, wasCut]).to.equal([1_006, true]);
        expect(atMs - startedMs).to.be.below(1_000);
        expect(await sockets[1]!.echo('still here')).to.equal('still here');
        await until(() => streaming.entries.at(-1)?.status === 200 && streaming.entries.at(-1)?.fate === 'forwarded');
        expect(streaming.entries.at(-1)).to.include({ isEndedByGate: true });

        await redis.cli('FLUSHALL');
        expect((await sockets[1]!.closed).code).to.equal(1_006);
        await until(() => gate.entries.filter(({ status }) => status === 101).length === 2);
        expect(gate.entries.at(-1)).to.include({ isEndedByGate: true });
        await Promise.all([gate.stop(), streaming.stop()]);
    });

    it('ends whatever else takes more than a moment, and lets short answers be', async () => {

        const gate = await start();
        const token = await gate.logIn('customer');
        const short = await openAnswer(me(gate, 'application/json'), token);
        const long = await openAnswer(me(gate, 'application/zip'), token);
        finish.at(-2)?.();
        expect(await short.ended).to.be.false();
        await redis.cli('DEL', 'postern:customer:7');
        expect(await long.ended).to.be.true();
        await gate.stop();
    });

    it('ends streams of sessions in memory', async () => {

        const gate = await startTestGateway({ POSTERN_UPSTREAM: url });
        const token = await gate.logIn('customer');
        const events = await openAnswer(me(gate), token);
        expect((await gate.fetch('/rest/V1/integration/session', { method: 'DELETE', token })).status).to.equal(200);
        expect(await events.ended).to.be.true();
        await gate.stop();
    });

    it('ends streams of sessions that end by themselves', async () => {

        const gate = await start({ POSTERN_CUSTOMER_LIFETIME: '2s' });
        const events = await openAnswer(me(gate), await gate.logIn('customer'));
        expect(await events.ended).to.be.true();
        await gate.stop();
    });

    it('keeps a session in use as long as a stream is open', async () => {

        const gate = await start({ POSTERN_CUSTOMER_IDLE: '2s' });
        const token = await gate.logIn('customer');
        const events = await openAnswer(me(gate), token);
        await wait(3_500);
        finish.at(-1)?.();
        expect(await events.ended).to.be.false();
        const late = await openAnswer(me(gate), token);
        expect(late.response.statusCode).to.equal(200);
        await gate.stop();
    });

    it('ends streams of events when the gate stops, also those of guests', async () => {

        const gate = await start({ POSTERN_STOP_TIMEOUT: '1m' });
        const events = await openAnswer(`${gate.url}/rest/V1/currency?type=text/event-stream`, 'nobody');
        await gate.stop();
        expect(await events.ended).to.be.true();
    });
});
