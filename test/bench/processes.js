// Starts and measures processes of the benchmark's own.

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';


const patienceMs = 60_000;

/** Starts a Node program that prints `ready URL` when it listens. */
export async function startProgram(file, args = [], { env = {}, options = [] } = {}) {

    const { child, stop, output } = spawnOwn(process.execPath, [...options, file, ...args], { ...withoutSettings(), ...env });
    const [, url] = await said(child, output, /ready (\S+)/);
    return { url, pid: child.pid, output, stop };
}

/** Starts the gate as an operator does, from the build. */
export async function startGate(settings, { options = [] } = {}) {

    const env = { ...withoutSettings(), POSTERN_PORT: '0', POSTERN_OPS_PORT: '0', ...settings };
    const { child, stop, output } = spawnOwn(process.execPath, [...options, 'dist/gateway/main.js', 'serve'], env);
    const [, url, opsUrl] = await said(child, output, /listens at (http:\S+), for operators at (http:\S+),/);
    return { url, opsUrl, pid: child.pid, output, stop };
}

/** Starts any other server, and asks it until it answers. */
export async function startServer(command, args, isThere) {

    const { child, stop, output } = spawnOwn(command, args, process.env);
    const deadlineMs = performance.now() + patienceMs;
    while (!await isThere().catch(() => false)) {
        if (performance.now() > deadlineMs || child.exitCode !== null) {
            await stop();
            throw new Error(`${command} did not start:\n${output()}`);
        }

        await new Promise((resolve) => setTimeout(resolve, 20));
    }

    return { pid: child.pid, output, stop };
}

function spawnOwn(command, args, env) {

    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const exit = new Promise((resolve) => child.once('exit', resolve));
    let text = '';
    const read = (chunk) => {

        if (text.length < 100_000) {                        // what it says first: addresses, or why it ends
            text += chunk;
        }
    };

    child.stdout.on('data', read);
    child.stderr.on('data', read);

    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    const stop = async (signal = 'SIGTERM') => {

        process.off('exit', kill);
        child.kill(signal);
        await exit;
    };

    return { child, stop, output: () => text };
}

function said(child, output, pattern) {

    return new Promise((resolve, reject) => {

        const timer = setTimeout(() => {

            child.kill('SIGKILL');
            reject(new Error(`Nothing in ${patienceMs} ms:\n${output()}`));
        }, patienceMs);
        child.once('exit', (code) => {

            clearTimeout(timer);
            reject(new Error(`Exit ${code}:\n${output()}`));
        });
        child.stdout.on('data', () => {

            const match = pattern.exec(output());
            if (match) {
                clearTimeout(timer);
                resolve(match);
            }
        });
    });
}

function withoutSettings() {

    return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('POSTERN_')));
}

/** CPU time that a process has had, in milliseconds: all of its threads, user and system, those that have ended aside. Its children's, too, where it has any. */
export function cpuMs(pid) {

    let ns = 0;
    for (const task of readdirSync(`/proc/${pid}/task`)) {
        ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'latin1').split(' ')[0]);
    }

    return ns / 1e6 + childrenOf(pid).reduce((sum, child) => sum + cpuMs(child), 0);
}

function childrenOf(pid) {

    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter((text) => text !== '').map(Number);
}

/** Memory of a process that is in use now, and at its highest, in MiB. */
export function memoryMiB(pid) {

    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const field = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1_024;
    return { now: field('VmRSS'), highest: field('VmHWM') };
}
