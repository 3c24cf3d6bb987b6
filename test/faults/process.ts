import { once } from 'node:events';
import { statSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { Agent, request as sendRequest } from 'node:http';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { dirname, resolve as resolvePath } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { RunningGate } from '../support/gate.js';
import type { TestUpstream } from '../support/upstream.js';
import { startGate } from '../support/gate.js';
import { startRedis } from '../support/redis.js';
import { sendRaw } from '../support/send.js';
import { until } from '../support/until.js';
import { startUpstream } from '../support/upstream.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

const mebibyte = 1_024 * 1_024;
const idleConnections = 10_000;

/** Resident memory of a process, in bytes. */
async function readMemory(pid: number): Promise<number> {

    const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kibibytes) * 1_024;
}

/** One call on a connection that is kept; resolves to its status, or to the code of what went wrong. */
function call(url: string, agent: Agent): Promise<number | string> {

    return new Promise((resolve) => {

        const request = sendRequest(url, { agent }, (response) => {

            response.resume();
            response.once('error', ({ message }) => {

                resolve(`answer broken off: ${message}`);
            });
            response.once('end', () => {

                resolve(Number(response.statusCode));
            });
        });
        request.once('error', (error: NodeJS.ErrnoException) => {

            resolve(String(error.code));
        });
        request.end();
    });
}

/** Whether anybody may read what is in a folder, and so run a program of it. */
function isPublic(folder: string): boolean {

    return (statSync(folder).mode & 0o005) === 0o005 && (dirname(folder) === folder || isPublic(dirname(folder)));
}

async function open(url: string): Promise<Socket> {

    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
}

