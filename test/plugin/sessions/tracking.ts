import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Cluster, Redis } from 'ioredis';

import { trackRedis } from '../../../plugin/sessions/tracking.js';
import { findFreePort, startRedis } from '../../support/redis.js';
import { until } from '../../support/until.js';

import type { Tracking } from '../../../plugin/sessions/tracking.js';
import type { TestRedis } from '../../support/redis.js';


export const lab = Lab.script();
const { afterEach, beforeEach, describe, it } = lab;

const times = { heartbeatMs: 50, silenceMs: 20_000 };

describe('trackRedis()', { timeout: 60_000 }, () => {

    let servers: TestRedis[];
    let clients: (Cluster | Redis)[];
    let tracking: Tracking | undefined;
    let changes: (string | undefined)[];

    const start = async (options?: Parameters<typeof startRedis>[0]) => {

        const server = await startRedis(options);
        servers.push(server);
        return server;
    };

    const client = <Client extends Cluster | Redis>(opened: Client) => {

        clients.push(opened);
        opened.on('error', () => {});
        return opened;
    };

    const track = (redis: Cluster | Redis, settings: Parameters<typeof trackRedis>[1] = {}) => {

        changes = [];
        tracking = trackRedis(redis, { ...times, ...settings });
        tracking.listen((key) => changes.push(key));
        return tracking;
    };

    const isArmed = () => tracking!.isArmed();

    beforeEach(() => {

        [servers, clients, tracking] = [[], [], undefined];
    });

    afterEach(async () => {

        await tracking?.close();
        clients.forEach((each) => {

            each.disconnect();
        });
        await Promise.all(servers.map((server) => server.stop()));
    });

    it('is armed once it hears, and not once it is closed', async () => {

        const { socket } = await start();
        const { isArmed: isItArmed, state, close } = track(client(new Redis(socket)));
        expect([isItArmed(), state()]).to.equal([false, 'arming']);
        await until(isItArmed);
        expect(state()).to.equal('armed');
        await close();
        expect([isItArmed(), state()]).to.equal([false, 'closed']);
    });

    it('takes the moments when changes may be missed for a change of any key', async () => {

        const server = await start();
        const reasons: string[] = [];
        const redis = client(new Redis(server.socket, { retryStrategy: () => 10 }));
        track(redis, { onLost: ({ message }) => reasons.push(message) });
        await until(isArmed);
        expect(changes).to.equal([]);
        redis.disconnect(true);
        expect(await new Promise((resolve) => {

            redis.once('close', () => {

                setImmediate(() => {

                    resolve([...changes]);
                });
            });
        })).to.equal([undefined]);
        await until(isArmed);
        await server.cli('SET', 'postern:customer:42', 'x');
        await until(() => changes.length >= 2);
        expect(changes.at(-1)).to.equal('postern:customer:42');
        expect(reasons.at(0)).to.equal('A connection to Redis was closed');
    });

    it('says once that it hears nothing, and that it hears again', async () => {

        const server = await start();
        const said: string[] = [];
        const redis = client(new Redis(server.socket, { retryStrategy: () => 10 }));
        track(redis, { onLost: ({ message }) => said.push(message), onArmed: () => said.push('armed') });
        await until(isArmed);
        expect(said).to.equal([]);
        await server.cli('REPLICAOF', '127.0.0.1', '1');
        await until(() => !isArmed());
        await server.cli('CLIENT', 'KILL', 'TYPE', 'normal');
        await until(() => changes.length > 1);
        await server.cli('REPLICAOF', 'NO', 'ONE');
        await until(isArmed);
        expect(said).to.equal(['Redis is a replica', 'armed']);
        expect(tracking!.state()).to.equal('armed');
    });

    it('is armed again when a server that went away is back', async () => {

        const port = await findFreePort();
        const args = ['--port', `${port}`, '--bind', '127.0.0.1'];
        const server = await start({ args });
        track(client(new Redis(port, { retryStrategy: () => 10, maxRetriesPerRequest: 1 })), { silenceMs: 300 });
        await until(isArmed);
        await server.stop();
        await until(() => !isArmed());
        expect(tracking!.state()).to.equal('arming');
        const another = await start({ args });
        await until(isArmed);
        await another.cli('SET', 'postern:customer:42', 'x');
        await until(() => changes.includes('postern:customer:42'));
    });

    it('says once that a server has no tracking', async () => {

        const server = await start();
        await server.cli('ACL', 'SETUSER', 'default', '-subscribe');
        const reasons: Error[] = [];
        const lost: Error[] = [];
        track(client(new Redis(server.socket)), { refusedRetryMs: 10, onRefused: (reason) => reasons.push(reason), onLost: (reason) => lost.push(reason) });
        await until(() => changes.length >= 5);
        expect(tracking!.state()).to.equal('refused');
        expect(reasons.map(({ message }) => message)).to.equal(['NOPERM this user has no permissions to run the \'subscribe\' command']);
        expect(lost).to.equal([]);
    });

    it('needs nobody to hear of what went wrong', async () => {

        const server = await start();
        await server.cli('ACL', 'SETUSER', 'default', '-subscribe');
        track(client(new Redis(server.socket)), { refusedRetryMs: 10 });
        await until(() => tracking!.state() === 'refused');
        await server.cli('ACL', 'SETUSER', 'default', '+subscribe');
        await until(isArmed);
        await server.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
        await until(() => changes.length > 1 && isArmed());
    });

    const startNode = async () => {

        const [port, busPort] = [await findFreePort(), await findFreePort()];
        const server = await start({
            args: ['--port', `${port}`, '--bind', '127.0.0.1', '--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1', '--cluster-port', `${busPort}`, '--cluster-node-timeout', '2000']
        });
        return { ...server, port, busPort, id: await server.cli('CLUSTER', 'MYID') };
    };

    const meet = async (node: TestRedis, ...others: readonly Awaited<ReturnType<typeof startNode>>[]) => {

        for (const other of others) {
            await node.cli('CLUSTER', 'MEET', '127.0.0.1', `${other.port}`, `${other.busPort}`);
            await until(async () => (await other.cli('CLUSTER', 'NODES')).split('\n').length === others.length + 1);
        }
    };

    const openCluster = async (nodes: readonly { readonly port: number; readonly cli: TestRedis['cli'] }[]) => {

        for (const node of nodes) {
            await until(async () => (await node.cli('CLUSTER', 'INFO')).startsWith('cluster_state:ok'));
        }

        const cluster = client(new Cluster(nodes.map(({ port }) => ({ host: '127.0.0.1', port })), { slotsRefreshInterval: 200 }));
        await until(() => cluster.status === 'ready');
        return cluster;
    };

    it('hears every master of a cluster', async () => {

        const [a, b] = [await startNode(), await startNode()];
        await a.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '8191');
        await b.cli('CLUSTER', 'ADDSLOTSRANGE', '8192', '16383');
        await meet(a, b);
        const cluster = await openCluster([a, b]);
        track(cluster);
        await until(isArmed);
        const keys = Array.from({ length: 20 }, (_, i) => `postern:customer:${i}`);
        await Promise.all(keys.map((key) => cluster.set(key, 'x')));
        await until(() => changes.length >= 20);
        expect([...changes].sort()).to.equal([...keys].sort());
        await b.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
        await until(() => changes.length > 20);
        expect(changes.at(-1)).to.be.undefined();
        await until(isArmed);
    });

    it('is not armed while a master is new', async () => {

        const [a, b] = [await startNode(), await startNode()];
        await a.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
        await meet(a, b);
        const cluster = await openCluster([a]);
        track(cluster);
        await until(isArmed);
        const seen = new Promise((resolve) => {

            cluster.once('+node', () => {

                resolve([isArmed(), [...changes]]);
            });
        });
        const slot = await a.cli('CLUSTER', 'KEYSLOT', 'postern:customer:42');
        await b.cli('CLUSTER', 'SETSLOT', slot, 'IMPORTING', a.id);
        await a.cli('CLUSTER', 'SETSLOT', slot, 'MIGRATING', b.id);
        await b.cli('CLUSTER', 'SETSLOT', slot, 'NODE', b.id);
        await a.cli('CLUSTER', 'SETSLOT', slot, 'NODE', b.id);
        expect(await seen).to.equal([false, [undefined]]);
        await until(isArmed);
        await cluster.set('postern:customer:42', 'x');
        await until(() => changes.includes('postern:customer:42'));
        expect(await b.cli('EXISTS', 'postern:customer:42')).to.equal('1');
    });

    it('follows the master of a cluster to the replica that takes over', async () => {

        const [a, b] = [await startNode(), await startNode()];
        await a.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
        await meet(a, b);
        await until(async () => await b.cli('CLUSTER', 'REPLICATE', a.id) === 'OK');
        await until(async () => (await b.cli('INFO', 'replication')).includes('master_link_status:up'));
        const cluster = await openCluster([a, b]);
        track(cluster);
        await until(isArmed);
        await until(async () => await b.cli('CLUSTER', 'FAILOVER') === 'OK');
        await until(async () => (await b.cli('ROLE')).startsWith('master'));
        await until(() => cluster.nodes('master').every(({ options }) => options.port === b.port));
        await a.stop();
        await until(isArmed);
        await b.cli('CONFIG', 'SET', 'cluster-require-full-coverage', 'no');
        await b.cli('SET', 'postern:customer:42', 'x');
        await until(() => changes.includes('postern:customer:42'));
    });

    it('follows a sentinel to the replica that takes over', async () => {

        const ports = [await findFreePort(), await findFreePort(), await findFreePort()] as const;
        const args = (port: number) => ['--port', `${port}`, '--bind', '127.0.0.1'];
        const a = await start({ args: args(ports[0]) });
        const b = await start({ args: [...args(ports[1]), '--replicaof', '127.0.0.1', `${ports[0]}`] });
        await until(async () => (await b.cli('INFO', 'replication')).includes('master_link_status:up'));
        const sentinel = await start({ config: `sentinel monitor main 127.0.0.1 ${ports[0]} 1\n`, args: ['--sentinel', ...args(ports[2])] });
        await until(async () => (await sentinel.cli('SENTINEL', 'REPLICAS', 'main')).includes(`${ports[1]}`));
        track(client(new Redis({ sentinels: [{ host: '127.0.0.1', port: ports[2] }], name: 'main', retryStrategy: () => 50, maxRetriesPerRequest: 1 })));
        await until(isArmed);
        await until(async () => (await sentinel.cli('SENTINEL', 'FAILOVER', 'main')) === 'OK');
        await until(async () => (await sentinel.cli('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'main')).includes(`${ports[1]}`), 30_000);
        await a.stop();
        await until(async () => {

            await b.cli('SET', 'postern:customer:42', 'x');
            return isArmed() && changes.includes('postern:customer:42');
        });
    });

    it('knows how long Redis keeps a key', async () => {

        const server = await start();
        const { ttlMs } = track(client(new Redis(server.socket)));
        await server.cli('SET', 'postern:customer:1', 'x', 'PX', '50000');
        await server.cli('SET', 'postern:customer:2', 'x');
        expect(await ttlMs('postern:customer:1')).to.be.between(0, 50_001);
        expect(await ttlMs('postern:customer:2')).to.equal(Infinity);
        expect(await ttlMs('postern:customer:3')).to.equal(Infinity);
    });

    it('refuses a client that does not read what is tracked', () => {

        const redis = (options: object) => client(new Redis({ lazyConnect: true, ...options }));
        const cluster = (options: object) => client(new Cluster(['redis://127.0.0.1:1'], { lazyConnect: true, ...options }));
        expect(() => trackRedis(redis({ keyPrefix: 'app:' }))).to.throw(/keyPrefix "app:": expected none/);
        expect(() => trackRedis(cluster({ keyPrefix: 'app:' }))).to.throw(/keyPrefix "app:": expected none/);
        expect(() => trackRedis(redis({ sentinels: [{ host: '127.0.0.1', port: 1 }], name: 'main', role: 'slave' }))).to.throw(/reads from "slave": expected "master"/);
        expect(() => trackRedis(cluster({ scaleReads: 'all' }))).to.throw(/reads from "all": expected "master"/);
    });
});
