import { join } from 'node:path';

import type { Environment, Settings } from '../settings.js';
import type { SettledSurroundings } from '../surroundings.js';
import { clusterSpawn } from './cluster.js';
import { createOpsFront } from './ops-front.js';
import { createSupervisor } from './supervisor.js';


/** Workers that take connections. */
export interface Workers {
    readonly url: string;
    readonly opsUrl: string;
    /** Puts new ones in their place, which read settings, policy and certificate anew. */
    readonly reload: () => Promise<void>;
    readonly stop: () => Promise<void>;
}

interface WorkersPlace {
    /** The package's folder. */
    readonly root: string;
    /** What the workers are told beside what is settled here. */
    readonly env: Environment;
}

/**
 * Starts POSTERN_WORKERS processes that share the client port, and listens for operators in this one. Rejects with a sentence where a worker cannot start, or where
 * sessions would be kept by each process for itself.
 */
export async function startWorkers(settings: Settings, { upstream, redis }: SettledSurroundings, notice: (sentence: string) => void, { root, env }: WorkersPlace): Promise<Workers> {

    if (redis === undefined) {
        throw new Error(`POSTERN_WORKERS was ${settings.workers} and there is no Redis: sessions in memory are those of one process, so set POSTERN_REDIS or leave POSTERN_WORKERS at 1`);
    }

    const spawn = clusterSpawn(join(root, 'dist/gateway/main.js'), { ...env, POSTERN_WORKERS: '1', POSTERN_REDIS: redis, POSTERN_UPSTREAM: [upstream].flat().join(',') });
    const supervisor = createSupervisor({ count: settings.workers, spawn, notice });
    const ops = createOpsFront({ host: settings.opsHost, port: settings.opsPort, workers: supervisor.workers });
    await ops.start();
    try {
        const url = await supervisor.start();
        return {
            url,
            opsUrl: ops.info.uri,
            reload: supervisor.reload,
            async stop() {

                await supervisor.stop();
                await ops.stop({ timeout: 0 });
            }
        };
    }
    catch (error) {
        await ops.stop({ timeout: 0 });
        throw error;
    }
}
