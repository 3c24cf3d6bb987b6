import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';


/** Whether a PHP is on PATH, and one with its SOAP extension. Tests without it are skipped by name. */
export const hasPhp = spawnSync('php', ['-v']).status === 0;
export const hasPhpSoap = spawnSync('php', ['-r', 'exit(extension_loaded("soap") ? 0 : 1);']).status === 0;

export interface PhpServer {
    readonly url: string;
    readonly stop: () => Promise<void>;
}

export interface PhpAnswer {
    readonly status: number;
    readonly type: string;
    readonly body: string;
    /** The operations that the service was asked for, in order. */
    readonly called: readonly string[];
}

export interface PhpSoapServer {
    post(body: Buffer | string): Promise<PhpAnswer>;
    stop(): Promise<void>;
}

const run = promisify(execFile);

/** Starts PHP's built-in server with a script that answers everything, on a port of its own. */
export async function startPhpServer(script: string, env: Readonly<Record<string, string>> = {}): Promise<PhpServer> {

    const php = spawn('php', ['-S', '127.0.0.1:0', script], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
    const exit = new Promise((resolve) => php.once('exit', resolve));
    const kill = () => php.kill('SIGKILL');
    process.once('exit', kill);
    const url = await new Promise<string>((resolve) => {

        let output = '';
        php.stderr.on('data', (chunk: Buffer) => {

            output += chunk.toString();
            const [, started] = /\((http:\/\/127\.0\.0\.1:\d+)\) started/.exec(output) ?? [];
            if (started !== undefined) {
                resolve(started);
            }
        });
    });

    return {
        url,
        async stop() {

            process.off('exit', kill);
            php.kill();
            await exit;
        }
    };
}

/** Starts a PHP SoapServer for a WSDL. */
export async function startPhpSoapServer(wsdl: string): Promise<PhpSoapServer> {

    const folder = await mkdtemp(join(tmpdir(), 'postern-php-'));
    const file = join(folder, 'service.wsdl');
    await writeFile(file, wsdl);
    const { url, stop } = await startPhpServer('test/support/soap-server.php', { TEST_WSDL: file });

    return {
        async post(body) {

            const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/soap+xml' } });
            const called = answer.headers.get('x-called');
            return { status: answer.status, type: answer.headers.get('content-type') ?? '', body: await answer.text(), called: called?.split(', ') ?? [] };
        },
        async stop() {

            await stop();
            await rm(folder, { recursive: true });
        }
    };
}

/** Runs PHP and reads what it prints as JSON. */
export async function runPhp(...args: readonly string[]): Promise<unknown> {

    const { stdout } = await run('php', args);
    return JSON.parse(stdout);
}
