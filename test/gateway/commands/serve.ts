import { spawn } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { CommandContext } from '../../../gateway/commands/command.js';
import type { Environment } from '../../../gateway/settings.js';
import type { LineEnd } from '../../../gateway/workers/line.js';
import { runPostern } from '../../../gateway/commands/postern.js';
import { collectText, runWords, typedText } from '../../support/command.js';
import { cleanEnvironment } from '../../support/gate.js';
import { startRedis } from '../../support/redis.js';
import { sendRaw } from '../../support/send.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { describe, it } = lab;

const { PATH } = process.env;
const anyPorts = { POSTERN_PORT: '0', POSTERN_OPS_PORT: '0' };
const listeners = () => process.listenerCount('SIGTERM') + process.listenerCount('SIGINT');

/** Runs `postern serve` within this process until it has said where it listens. */
async function start(env: Environment, more: Partial<CommandContext> = {}) {

    const stdout = collectText();
    const stderr = collectText();
    const context: CommandContext = { argv: ['serve'], env: { ...anyPorts, ...env }, root: process.cwd(), stdin: typedText(''), stdout: stdout.stream, stderr: stderr.stream, ...more };
    const code = runPostern(context);
    while (!stdout.text().includes('Postern listens') && stderr.text() === '') {
        await wait(10);
    }

    const [, url = ''] = /listens at (\S+),/.exec(stdout.text()) ?? [];
    return { code, url, stdout, stderr };
}