describe('a gate\'s process', () => {

    let upstream: TestUpstream;

    before(async () => {

        upstream = await startUpstream((_reached, response) => {

            setTimeout(() => response.end('slow'), 20);
        });
    });

    after(() => upstream.stop());

    const start = (settings: Readonly<Record<string, string>> = {}, options: Parameters<typeof startGate>[1] = {}): Promise<RunningGate> => {

        return startGate({ POSTERN_UPSTREAM: upstream.url, POSTERN_POLICY: 'test/support/policy', ...settings }, options);
    };

    it('drops no request in flight at SIGTERM, and takes no connection', { timeout: 60_000 }, async () => {

        const gate = await start({ POSTERN_STOP_GRACE: '500ms' });
        const agent = new Agent({ keepAlive: true, maxSockets: 32 });
        const outcomes: (number | string)[] = [];
        const callOn = async () => {

            while (outcomes.at(-1) !== 'ECONNREFUSED' && outcomes.length < 100_000) {
                outcomes.push(await call(`${gate.url}/rest/V1/currency`, agent));
            }
        };

        const callers = Array.from({ length: 32 }, callOn);
        await until(() => outcomes.length > 200);
        const code = await gate.stop();
        await Promise.all(callers);
        agent.destroy();

        expect(code).to.equal(0);
        expect(outcomes.filter((outcome) => outcome !== 200 && outcome !== 'ECONNREFUSED')).to.equal([]);
        expect(outcomes.at(-1)).to.equal('ECONNREFUSED');
    });

    it('bounds the time that a request and its body may take, and the size of its headers', { timeout: 30_000 }, async () => {

        const gate = await start({ POSTERN_REQUEST_TIMEOUT: '1s' });
        const slowly = async (head: string) => {

            const socket = await open(gate.url);
            let text = '';
            socket.on('data', (chunk) => {

                text += chunk.toString();
            });
            const closed = new Promise((resolve) => socket.once('close', resolve));
            socket.on('error', () => undefined);                // whoever still writes may be reset
            socket.write(head);
            const trickle = setInterval(() => socket.write('a'), 100);
            await closed;
            clearInterval(trickle);
            return text.slice(0, 12);
        };

        const answers = await Promise.all([
            slowly('GET /rest/V1/currency HTTP/1.1\r\nHost: x\r\nX-Slow: '),
            slowly('POST /rest/V1/integration/customer/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n'),
            slowly('POST /rest/V1/files/slow HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n')
        ]);
        expect(answers[0]).to.equal('HTTP/1.1 408');
        expect(answers.slice(1).every((answer) => /^(?:HTTP\/1\.1 408)?$/.test(answer))).to.be.true();
        expect((await sendRaw(gate.url, `GET /rest/V1/currency HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(17_000)}\r\n\r\n`)).status).to.equal(431);
        expect((await fetch(`${gate.url}/rest/V1/currency`)).status).to.equal(200);
        await gate.stop();
    });

    it('holds ten thousand idle connections in 200 MiB', { timeout: 120_000, skip: process.platform !== 'linux' }, async () => {

        const gate = await start();
        const before = await readMemory(gate.pid);
        const sockets: Socket[] = [];
        while (sockets.length < idleConnections) {
            sockets.push(...await Promise.all(Array.from({ length: 250 }, () => open(gate.url))));
        }

        // Half of them have called once and keep the connection

        await Promise.all(sockets.slice(0, idleConnections / 2).map(async (socket) => {

            socket.write('GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n');
            await once(socket, 'data');
        }));
        const grown = await readMemory(gate.pid) - before;
        expect((await fetch(`${gate.url}/rest/V1/currency`)).status).to.equal(200);
        for (const socket of sockets) {
            socket.destroy();
        }

        await gate.stop();
        expect(grown).to.be.below(200 * mebibyte);
    });

    it('runs as anybody, and writes to no file', { skip: process.platform !== 'linux' || process.getuid?.() !== 0 || !isPublic(resolvePath('.')) }, async () => {

        const nobody = 65_534;
        const gate = await start({ PATH: '/nowhere', HOME: '/nowhere', POSTERN_ACCOUNTS: 'file:config/accounts.jsonl', POSTERN_BCRYPT_COST: '4' }, { uid: nobody });
        expect((await fetch(`${gate.url}/rest/V1/currency`)).status).to.equal(200);
        expect((await fetch(`${gate.url}/rest/V1/customers/me`)).status).to.equal(401);

        const files = await Promise.all((await readdir(`/proc/${gate.pid}/fd`)).map(async (fd) => {

            const [, flags = '0'] = /^flags:\s+(\d+)$/m.exec(await readFile(`/proc/${gate.pid}/fdinfo/${fd}`, 'utf8')) ?? [];
            return { path: await readlink(`/proc/${gate.pid}/fd/${fd}`), isWritten: (parseInt(flags, 8) & 3) !== 0 };
        }));
        await gate.stop();
        expect(files.filter(({ path, isWritten }) => isWritten && path.startsWith('/') && !path.startsWith('/dev/'))).to.equal([]);
    });

    it('says what went wrong where nobody caught it, answers what is under way, and ends with 1', async () => {

        const gate = await start({}, { nodeOptions: ['--import', 'data:text/javascript,process.once("SIGUSR2",()=>{throw new Error("a mistake")})'] });
        const agent = new Agent();
        upstream.reached.length = 0;
        const underWay = call(`${gate.url}/rest/V1/currency`, agent);
        await until(() => upstream.reached.length > 0);
        process.kill(gate.pid, 'SIGUSR2');
        expect(await underWay).to.equal(200);
        expect(await gate.exit).to.equal(1);
        expect(gate.output()).to.contain('Error: a mistake');
    });

    it('refuses no connection while workers are replaced, and starts another one for one that was killed', { timeout: 90_000, skip: process.platform !== 'linux' }, async () => {

        const redis = await startRedis();
        const gate = await start({ POSTERN_WORKERS: '2', POSTERN_REDIS: redis.socket, POSTERN_ACCOUNTS: 'redis', POSTERN_STOP_GRACE: '500ms' });
        const listWorkers = async () => (await readFile(`/proc/${gate.pid}/task/${gate.pid}/children`, 'utf8')).trim().split(' ');
        const outcomes: (number | string)[] = [];
        let isOver = false;
        const callers = Array.from({ length: 8 }, async () => {

            const agent = new Agent({ keepAlive: true });
            while (!isOver && outcomes.length < 100_000) {
                outcomes.push(await call(`${gate.url}/rest/V1/currency`, agent));
            }

            agent.destroy();
        });

        const before = await listWorkers();
        process.kill(gate.pid, 'SIGHUP');
        await until(async () => {

            const now = await listWorkers();
            return now.length === 2 && now.every((pid) => !before.includes(pid));
        }, 40_000);
        isOver = true;
        await Promise.all(callers);
        expect(outcomes.filter((outcome) => outcome !== 200)).to.equal([]);

        const [victim = ''] = await listWorkers();
        process.kill(Number(victim), 'SIGKILL');
        await until(() => gate.output().includes('A worker ended (SIGKILL): another one is started in 100 ms'));
        await until(async () => (await listWorkers()).length === 2);
        expect((await fetch(`${gate.url}/rest/V1/currency`)).status).to.equal(200);
        expect(await gate.stop()).to.equal(0);
        await redis.stop();
    });
});
