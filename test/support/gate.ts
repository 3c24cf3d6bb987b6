import { spawn } from 'node:child_process';


/** A gate in a process of its own, started as an operator starts it, from the build. */
export interface RunningGate {
    readonly pid: number;
    readonly url: string;
    readonly opsUrl: string;
    /** All that it has printed so far. */
    output(): string;
    /** Resolves to its exit code once it has ended. */
    readonly exit: Promise<number | null>;
    /** Asks it to end; resolves to its exit code. */
    stop(signal?: 'SIGINT' | 'SIGTERM'): Promise<number | null>;
}

const patienceMs = 60_000;

/** What a command of ours sees of the environment: this process's, without settings of ours that somebody has set. */
export function cleanEnvironment(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {

    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('POSTERN_'));
    return { ...Object.fromEntries(inherited), ...settings };
}

interface GateOptions {
    readonly nodeOptions?: readonly string[];
    /** The user whose process it is; this process's own by default. */
    readonly uid?: number;
    /** Where the package is; by default this one. */
    readonly cwd?: string;
    /** The Node.js that runs it; this process's own by default. */
    readonly node?: string;
}

/** Starts `postern serve` on free ports, with the settings given; resolves when it says where it listens. */
export async function startGate(settings: Readonly<Record<string, string>>, { nodeOptions = [], uid, cwd = process.cwd(), node = process.execPath }: GateOptions = {}): Promise<RunningGate> {

    const env = cleanEnvironment({ POSTERN_PORT: '0', POSTERN_OPS_PORT: '0', POSTERN_STOP_GRACE: '1ms', ...settings });
    const gate = spawn(node, [...nodeOptions, 'dist/gateway/main.js', 'serve'], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], ...uid !== undefined && { uid } });
    let output = '';
    const read = (chunk: Buffer) => {

        output += chunk.toString();
    };

    gate.stdout.on('data', read);
    gate.stderr.on('data', read);
    const exit = new Promise<number | null>((resolve) => gate.once('exit', resolve));
    const killed = () => gate.kill('SIGKILL');
    process.once('exit', killed);

    const stop = async (signal: 'SIGINT' | 'SIGTERM' = 'SIGTERM') => {

        process.off('exit', killed);
        gate.kill(signal);
        return await exit;
    };

    const [url, opsUrl] = await new Promise<[string, string]>((resolve, reject) => {

        const fail = (why: string) => {

            gate.kill('SIGKILL');
            reject(new Error(`The gate did not start (${why}):\n${output}`));
        };

        const timer = setTimeout(fail, patienceMs, `nothing in ${patienceMs} ms`);
        void exit.then((code) => {

            clearTimeout(timer);
            fail(`exit ${code}`);
        });
        gate.stdout.on('data', () => {

            const [, client, ops] = /listens at (https?:\S+), for operators at (http:\S+),/.exec(output) ?? [];
            if (client !== undefined && ops !== undefined) {
                clearTimeout(timer);
                resolve([client, ops]);
            }
        });
    });

    return { pid: Number(gate.pid), url, opsUrl, exit, output: () => output, stop };
}
