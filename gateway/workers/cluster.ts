import cluster from 'node:cluster';

import type { WorkerProcess } from './supervisor.js';
import { openWorkerLine } from './line.js';


/**
 * Makes what starts `postern serve` as a worker of this process, with `env` before its environment. Workers share the port that they listen at: this process takes
 * the connections and hands them out in turn, so that none is refused while a worker is replaced.
 */
export function clusterSpawn(program: string, env: Readonly<Record<string, string | undefined>>): () => WorkerProcess {

    cluster.setupPrimary({ exec: program, args: ['serve'] });

    return function spawn() {

        const worker = cluster.fork(env);
        const { ready, ask } = openWorkerLine({
            send: (message) => worker.send(message as object, () => undefined),             // one that is gone does not answer, which is told in time
            listen: (hear) => worker.on('message', hear)
        });

        const ended = new Promise<string>((resolve) => {

            worker.once('exit', (code: number | null, signal: string | null) => {

                resolve(signal ?? `exit code ${code}`);
            });
        });

        return {
            ask, ended,
            url: Promise.race([ready, ended.then(() => undefined)]),
            stop() {

                worker.process.kill('SIGTERM');
            }
        };
    };
}
