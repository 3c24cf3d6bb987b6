import type { Cluster, Redis } from 'ioredis';

import type { Audit } from '../../plugin/audit/audit.js';
import type { Actor } from '../../plugin/audit/event.js';
import type { AdoptionMarks } from '../../plugin/sessions/adoption-marks.js';
import type { Books } from '../accounts.js';
import type { Settings } from '../settings.js';
import type { CommandContext, Outcome } from './command.js';
import { createRedisAccounts } from '../../plugin/accounts/redis.js';
import { noAudit, redisAudit } from '../../plugin/audit/audit.js';
import { auditEnds } from '../../plugin/audit/sessions.js';
import { nowSeconds } from '../../plugin/clock.js';
import { redisMarks } from '../../plugin/sessions/adoption-marks.js';
import { connectRedis } from '../../plugin/sessions/connection.js';
import { redisSessions } from '../../plugin/sessions/redis.js';
import { endingRelays, redisRelays } from '../../plugin/sessions/relay-store.js';
import { StoreUnavailableError } from '../../plugin/sessions/store.js';
import { readRedisTls } from '../redis-tls.js';
import { describeMistake } from '../settings/mistake.js';
import { findSettings } from './settings.js';


const connectTimeoutMs = 2_000;
const commandTimeoutMs = 5_000;

type Connection = { readonly kind: 'connected'; readonly redis: Awaited<ReturnType<typeof connectRedis>> } | { readonly kind: 'away'; readonly message: string };

async function connect(address: string, settings: Settings): Promise<Connection> {

    try {
        return { kind: 'connected', redis: await connectRedis(address, { commandTimeoutMs, connectTimeoutMs, tls: await readRedisTls(settings), onError: () => undefined }) };
    }
    catch (error) {

        // Whatever kept it from connecting, it is told in a sentence that shows no login

        return { kind: 'away', message: (error as Error).message };
    }
}

/** Runs what works on the Redis that the settings name; where they name none, `absence` says what is missed. */
export async function withRedis(context: CommandContext, absence: string, run: (redis: Cluster | Redis, settings: Settings) => Promise<Outcome>): Promise<Outcome> {

    const check = await findSettings(context);
    if (check.kind === 'mistaken') {
        return { kind: 'failed', message: check.mistakes.map(describeMistake).join('\n') };
    }

    const { settings } = check;
    if (settings.redis === undefined) {
        return { kind: 'failed', message: `POSTERN_REDIS is not set: ${absence}` };
    }

    const connection = await connect(settings.redis, settings);
    if (connection.kind === 'away') {
        return { kind: 'failed', message: connection.message };
    }

    const { redis } = connection;
    try {
        return await run(redis, settings);
    }
    catch (error) {
        if (error instanceof StoreUnavailableError) {
            return { kind: 'failed', message: 'Redis went away: what was done until then holds, and the same command may be given again' };
        }

        throw error;
    }
    finally {
        redis.disconnect();
    }
}

/** Runs what works on accounts and sessions there. */
export async function withSessions(context: CommandContext, run: (books: Books & { readonly marks: AdoptionMarks }, settings: Settings) => Promise<Outcome>): Promise<Outcome> {

    return withRedis(context, 'say where accounts and sessions are, such as POSTERN_REDIS=redis://127.0.0.1:6379', async (redis, settings) => {

        const audit = openAudit(redis, settings.auditEntries, context);
        const actor = actorOf(context);
        const sessions = endingRelays(redisSessions(redis, nowSeconds), redisRelays(redis, nowSeconds));
        try {
            return await run({
                accounts: createRedisAccounts(redis), sessions: auditEnds(sessions, audit.record, actor), marks: redisMarks(redis), bcryptCost: settings.bcryptCost, record: audit.record, actor
            }, settings);
        }
        finally {
            await audit.settle();
        }
    });
}

function openAudit(redis: Cluster | Redis, maxEntries: number, { stderr }: CommandContext): Audit {

    return maxEntries === 0 ? noAudit : redisAudit(redis, {
        maxEntries,
        onLoss: (reason) => {

            stderr.write(`What was changed is not in the audit, which could not be written: ${reason}\n`);
        }
    });
}

/** Whoever gives a command is known by what the system calls them, which is a hint and no proof. */
function actorOf({ env: { SUDO_USER, USER } }: CommandContext): Actor {

    const operator = SUDO_USER ?? USER;
    return { by: 'command', ...operator !== undefined && { operator } };
}

/** The same where accounts are changed, which only those in Redis can be. */
export async function withAccounts(context: CommandContext, run: (books: Books, settings: Settings) => Promise<Outcome>): Promise<Outcome> {

    return withSessions(context, async (books, settings) => {

        const { accounts } = settings;
        switch (accounts.kind) {
            case 'redis':
                return run(books, settings);
            case 'file':
                return { kind: 'failed', message: `The accounts are in the file "${accounts.path}" (POSTERN_ACCOUNTS): edit it instead` };
            case 'magento-db':
                return { kind: 'failed', message: 'The accounts are those of Magento\'s database (POSTERN_ACCOUNTS): change them in Magento' };
            case 'upstream':
                return { kind: 'failed', message: 'The accounts are the upstream\'s own (POSTERN_ACCOUNTS): change them there' };
        }
    });
}
