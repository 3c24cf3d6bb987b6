import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { PosternOptions } from '../plugin/options.js';
import type { Settings } from './settings.js';
import { readAccountLines } from '../plugin/accounts/import.js';
import { createRedisAccounts } from '../plugin/accounts/redis.js';
import { connectRedis } from '../plugin/sessions/connection.js';
import { redisSessions } from '../plugin/sessions/redis.js';
import { putAccount } from './accounts.js';
import { startSampleRedis } from './sample/redis.js';
import { startSampleUpstream } from './sample/upstream.js';


/** Where the gate keeps its state, and what is behind it. */
export interface Surroundings {
    readonly upstream: string;
    /** Absent: sessions in memory. */
    readonly redis: string | undefined;
    /** `upstream`: the service behind keeps them. */
    readonly accounts: NonNullable<PosternOptions['accounts']> | 'upstream';
}

/** Surroundings of which the parts that were not set were started for the gate. */
export interface SettledSurroundings extends Surroundings {
    /** What an operator should know of what was started. */
    readonly notices: readonly string[];
    /** The port of the private redis-server, where there is one. */
    readonly samplePort: number | undefined;
    readonly stop: () => Promise<void>;
}

interface Place {
    /** The package's folder, where the sample accounts are. */
    readonly root: string;
    /** Where redis-server is looked for, as in `PATH`. */
    readonly searchPath: string;
}

// Sample accounts are read at every start: their passwords are no secret, and need no slow hash.
const sampleBcryptCost = 4;

/**
 * Settles what the settings leave open: without POSTERN_UPSTREAM a sample upstream is started, without POSTERN_REDIS a private redis-server with sample
 * accounts in it, or none where there is no redis-server. Sample accounts never get into a Redis of the operator's.
 */
export async function settleSurroundings(settings: Settings, { root, searchPath }: Place): Promise<SettledSurroundings> {

    const named = settings.accounts.kind === 'file' ? `file:${settings.accounts.path}` as const : settings.accounts.kind;
    if (named === 'upstream' && settings.upstream === undefined) {
        throw new Error('POSTERN_ACCOUNTS was "upstream" and POSTERN_UPSTREAM is not set: name the service whose accounts they are');
    }

    const sample = settings.upstream === undefined ? await startSampleUpstream() : undefined;
    const stopUpstream = async () => {

        await sample?.stop();
    };

    const upstream = { upstream: settings.upstream ?? sample?.url ?? '' };
    if (settings.redis !== undefined) {
        return { ...upstream, redis: settings.redis, accounts: named, notices: [], samplePort: undefined, stop: stopUpstream };
    }

    const samples = join(root, 'config/accounts.jsonl');
    const redis = await startSampleRedis(searchPath);
    if (redis.kind === 'absent') {
        const accounts = named === 'redis' ? `file:${samples}` as const : named;
        return { ...upstream, redis: undefined, accounts, notices: [inMemory], samplePort: undefined, stop: stopUpstream };
    }

    const address = `redis://127.0.0.1:${redis.port}`;
    const stop = async () => {

        await Promise.all([stopUpstream(), redis.stop()]);
    };

    try {
        await (named === 'upstream' ? undefined : importSamples(address, samples));
    }
    catch (error) {
        await stop();
        throw error;
    }

    return { ...upstream, redis: address, accounts: named, notices: [], samplePort: redis.port, stop };
}

const inMemory = 'There is no redis-server on PATH: sessions are in memory, end with this process, and no redis-cli can revoke them. Set POSTERN_REDIS for anything but a try.';

async function importSamples(address: string, path: string): Promise<void> {

    const { accounts: given, faults } = readAccountLines(await readFile(path, 'utf8'));
    if (faults.length > 0) {
        throw new Error(`The sample accounts in "${path}" are faulty: ${faults.map(({ line, message }) => `line ${line}: ${message}`).join('; ')}`);
    }

    const failures: Error[] = [];
    const redis = await connectRedis(address, { commandTimeoutMs: 5_000, connectTimeoutMs: 5_000, onError: (error) => failures.push(error) });
    try {
        const books = { accounts: createRedisAccounts(redis, () => []), sessions: redisSessions(redis, () => Math.floor(Date.now() / 1000)), bcryptCost: sampleBcryptCost };
        for (const { account } of given) {
            await putAccount(books, account);
        }
    }
    finally {
        redis.disconnect();
    }
}
