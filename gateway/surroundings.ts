import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Redis } from 'ioredis';

import type { PosternOptions } from '../plugin/options.js';
import type { Settings } from './settings.js';
import { readAccountLines } from '../plugin/accounts/import.js';
import { createRedisAccounts } from '../plugin/accounts/redis.js';
import { noAudit } from '../plugin/audit/audit.js';
import { nowSeconds } from '../plugin/clock.js';
import { redisSessions } from '../plugin/sessions/redis.js';
import { putAccount } from './accounts.js';
import { startSampleRedis } from './sample/redis.js';
import { startSampleUpstream } from './sample/upstream.js';
import { findClash } from './settings/clash.js';


/** Where the gate keeps its state, and what is behind it. */
export interface Surroundings {
    /** The package's folder, where its documents are. Absent: they are not served. */
    readonly root?: string;
    /** The origin of the service behind, or several that serve the same. */
    readonly upstream: string | readonly string[];
    /** Absent: sessions in memory. */
    readonly redis: string | undefined;
    /** `upstream`: the service behind keeps them; `magento-db`: they are in Magento's tables. */
    readonly accounts: NonNullable<PosternOptions['accounts']> | 'magento-db' | 'upstream';
}

/** Surroundings of which the parts that were not set were started for the gate. */
export interface SettledSurroundings extends Surroundings {
    /** What an operator should know of what was started. */
    readonly notices: readonly string[];
    /** Whether the sample accounts may log in. */
    readonly hasSamples: boolean;
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
 * Settles what the settings leave open: without POSTERN_UPSTREAM a sample upstream is started, without POSTERN_REDIS a private redis-server, or none
 * where there is no redis-server. Sample accounts are for the two of them alone: their passwords are known, and must open nothing that is the operator's.
 */
export async function settleSurroundings(settings: Settings, { root, searchPath }: Place): Promise<SettledSurroundings> {

    const clash = findClash(settings);
    if (clash !== undefined) {
        throw new Error(clash);
    }

    const accounts = settings.accounts.kind === 'file' ? `file:${settings.accounts.path}` as const : settings.accounts.kind;
    const isSample = settings.upstream === undefined && settings.redis === undefined && accounts === 'redis';
    const { url, stop } = settings.upstream === undefined ? await startSampleUpstream() : { url: settings.upstream, stop: () => Promise.resolve() };
    try {
        const state = settings.redis === undefined ? await startState(accounts, isSample ? join(root, 'config/accounts.jsonl') : undefined, searchPath) : { ...ofOperator, redis: settings.redis, accounts };
        return {
            ...state, root, upstream: url, hasSamples: isSample,
            async stop() {

                await Promise.all([stop(), state.stop()]);
            }
        };
    }
    catch (error) {
        await stop();
        throw error;
    }
}

type State = Pick<SettledSurroundings, 'accounts' | 'notices' | 'redis' | 'samplePort' | 'stop'>;

const ofOperator = { notices: [], samplePort: undefined, stop: () => Promise.resolve() };

/** Starts a private redis-server, with sample accounts where there are any; else state is kept in memory, and accounts come from the file. */
async function startState(accounts: Surroundings['accounts'], samples: string | undefined, searchPath: string): Promise<State> {

    const redis = await startSampleRedis(searchPath);
    if (redis.kind === 'absent') {
        return { ...ofOperator, redis: undefined, accounts: samples === undefined ? accounts : `file:${samples}`, notices: [inMemory] };
    }

    const address = `redis://127.0.0.1:${redis.port}`;
    const stop = () => redis.stop();
    try {
        await (samples === undefined ? undefined : importSamples(address, samples));
        return { redis: address, accounts, notices: [], samplePort: redis.port, stop };
    }
    catch (error) {
        await stop();
        throw error;
    }
}

const inMemory = 'There is no redis-server on PATH: sessions are in memory, end with this process, and no redis-cli can revoke them. Set POSTERN_REDIS for anything but a try.';

async function importSamples(address: string, path: string): Promise<void> {

    const { accounts: given, faults } = readAccountLines(await readFile(path, 'utf8'));
    if (faults.length > 0) {
        throw new Error(`The sample accounts in "${path}" are faulty: ${faults.map(({ line, message }) => `line ${line}: ${message}`).join('; ')}`);
    }

    const redis = new Redis(address, { lazyConnect: true });
    try {
        await redis.connect();
        const books = { accounts: createRedisAccounts(redis), sessions: redisSessions(redis, nowSeconds), bcryptCost: sampleBcryptCost, record: noAudit.record, actor: { by: 'command' } as const };
        for (const { account } of given) {
            await putAccount(books, account);
        }
    }
    finally {
        redis.disconnect();
    }
}
