import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

import type { SampleRedis } from '../../../gateway/sample/redis.js';
import { startSampleRedis } from '../../../gateway/sample/redis.js';


export const lab = Lab.script();
const { describe, it } = lab;

const run = promisify(execFile);
const { PATH: searchPath = '' } = process.env;
const cli = async (port: number, ...args: readonly string[]) => (await run('redis-cli', ['-h', '127.0.0.1', '-p', String(port), ...args])).stdout.trim();

async function start(findPort?: () => Promise<number>): Promise<Extract<SampleRedis, { kind: 'started' }>> {

    const redis = await startSampleRedis(searchPath, findPort);
    if (redis.kind !== 'started') {
        throw new Error('redis-server is not on PATH');
    }

    return redis;
}

async function waitUntilGone(port: number): Promise<void> {

    while (await cli(port, 'PING').then(() => true, () => false)) {
        await wait(10);
    }
}

describe('startSampleRedis()', () => {

    it('starts a server on loopback that keeps nothing on disk, and ends it', async () => {

        const redis = await start();
        expect(await cli(redis.port, 'PING')).to.equal('PONG');
        expect(await cli(redis.port, 'CONFIG', 'GET', 'save')).to.equal('save');
        expect(await cli(redis.port, 'CONFIG', 'GET', 'appendonly')).to.equal('appendonly\nno');
        expect(await cli(redis.port, 'CONFIG', 'GET', 'bind')).to.equal('bind\n127.0.0.1');

        await redis.stop();
        await expect(cli(redis.port, 'PING')).to.reject(/Connection refused/);
        await redis.stop();
    });

    it('takes another port where one is taken meanwhile', async () => {

        const holder = createServer().listen(0, '127.0.0.1');
        await once(holder, 'listening');
        const free = createServer().listen(0, '127.0.0.1');
        await once(free, 'listening');
        const ports = [holder, free].map((server) => (server.address() as AddressInfo).port);
        const [, second = 0] = ports;
        free.close();
        await once(free, 'close');

        const redis = await start(async () => ports.shift() ?? 0);
        expect(redis.port).to.equal(second);
        await redis.stop();
        holder.close();
    });

    it('says when there is no redis-server', async () => {

        expect(await startSampleRedis('/nonexistent')).to.equal({ kind: 'absent' });
    });

    it('tells why a server does not start', async () => {

        await expect(start(async () => 70_000)).to.reject('The private redis-server did not start: argument must be between 0 and 65535 inclusive');
    });

    it('tells of a server that ends without a word', async () => {

        const folder = await mkdtemp(join(tmpdir(), 'postern-path-'));
        const program = join(folder, 'redis-server');
        await writeFile(program, '#!/bin/sh\nexit 0\n');
        await chmod(program, 0o755);
        await expect(startSampleRedis(folder)).to.reject('The private redis-server did not start: ');
        await rm(folder, { recursive: true });
    });

    it('leaves no server behind when its owner is killed', async () => {

        // The owner is a process of its own, with this very source in it

        const { outputText } = transpileModule(await readFile('gateway/sample/redis.ts', 'utf8'), { compilerOptions: { module: ModuleKind.ESNext, target: ScriptTarget.ES2023 } });
        const use = 'const { port } = await startSampleRedis(process.env.PATH); console.log(port);';
        const owner = spawn(process.execPath, ['--input-type=module', '-e', `${outputText}\n${use}`], { stdio: ['ignore', 'pipe', 'inherit'] });
        const [line] = await once(owner.stdout, 'data') as [Buffer];
        const port = Number(line.toString());
        expect(await cli(port, 'PING')).to.equal('PONG');

        owner.kill('SIGKILL');
        await waitUntilGone(port);
    });
});
