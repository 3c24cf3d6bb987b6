import { readFile } from 'node:fs/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { TestPki } from '../support/pki.js';
import type { TestRedis } from '../support/redis.js';
import { runPostern } from '../../gateway/commands/postern.js';
import { connectRedis } from '../../plugin/sessions/connection.js';
import { redisSessions } from '../../plugin/sessions/redis.js';
import { trackRedis } from '../../plugin/sessions/tracking.js';
import { runWords } from '../support/command.js';
import { startGate } from '../support/gate.js';
import { writePki } from '../support/pki.js';
import { findFreePort, startRedis } from '../support/redis.js';
import { until } from '../support/until.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

describe('A Redis that speaks TLS and asks for certificates', { timeout: 60_000 }, () => {

    let pki: TestPki;
    let certificates: Readonly<Record<string, string>>;
    const servers: TestRedis[] = [];

    const start = async (args: readonly string[] = [], config = '') => {

        const port = await findFreePort();
        const tls = ['--port', '0', '--tls-port', `${port}`, '--bind', '127.0.0.1', '--tls-ca-cert-file', pki.ca, '--tls-cert-file', pki.serverCert, '--tls-key-file', pki.serverKey, '--tls-auth-clients', 'yes', '--tls-replication', 'yes'];
        const server = await startRedis({ args: [...args, ...tls], config });
        servers.push(server);
        return { server, port };
    };

    before(async () => {

        pki = await writePki();
        certificates = { POSTERN_REDIS_CA: pki.ca, POSTERN_REDIS_CERT: pki.clientCert, POSTERN_REDIS_KEY: pki.clientKey };
    });

    after(async () => {

        await Promise.all(servers.map((server) => server.stop()));
        await pki.remove();
    });

    it('serves a gate and its commands', async () => {

        const { server, port } = await start();
        const env = { POSTERN_REDIS: `rediss://127.0.0.1:${port}`, POSTERN_BCRYPT_COST: '4', POSTERN_POLICY: 'test/support/policy', ...certificates };
        expect(await runWords(runPostern, ['account', 'add', 'customer', 'jo@example.com', '--id', '42'], { env, input: 'Sample-1\n' })).to.include({ code: 0, stderr: '' });

        const gate = await startGate(env);
        const headers = { 'content-type': 'application/json' };
        const logIn = await fetch(`${gate.url}/rest/V1/integration/customer/token`, { method: 'POST', headers, body: JSON.stringify({ username: 'jo@example.com', password: 'Sample-1' }) });
        const token = String(await logIn.json());
        const use = async () => (await fetch(`${gate.url}/rest/V1/customers/me`, { headers: { authorization: `Bearer ${token}` } })).status;
        expect(await use()).to.equal(200);
        expect((await runWords(runPostern, ['session', 'list', 'customer', '42'], { env })).stdout).to.match(/^[a-z0-9]{8} {2}issued /);
        await server.cli('DEL', 'postern:customer:42');
        await until(async () => await use() === 401);
        expect(await gate.stop()).to.equal(0);
        expect(gate.output()).to.not.match(/Redis/);
    });

    it('is refused where we do not know who signed its certificate, and refuses us without one', async () => {

        const { port } = await start();
        const connect = async (names: readonly string[]) => {

            const env = { POSTERN_REDIS: `rediss://127.0.0.1:${port}`, ...Object.fromEntries(names.map((name) => [name, certificates[name]])) };
            return (await runWords(runPostern, ['session', 'list', 'customer', '42'], { env })).stderr;
        };

        expect(await connect([])).to.match(/^Redis at rediss:\S+ cannot be used: .*certificate/);
        expect(await connect(['POSTERN_REDIS_CERT', 'POSTERN_REDIS_KEY'])).to.match(/^Redis at rediss:\S+ cannot be used: .*certificate/);
        expect(await connect(['POSTERN_REDIS_CA'])).to.match(/^Redis at rediss:\S+ cannot be used: /);
        expect(await connect(Object.keys(certificates))).to.equal('');
    });

    it('is reached and tracked in a cluster, and behind sentinels', async () => {

        const { server: node, port: nodePort } = await start(['--cluster-enabled', 'yes', '--tls-cluster', 'yes', '--cluster-port', `${await findFreePort()}`, '--cluster-announce-ip', '127.0.0.1']);
        await node.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
        const { server: master, port: masterPort } = await start();
        const { port: sentinelPort } = await start(['--sentinel'], `sentinel monitor main 127.0.0.1 ${masterPort} 1\n`);
        const [ca, cert, key] = await Promise.all([pki.ca, pki.clientCert, pki.clientKey].map((path) => readFile(path, 'utf8'))) as [string, string, string];

        for (const [address, server] of [[`rediss://127.0.0.1:${nodePort},rediss://127.0.0.1:${nodePort}`, node], [`rediss+sentinel://127.0.0.1:${sentinelPort}/main`, master]] as const) {
            const redis = await connectRedis(address, { commandTimeoutMs: 5_000, connectTimeoutMs: 15_000, tls: { ca, cert, key }, onError: () => undefined });
            const tracking = trackRedis(redis);
            const changes: (string | undefined)[] = [];
            tracking.listen((changed) => changes.push(changed));
            await until(tracking.isArmed);
            await redisSessions(redis, () => 0).setRole('1', ['Magento_Sales::sales']);
            await until(() => changes.includes('postern:role:admin:1'));
            expect(await server.cli('SMEMBERS', 'postern:role:admin:1')).to.equal('Magento_Sales::sales');
            await tracking.close();
            redis.disconnect();
        }
    });
});
