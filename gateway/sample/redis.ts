import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';


export type SampleRedis =
    /** No redis-server on PATH. */
    | { readonly kind: 'absent' }
    | { readonly kind: 'started'; readonly port: number; stop(): Promise<void> };

const ready = 'Ready to accept connections';

/**
 * Runs redis-server until standard input ends. That happens when we end it, and also when we are killed or crash, so that no server is ever
 * left behind. The shell gives its own output up: what arrives is the server's, and it ends when the server does.
 */
const script = `
command -v redis-server >/dev/null || exit 127
redis-server "$@" 2>&1 &
exec >/dev/null 2>&1
read -r _
kill $!
wait
`;

async function findFreePort(): Promise<number> {

    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
}

/** What the server says until it is ready or ends. */
function readStart(output: Readable): Promise<string> {

    return new Promise((resolve) => {

        let log = '';
        const take = (chunk: Buffer) => {

            log += chunk.toString();
            if (log.includes(ready)) {
                output.off('data', take).resume();
                resolve(log);
            }
        };

        output.on('data', take).once('end', () => {

            resolve(log);
        });
    });
}

/** Undefined where something else has taken the port meanwhile. */
async function startAt(port: number, searchPath: string): Promise<SampleRedis | undefined> {

    const settings = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no', '--daemonize', 'no', '--dir', tmpdir()];

    // Detached: Ctrl-C on the terminal reaches the gate alone, which then finishes what is in flight with its store still there.

    const shell = spawn('/bin/sh', ['-c', script, 'sh', ...settings], { env: { PATH: searchPath }, detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
    const exited = once(shell, 'exit');
    const stop = async () => {

        shell.stdin.end();
        await exited;
    };

    const log = await readStart(shell.stdout);
    if (log.includes(ready)) {
        return { kind: 'started', port, stop };
    }

    await stop();
    if (log.includes('Address already in use')) {
        return undefined;
    }

    if (shell.exitCode === 127) {
        return { kind: 'absent' };
    }

    throw new Error(`The private redis-server did not start: ${log.trim().replace(/^.*\n/s, '')}`);
}

/** Starts a redis-server of our own on a free port of loopback, without files. `searchPath` is where it is looked for, as in `PATH`. */
export async function startSampleRedis(searchPath: string, findPort: () => Promise<number> = findFreePort): Promise<SampleRedis> {

    for (;;) {
        const started = await startAt(await findPort(), searchPath);
        if (started !== undefined) {
            return started;
        }
    }
}