describe('serve', () => {

    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        it(`runs the gate, tells where, and ends well at ${signal}`, async () => {

            const before = listeners();
            const { code, url, stdout } = await start({ PATH });
            expect(stdout.text()).to.match(/redis-cli -p \d+\n/).and.to.include('TOKEN=$(curl');
            const response = await fetch(`${url}/rest/V1/directory/currency`);
            expect(response.status).to.equal(200);

            process.emit(signal);
            expect(listeners()).to.equal(before);
            expect(await code).to.equal(0);
            await expect(fetch(url)).to.reject();
        });
    }

    it('reads the policy again at SIGHUP', async () => {

        const before = process.listenerCount('SIGHUP');
        const { code, stderr } = await start({ PATH: '/nonexistent' });
        process.emit('SIGHUP');
        await until(() => stderr.text().includes('"msg":"The policy was read again: '));
        process.emit('SIGTERM');
        expect(await code).to.equal(0);
        expect(process.listenerCount('SIGHUP')).to.equal(before);
    });

    it('offers no sample accounts where the store or the accounts are the operator\'s, and writes none there', async () => {

        const redis = await startRedis();
        const own = await start({ PATH, POSTERN_REDIS: redis.socket });
        expect(own.stdout.text()).to.match(/^Postern listens at \S+, for operators at \S+, and forwards to \S+\.\n$/);
        expect(await redis.cli('KEYS', '*')).to.equal('');
        process.emit('SIGTERM');
        expect(await own.code).to.equal(0);
        await redis.stop();

        const { code, stdout } = await start({ PATH, POSTERN_ACCOUNTS: 'file:config/accounts.jsonl', POSTERN_BCRYPT_COST: '4' });
        expect(stdout.text()).to.include('redis-cli -p').and.not.to.include('TOKEN=');
        process.emit('SIGTERM');
        expect(await code).to.equal(0);
    });

    it('says so where sessions are in memory', async () => {

        const { code, stderr } = await start({ PATH: '/nonexistent' });
        expect((JSON.parse(stderr.text()) as { readonly msg: string }).msg).to.startWith('There is no redis-server on PATH: sessions are in memory');
        process.emit('SIGTERM');
        expect(await code).to.equal(0);
    });

    it('writes a line for each request behind the lines to copy, unless it is told not to', async () => {

        for (const [log, lines] of [['auto', 1], ['off', 0]] as const) {
            const { code, url, stdout } = await start({ PATH: '/nonexistent', POSTERN_LOG: log });
            await fetch(`${url}/rest/V1/orders?secret=1`);
            process.emit('SIGTERM');
            expect(await code).to.equal(0);
            const logged = stdout.text().split('\n').filter((line) => line.startsWith('{'));
            expect(logged).to.have.length(lines);
            expect(logged.map((line) => JSON.parse(line) as unknown).filter((entry) => (entry as { readonly path: string }).path !== '/rest/V1/orders')).to.equal([]);
        }
    });

    it('goes on where nobody reads its log any more, and says so', { timeout: 60_000 }, async () => {

        const gate = spawn(process.execPath, ['dist/gateway/main.js', 'serve'], { env: cleanEnvironment({ ...anyPorts, PATH: '/nonexistent' }), stdio: ['ignore', 'pipe', 'pipe'] });
        let [welcome, said] = ['', ''];
        gate.stdout.on('data', (chunk: Buffer) => {

            welcome += chunk.toString();
        });
        gate.stderr.on('data', (chunk: Buffer) => {

            said += chunk.toString();
        });
        await until(() => welcome.includes('Postern listens'), 20_000);
        gate.stdout.destroy();

        const [, url = ''] = /listens at (\S+),/.exec(welcome) ?? [];
        await fetch(url);
        await until(() => said.includes('The log cannot be written'));
        expect((await fetch(`${url}/rest/V1/directory/currency`)).status).to.equal(200);
        gate.kill('SIGTERM');
        const [code] = await once(gate, 'exit') as [number];
        expect(code).to.equal(0);
    });

    it('does not start on settings that make no sense', async () => {

        expect(await runWords(runPostern, ['serve'], { env: { POSTERN_MODE: 'dry' } })).to.equal({ code: 1, stdout: '', stderr: 'POSTERN_MODE was "dry"; it may be "enforce" or "shadow"\n' });
    });

    it('says what keeps it from starting, and leaves nothing behind', async () => {

        const before = listeners();
        const env = { ...anyPorts, POSTERN_POLICY: '/nonexistent' };
        const { code, stdout, stderr } = await runWords(runPostern, ['serve'], { env });
        expect({ code, stdout }).to.equal({ code: 1, stdout: '' });
        expect(stderr).to.equal('the policy folder "/nonexistent" is not there: expected a folder that holds etc/webapi.xml files at any depth\n');
        expect(listeners()).to.equal(before);
    });

    it('says when its port is taken', async () => {

        const holder = createServer().listen(0, '127.0.0.1');
        await once(holder, 'listening');
        const { port } = holder.address() as AddressInfo;
        const { code, stderr } = await runWords(runPostern, ['serve'], { env: { POSTERN_PORT: String(port), POSTERN_OPS_PORT: '0' } });
        expect(code).to.equal(1);
        expect(stderr).to.include(`listen EADDRINUSE: address already in use 127.0.0.1:${port}`);
        holder.close();
    });

    it('lets a mistake of its own be seen, and leaves nothing behind', async () => {

        const stdout = new Writable();
        stdout.write = () => {

            throw new TypeError('no such thing');
        };

        const { stream: stderr } = collectText();
        const before = listeners();
        await expect(runPostern({ argv: ['serve'], env: { ...anyPorts, PATH }, root: process.cwd(), stdin: typedText(''), stdout, stderr })).to.reject(TypeError, 'no such thing');
        expect(listeners()).to.equal(before);
    });

    it('runs workers, answers operators for them, and replaces them at SIGHUP', { timeout: 60_000 }, async () => {

        const redis = await startRedis();
        const { code, url, stdout, stderr } = await start({ PATH, POSTERN_WORKERS: '2', POSTERN_REDIS: redis.socket, POSTERN_LOG: 'off', POSTERN_STOP_GRACE: '1ms' });
        const [, opsUrl = ''] = /for operators at (\S+),/.exec(stdout.text()) ?? [];
        expect((await fetch(`${url}/rest/V1/directory/currency`)).status).to.equal(200);
        expect(await (await fetch(`${opsUrl}/healthz`)).json()).to.equal({ status: 'ok', workers: 2 });
        expect((await fetch(`${opsUrl}/readyz`)).status).to.equal(200);
        expect((await (await fetch(`${opsUrl}/explain?target=/rest/V1/orders`)).json() as { readonly outcome: object }).outcome).to.include({ kind: 'refused' });

        // Each connection goes to the next worker: the operators hear of both

        await Promise.all(Array.from({ length: 6 }, () => sendRaw(url, 'GET /rest/V1/orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')));
        await until(async () => (await (await fetch(`${opsUrl}/refusals`)).json() as readonly unknown[]).length === 6);
        expect((await (await fetch(opsUrl)).text()).match(/<code>not-authorized<\/code>/g)).to.have.length(6);

        const workers = () => Object.values(cluster.workers ?? {}).map((worker) => worker?.process.pid);
        const before = workers();
        process.kill(Number(before[0]), 'SIGKILL');
        await until(() => stderr.text().includes('A worker ended (SIGKILL): another one is started in 100 ms') && workers().length === 2, 30_000);
        process.emit('SIGHUP');
        await until(() => workers().length === 2 && workers().every((pid) => !before.includes(pid)), 30_000);
        expect((await fetch(`${url}/rest/V1/directory/currency`)).status).to.equal(200);

        process.emit('SIGTERM');
        expect(await code).to.equal(0);
        await redis.stop();
    });

    it('runs no workers whose sessions would be in memory, nor such as cannot start', { timeout: 60_000 }, async () => {

        const alone = await start({ PATH: '/nowhere', POSTERN_WORKERS: '2' });
        expect(await alone.code).to.equal(1);
        expect(alone.stderr.text()).to.contain('POSTERN_WORKERS was 2 and there is no Redis');

        const redis = await startRedis();
        const faulty = await start({ PATH, POSTERN_WORKERS: '2', POSTERN_REDIS: redis.socket, POSTERN_ASSERTION_KEY: '/dev/null' });
        expect(await faulty.code).to.equal(1);
        expect(faulty.stderr.text()).to.equal('A worker did not start, and has said why\n');
        await redis.stop();
    });

    it('serves as a worker, and answers over its line what operators ask', async () => {

        const redis = await startRedis();
        const said: { readonly kind: string; readonly url?: string; readonly answer?: { readonly status: number } }[] = [];
        let ask: (message: unknown) => void = () => undefined;
        const line: LineEnd = {
            send: (message) => said.push(message as (typeof said)[number]), listen: (hear) => {

                ask = hear;
            }
        };
        const env = { PATH, POSTERN_REDIS: redis.socket, POSTERN_LOG: 'off', POSTERN_STOP_GRACE: '1ms' };
        const context = { argv: ['serve'], env: { ...anyPorts, ...env }, root: process.cwd(), stdin: typedText(''), stdout: collectText().stream, stderr: collectText().stream, line };
        const code = runPostern(context);
        await until(() => said.length === 1);
        expect((await fetch(`${said[0]?.url ?? ''}/rest/V1/directory/currency`)).status).to.equal(200);

        ask({ kind: 'question', id: 1, question: { method: 'GET', url: '/readyz', headers: {}, payload: '' } });
        await until(() => said.length === 2);
        expect(said[1]).to.include({ kind: 'answer', id: 1 });
        expect(said[1]?.answer?.status).to.equal(200);
        process.emit('disconnect');
        expect(await code).to.equal(0);
        await redis.stop();
    });

    it('tells of an error that nobody caught, lets what is under way finish, and fails', async () => {

        const { code, stderr } = await start({ PATH, POSTERN_LOG: 'off', POSTERN_STOP_GRACE: '1ms' });
        process.listeners('uncaughtException').at(-1)?.(new Error('a mistake'), 'uncaughtException');
        expect(await code).to.equal(1);
        expect(stderr.text()).to.contain('postern: Nobody caught a mistake of ours: Error: a mistake\n').and.contain('The gate has ended because of a mistake of ours\n');
    });
});
