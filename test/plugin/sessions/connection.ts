import { once } from 'node:events';
import { createServer } from 'node:net';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { connectRedis } from '../../../plugin/sessions/connection.js';
import { redisSessions } from '../../../plugin/sessions/redis.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';
import { startTcpProxy } from '../../support/faults/tcp-proxy.js';
import { findFreePort, startRedis } from '../../support/redis.js';
import { until } from '../../support/until.js';

import type { Cluster, Redis } from 'ioredis';
import type { TestRedis } from '../../support/redis.js';


export const lab = Lab.script();
const { after, afterEach, before, describe, it } = lab;

const errors: Error[] = [];
const settings = { commandTimeoutMs: 300, connectTimeoutMs: 500, onError: (error: Error) => errors.push(error) };

describe('connectRedis()', () => {

    let server: TestRedis;
    let port: number;
    let client: Cluster | Redis | undefined;

    before(async () => {

        port = await findFreePort();
        server = await startRedis({ args: ['--port', `${port}`, '--bind', '127.0.0.1'] });
    });

    after(async () => {

        await server.stop();
    });

    afterEach(() => {

        client?.disconnect();
        client = undefined;
        errors.length = 0;
    });

    it('connects by socket', async () => {

        for (const address of [server.socket, `redis+unix://${server.socket}`]) {
            client?.disconnect();
            client = await connectRedis(address, settings);
            expect(await client.ping()).to.equal('PONG');
        }
    });

    it('connects by host, with login and database', async () => {

        await server.cli('ACL', 'SETUSER', 'gate', 'on', '>hu/sh', '~*', '&*', '+@all');
        client = await connectRedis(`redis://gate:hu%2Fsh@127.0.0.1:${port}/3`, settings);
        expect(await client.acl('WHOAMI')).to.equal('gate');
        await client.set('here', '1');
        expect(await server.cli('-n', '3', 'GET', 'here')).to.equal('1');
    });

    it('connects to a cluster', { timeout: 20_000 }, async () => {

        const [nodePort, busPort] = [await findFreePort(), await findFreePort()];
        const node = await startRedis({ args: ['--port', `${nodePort}`, '--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1', '--cluster-port', `${busPort}`, '--bind', '127.0.0.1'] });
        await node.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
        client = await connectRedis(`redis://127.0.0.1:${nodePort},redis://127.0.0.1:${nodePort}`, { ...settings, connectTimeoutMs: 15_000 });
        const store = redisSessions(client, () => 0);
        await store.setRole('1', ['Magento_Sales::sales']);
        expect(await node.cli('KEYS', '*')).to.equal('postern:role:admin:1');
        client.disconnect();
        await node.stop();
    });

    it('connects to the master that a sentinel names', { timeout: 20_000 }, async () => {

        const sentinelPort = await findFreePort();
        const sentinel = await startRedis({ config: `sentinel monitor main 127.0.0.1 ${port} 1\n`, args: ['--sentinel', '--port', `${sentinelPort}`, '--bind', '127.0.0.1'] });
        client = await connectRedis(`redis+sentinel://127.0.0.1:${sentinelPort}/main/2`, { ...settings, connectTimeoutMs: 15_000 });
        await client.set('by', 'sentinel');
        expect(await server.cli('-n', '2', 'GET', 'by')).to.equal('sentinel');
        client.disconnect();
        await sentinel.stop();
    });

    it('speaks TLS where the address says so', async () => {

        const firstBytes: (number | undefined)[] = [];
        const listenerPort = await findFreePort();
        const listener = createServer((socket) => {

            socket.once('data', (data) => {

                firstBytes.push(data[0]);
                socket.destroy();
            });
        }).listen(listenerPort, '127.0.0.1');
        await once(listener, 'listening');
        for (const address of [`rediss://127.0.0.1:${listenerPort}`, `rediss://127.0.0.1:${listenerPort},rediss://127.0.0.1:${listenerPort}`, `rediss+sentinel://127.0.0.1:${listenerPort}/main`]) {
            firstBytes.length = 0;
            await expect(connectRedis(address, settings)).to.reject(/^Redis at rediss[:+]/);
            expect(new Set(firstBytes)).to.equal(new Set([0x16]));          // a TLS record of type handshake, RFC 8446 section 5.1
        }

        await new Promise((resolve) => {

            listener.close(resolve);
        });
    });

    it('rejects an address that makes no sense', async () => {

        await expect(connectRedis('localhost', settings)).to.reject(/^Redis address "localhost" makes no sense/);
    });

    it('rejects where nobody listens', async () => {

        const deadPort = await findFreePort();
        await expect(connectRedis(`redis://127.0.0.1:${deadPort}`, settings)).to.reject(`Redis at redis://127.0.0.1:${deadPort} cannot be used: connect ECONNREFUSED 127.0.0.1:${deadPort}`);
        expect(errors.length).to.be.above(1);
        await expect(connectRedis(`redis://127.0.0.1:${deadPort},redis://127.0.0.1:${deadPort}`, settings)).to.reject(/^Redis at redis:.* cannot be used: /);
    });

    it('rejects where nobody answers', async () => {

        const silent = await startRedis();
        silent.process.kill('SIGSTOP');
        await expect(connectRedis(silent.socket, settings)).to.reject(/cannot be used: (no answer within 500 ms|Command timed out)/);
        await silent.stop();
    });

    it('rejects at once where the server refuses the login, and shows no password', async () => {

        const address = `redis://gate:hush-hush@127.0.0.1:${port}`;
        const error: Error = await expect(connectRedis(address, { ...settings, connectTimeoutMs: 60_000 })).to.reject(Error, /^Redis at redis:\/\/\*\*\*@127.0.0.1:\d+ cannot be used: WRONGPASS/);
        expect(JSON.stringify([error, error.cause, errors, ...errors.map((each) => Object.entries(each))])).to.not.include('hush-hush');
    });

    it('answers soon or fails, and is back by itself', async () => {

        client = await connectRedis(server.socket, settings);
        const store = redisSessions(client, () => 0);
        server.process.kill('SIGSTOP');
        const startMs = performance.now();
        await expect(Promise.resolve(store.role('1'))).to.reject(StoreUnavailableError);
        expect(performance.now() - startMs).to.be.below(1_000);
        server.process.kill('SIGCONT');
        const closed = once(client, 'close');
        await server.cli('CLIENT', 'KILL', 'TYPE', 'normal');
        await closed;
        await expect(Promise.resolve(store.role('1'))).to.reject(StoreUnavailableError);
        await once(client, 'ready');
        expect(await store.role('1')).to.equal(new Set());
    });

    it('makes a connection again that has gone silent, and runs nothing later that has failed', async () => {

        const proxy = await startTcpProxy({ port, host: '127.0.0.1' });
        const redis = await connectRedis(`redis://127.0.0.1:${proxy.port}`, settings);
        client = redis;
        await redis.set('here', 'before');
        proxy.swallow();
        const closed = new Promise((resolve) => redis.once('close', resolve));
        await expect(redis.set('here', 'too late')).to.reject('Command timed out');
        await closed;
        await expect(redis.get('here')).to.reject();
        proxy.pass();
        await until(() => redis.status === 'ready');
        expect(await Promise.all([redis.get('here'), redis.get('there'), redis.echo('x')])).to.equal(['before', null, 'x']);
        redis.disconnect();
        await proxy.close();
    });

    it('does not give up when it is to leave a connection that is only just being made', async () => {

        const redis = await connectRedis(server.socket, settings);
        client = redis;
        const passed: string[] = [];
        redis.on('connecting', () => {

            passed.push('connecting');
            if (passed.length === 1) {
                redis.disconnect(true);
            }
        }).on('end', () => passed.push('end'));
        redis.disconnect(true);
        await until(() => passed.length > 2 && redis.status === 'ready');
        expect(passed).to.equal(['connecting', 'end', 'connecting']);
        const ended = new Promise((resolve) => redis.once('end', resolve));
        redis.disconnect();
        await ended;
        await expect(redis.ping()).to.reject('Connection is closed.');
        expect(redis.status).to.equal('end');
    });

    it('leaves the master that sentinels have replaced, though it is still there', { timeout: 40_000 }, async () => {

        const ports = [await findFreePort(), await findFreePort(), await findFreePort()] as const;
        const args = (own: number) => ['--port', `${own}`, '--bind', '127.0.0.1'];
        const a = await startRedis({ args: args(ports[0]) });
        const b = await startRedis({ args: [...args(ports[1]), '--replicaof', '127.0.0.1', `${ports[0]}`] });
        await until(async () => (await b.cli('INFO', 'replication')).includes('master_link_status:up'));

        // They may do nothing to the one that they replace, as when they alone have lost it

        await a.cli('ACL', 'SETUSER', 'watcher', 'on', '>hush', '+@all', '-client|kill', '&*');
        await b.cli('ACL', 'SETUSER', 'watcher', 'on', '>hush', '+@all', '&*');
        const config = `sentinel monitor main 127.0.0.1 ${ports[0]} 1\nsentinel auth-user main watcher\nsentinel auth-pass main hush\n`;
        const sentinel = await startRedis({ config, args: ['--sentinel', ...args(ports[2])] });
        await until(async () => (await sentinel.cli('SENTINEL', 'REPLICAS', 'main')).includes(`${ports[1]}`));
        const redis = await connectRedis(`redis+sentinel://127.0.0.1:${ports[2]}/main`, { ...settings, connectTimeoutMs: 15_000 });
        client = redis;
        const closed = new Promise((resolve) => redis.once('close', resolve));
        await until(async () => (await sentinel.cli('CLIENT', 'LIST')).includes('cmd=subscribe'));
        await until(async () => await sentinel.cli('SENTINEL', 'FAILOVER', 'main') === 'OK');
        await closed;
        await until(() => redis.status === 'ready');
        await redis.set('by', 'sentinel');
        expect([await b.cli('GET', 'by'), await a.cli('GET', 'by')]).to.equal(['sentinel', '']);
        redis.disconnect();
        await Promise.all([sentinel.stop(), a.stop(), b.stop()]);
    });
});
