import { execFile, spawn, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { certificate, certificateKey } from './certificate.js';
import { findFreePort } from './redis.js';
import { until } from './until.js';


/** Whether a MariaDB server is on PATH. Tests without it are skipped by name. */
export const hasMariadb = ['mariadbd', 'mariadb-install-db', 'mariadb'].every((command) => spawnSync(command, ['--version']).status === 0);

/** A database server of the test's own, on a port and a socket, with the certificate of these tests. */
export interface TestMariadb {
    readonly port: number;
    readonly socket: string;
    /** PEM file that its certificate is checked with. */
    readonly ca: string;
    /** Runs statements as the server's own administrator. */
    sql(statements: string): Promise<string>;
    /** Ends it as a crash would; what it holds stays. */
    crash(): Promise<void>;
    /** Starts it again where it was. */
    restart(): Promise<void>;
    stop(): Promise<void>;
}

const run = promisify(execFile);

export async function startMariadb(): Promise<TestMariadb> {

    const folder = await mkdtemp(join(tmpdir(), 'postern-mariadb-'));
    const port = await findFreePort();
    const [data, socket, ca, key] = ['data', 'db.sock', 'cert.pem', 'key.pem'].map((name) => join(folder, name)) as [string, string, string, string];
    await writeFile(ca, certificate);
    await writeFile(key, certificateKey);
    await chmod(key, 0o600);
    const user = `--user=${userInfo().username}`;
    await run('mariadb-install-db', ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db', user]);

    const sql = async (statements: string) => (await run('mariadb', ['--no-defaults', '-S', socket, '-u', 'root', '-e', statements])).stdout;

    const start = async () => {

        const server = spawn('mariadbd', [
            '--no-defaults', `--datadir=${data}`, `--socket=${socket}`, `--pid-file=${join(folder, 'pid')}`, `--port=${port}`, '--bind-address=127.0.0.1', user, `--ssl-cert=${ca}`, `--ssl-key=${key}`,
            '--innodb-buffer-pool-size=8M', '--innodb-log-file-size=4M', '--innodb-flush-log-at-trx-commit=2', '--skip-log-bin', '--performance-schema=OFF'
        ], { stdio: ['ignore', 'ignore', 'pipe'] });
        let output = '';
        server.stderr.on('data', (chunk: Buffer) => {

            output += chunk.toString();
        });
        const exit = new Promise((resolve) => server.once('exit', resolve));
        const kill = () => server.kill('SIGKILL');
        process.once('exit', kill);
        await until(async () => {

            if (server.exitCode !== null) {
                throw new Error(`mariadbd did not start:\n${output}`);
            }

            return sql('SELECT 1').then(() => true, () => false);
        }, 20_000);
        return async () => {

            process.off('exit', kill);
            kill();
            await exit;
        };
    };

    let end = await start();
    return {
        port, socket, ca, sql,
        crash: () => end(),
        async restart() {

            end = await start();
        },
        async stop() {

            await end();
            await rm(folder, { recursive: true });
        }
    };
}
