import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

import type { ChildProcess } from 'node:child_process';


export interface TestRedis {
    /** Path of the unix socket that it listens on. */
    readonly socket: string;
    readonly process: ChildProcess;
    /** Runs `redis-cli` as an operator would; resolves to what it prints, trimmed. */
    cli(...args: readonly string[]): Promise<string>;
    stop(): Promise<void>;
}

const patienceMs = 10_000;
const run = promisify(execFile);

/**
 * Starts a redis-server of the test's own, without port and without files that outlive it. Resolves when it answers.
 * `args` come after ours and win; `config` is what its configuration file says, which a Sentinel cannot do without.
 */
export async function startRedis(options: { readonly args?: readonly string[]; readonly config?: string } = {}): Promise<TestRedis> {

    const folder = await mkdtemp(join(tmpdir(), 'postern-redis-'));
    const socket = join(folder, 'redis.sock');
    const config = join(folder, 'redis.conf');
    await writeFile(config, options.config ?? '');
    const settings = [config, '--port', '0', '--unixsocket', socket, '--dir', folder, '--save', '', '--appendonly', 'no'];
    const server = spawn('redis-server', [...settings, ...(options.args ?? [])], { stdio: ['ignore', 'pipe', 'pipe'] });
    const output: string[] = [];
    server.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    server.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));

    let ending: string | undefined;
    const ended = new Promise<void>((resolve) => {

        const end = (how: string) => {

            ending = how;
            resolve();
        };

        server.once('error', (error) => {

            end(error.message);
        });
        server.once('exit', (code, signal) => {

            end(`exit ${code ?? signal ?? ''}`);
        });
    });

    // A test that dies must not leave a server behind.

    const endServer = () => server.kill('SIGKILL');
    process.once('exit', endServer);

    const stop = async () => {

        process.off('exit', endServer);
        server.kill('SIGKILL');
        await ended;
        await rm(folder, { recursive: true, force: true });
    };

    const cli = async (...args: readonly string[]) => (await run('redis-cli', ['-s', socket, ...args])).stdout.trim();

    const deadline = Date.now() + patienceMs;
    let answer = '';
    while (answer !== 'PONG' && !answer.startsWith('NOAUTH')) {
        if (ending !== undefined || Date.now() > deadline) {
            await stop();
            throw new Error(`redis-server did not start (${ending ?? `no answer in ${patienceMs} ms`}):\n${output.join('')}`);
        }

        await wait(10);
        answer = await cli('PING').catch(() => '');             // refused until the socket is there
    }

    return { socket, process: server, cli, stop };
}

/** A port that nobody listens on, for what cannot do without: Cluster and Sentinel announce ports, and a login needs an address with a host. */
export async function findFreePort(): Promise<number> {

    const server = createServer();
    await new Promise<void>((resolve) => {

        server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    await new Promise((resolve) => {

        server.close(resolve);
    });
    return typeof address === 'object' && address ? address.port : 0;
}
