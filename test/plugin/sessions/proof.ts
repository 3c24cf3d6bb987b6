import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Cluster, Redis } from 'ioredis';

import type { TestRedis } from '../../support/redis.js';
import type { TcpProxy } from '../../support/faults/tcp-proxy.js';
import { proveAnswers } from '../../../plugin/sessions/proof.js';
import { startTcpProxy } from '../../support/faults/tcp-proxy.js';
import { findFreePort, startRedis } from '../../support/redis.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { afterEach, beforeEach, describe, it } = lab;

describe('proveAnswers()', { timeout: 60_000 }, () => {

    let server: TestRedis;
    let port: number;
    let proxy: TcpProxy;
    let redis: Redis;

    beforeEach(async () => {

        port = await findFreePort();
        server = await startRedis({ args: ['--port', `${port}`, '--bind', '127.0.0.1'] });
        proxy = await startTcpProxy({ port, host: '127.0.0.1' });
        redis = new Redis(proxy.port, { retryStrategy: () => 10, enableOfflineQueue: false, maxRetriesPerRequest: 0 });
        redis.on('error', () => undefined);
        proveAnswers(redis);
        await until(() => redis.status === 'ready');
    });

    afterEach(async () => {

        redis.disconnect();
        await proxy.close();
        await server.stop();
    });

    it('passes on what is answered, and what is refused', async () => {

        expect(await Promise.all([redis.set('a', '1'), redis.get('a'), redis.ping()])).to.equal(['OK', '1', 'PONG']);
        expect(await redis.getBuffer('a')).to.equal(Buffer.from('1'));
        await expect(redis.call('NO-SUCH-COMMAND')).to.reject(/unknown command/);
    });

    it('asks once for all that is sent at once', async () => {

        await server.cli('CONFIG', 'RESETSTAT');
        await Promise.all(Array.from({ length: 20 }, (_, i) => redis.get(`${i}`)));
        expect(await server.cli('INFO', 'commandstats')).to.match(/cmdstat_ping:calls=1,/);
    });

    it('gives no answer to another question, and has the connection made again', async () => {

        await Promise.all(['a', 'b', 'c'].map((key) => redis.set(key, `of ${key}`)));
        let closed = 0;
        redis.on('close', () => {

            ++closed;
        });

        // The first question is lost on its way, and what answers the next one comes in its place

        proxy.swallow();
        const lost = redis.get('a');
        await until(() => proxy.lostBytes() > 0);
        proxy.pass();
        const answers = await Promise.allSettled([lost, redis.get('b')]);
        expect(answers.map(({ status }) => status)).to.equal(['rejected', 'rejected']);
        await until(() => closed > 0 && redis.status === 'ready');
        expect(await redis.get('c')).to.equal('of c');
    });

    it('has a connection made again whose answers are for other questions and late, though nobody waits for them', async () => {

        redis.options.commandTimeout = 50;
        let closed = 0;
        redis.on('close', () => {

            ++closed;
        });
        proxy.swallow();
        await expect(redis.get('a')).to.reject();
        proxy.pass();
        await Promise.allSettled([redis.get('b')]);
        await until(() => closed > 0 && redis.status === 'ready');
        redis.options.commandTimeout = 10_000;
        expect(await redis.set('a', '1')).to.equal('OK');
    });

    it('lets nothing through that the server did not prove, or where the connection is lost meanwhile', async () => {

        Object.assign(redis, { ping: () => Promise.reject(new Error('Command timed out')) });
        await expect(redis.get('a')).to.reject('Redis did not prove its answer');
        Reflect.deleteProperty(redis, 'ping');
        server.process.kill('SIGSTOP');
        const asked = Promise.allSettled([redis.get('a')]);
        redis.disconnect();
        const [{ status }] = await asked;
        server.process.kill('SIGCONT');
        expect(status).to.equal('rejected');
    });

    it('takes what a server says to a ping that it may not answer for one', async () => {

        await server.cli('ACL', 'SETUSER', 'default', '-ping');
        expect(await redis.set('a', '1')).to.equal('OK');
        await server.cli('ACL', 'SETUSER', 'default', '+ping');
    });

    it('keeps nobody waiting whose answer comes behind its proof', async () => {

        Object.assign(redis, { ping: (sent: string) => Promise.resolve(sent) });
        expect(await redis.set('a', '1')).to.equal('OK');
    });

    it('asks each node of a cluster', async () => {

        const nodePort = await findFreePort();
        const node = await startRedis({ args: ['--port', `${nodePort}`, '--bind', '127.0.0.1', '--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1', '--cluster-port', `${await findFreePort()}`] });
        await node.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
        await until(async () => (await node.cli('CLUSTER', 'INFO')).startsWith('cluster_state:ok'));
        const cluster = new Cluster([{ host: '127.0.0.1', port: nodePort }]);
        await until(() => cluster.status === 'ready');
        proveAnswers(cluster);
        await until(() => cluster.nodes().every(({ status }) => status === 'ready'));
        await node.cli('CONFIG', 'RESETSTAT');
        expect(await cluster.set('a', '1')).to.equal('OK');
        expect(await node.cli('INFO', 'commandstats')).to.match(/cmdstat_ping:calls=1,/);
        cluster.disconnect();
        await node.stop();
    });
});
