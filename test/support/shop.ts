import { Redis } from 'ioredis';

import { putAccount } from '../../gateway/accounts.js';
import { startGateway } from '../../gateway/server.js';
import { readSettings } from '../../gateway/settings.js';
import { readAccountLines } from '../../plugin/accounts/import.js';
import { createRedisAccounts } from '../../plugin/accounts/redis.js';
import { redisSessions } from '../../plugin/sessions/redis.js';
import type { TestRedis } from './redis.js';
import { startRedis } from './redis.js';
import type { TestUpstream } from './upstream.js';
import { startUpstream } from './upstream.js';


/** A gate with real accounts and sessions in a redis-server of its own. */
export interface TestShop {
    readonly url: string;
    readonly opsUrl: string;
    readonly upstream: TestUpstream;
    readonly redis: TestRedis;
    readonly notices: readonly string[];
    stop(): Promise<void>;
}

// What the tests wait for is never the hash, unless they say so
const cheapest = '4';

/** Starts the gate in this process with the accounts that the lines tell, in the import format. */
export async function startShop(accounts: readonly object[], settings: Readonly<Record<string, string>> = {}): Promise<TestShop> {

    const redis = await startRedis();
    const upstream = await startUpstream();
    const notices: string[] = [];
    const checked = readSettings({ POSTERN_PORT: '0', POSTERN_OPS_PORT: '0', POSTERN_STOP_GRACE: '1ms', POSTERN_POLICY: 'test/support/policy', POSTERN_BCRYPT_COST: cheapest, ...settings });

    const client = new Redis(redis.socket);
    const books = { accounts: createRedisAccounts(client), sessions: redisSessions(client, () => 0), bcryptCost: checked.bcryptCost, record: () => undefined, actor: { by: 'command' } as const };
    const { accounts: given, faults } = readAccountLines(accounts.map((account) => JSON.stringify(account)).join('\n'));
    if (faults.length > 0) {
        throw new Error(JSON.stringify(faults));
    }

    for (const { account } of given) {
        await putAccount(books, account);
    }

    client.disconnect();
    const gateway = await startGateway(checked, { upstream: upstream.url, redis: redis.socket, accounts: 'redis' }, (sentence) => notices.push(sentence));

    return {
        url: gateway.url,
        opsUrl: gateway.opsUrl,
        upstream,
        redis,
        notices,
        async stop() {

            await gateway.stop();
            await upstream.stop();
            await redis.stop();
        }
    };
}
