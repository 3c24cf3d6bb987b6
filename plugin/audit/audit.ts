import type { Cluster, Redis } from 'ioredis';

import type { AuditEvent, RecordEvent } from './event.js';
import { readName } from '../accounts/name.js';
import { sourceNetwork } from '../accounts/source.js';
import { createLru } from '../sessions/lru.js';
import { forgetCommand } from '../sessions/unavailable.js';
import { isEmail, writeEvent } from './event.js';


/** Writes down who got in, who did not, and what was taken away. */
export interface Audit {
    /** Returns at once. What cannot be written is lost and counted, and never keeps anybody waiting. */
    readonly record: RecordEvent;
    readonly counters: () => AuditCounters;
    /** Resolves when all that was recorded is written, or lost. */
    readonly settle: () => Promise<void>;
}

/** Since the process began. */
export interface AuditCounters {
    readonly written: number;
    readonly lost: number;
}

export interface AuditSettings {
    /** Entries kept at least: Redis drops older ones by the block. */
    readonly maxEntries: number;
    /** Hears that entries are being lost, once until they are written again. */
    readonly onLoss: (reason: string) => void;
    /** Hears how many were lost. */
    readonly onRecovery?: (lost: number) => void;
    /** Entries on their way at most. */
    readonly maxUnderWay?: number;
    /** Between two entries of a source that is kept out. */
    readonly pauseMs?: number;
}

/** STREAM: one entry an event. */
export const auditKey = 'postern:audit';

const maxSources = 10_000;

/** Where nothing is to be written down. */
export const noAudit: Audit = { record: () => undefined, counters: () => ({ written: 0, lost: 0 }), settle: () => Promise.resolve() };

/**
 * Keeps the audit in a stream of Redis, the newest `maxEntries` of it. A source that is kept out, or comes while too many sign in, is noted once in a while only:
 * whoever hammers at the gate must not push out what he did before.
 */
export function redisAudit(redis: Cluster | Redis, { maxEntries, onLoss, onRecovery, maxUnderWay = 1_000, pauseMs = 10_000 }: AuditSettings): Audit {

    const underWay = new Set<Promise<void>>();
    const noted = createLru<number>(maxSources);
    let written = 0;
    let lost = 0;
    let lostBefore = 0;
    let isLosing = false;

    const lose = (reason: string) => {

        ++lost;
        if (!isLosing) {
            isLosing = true;
            onLoss(reason);
        }
    };

    const isNoted = (event: AuditEvent): boolean => {

        if (event.kind !== 'login-refused' || (event.why !== 'locked' && event.why !== 'busy')) {
            return false;
        }

        const nowMs = performance.now();
        const network = sourceNetwork(event.source);
        if ((noted.get(network, event.why) ?? -Infinity) > nowMs) {
            return true;
        }

        noted.set(network, event.why, nowMs + pauseMs);
        return false;
    };

    const write = async (event: AuditEvent): Promise<void> => {

        try {
            await redis.xadd(auditKey, 'MAXLEN', '~', maxEntries, '*', ...writeEvent(event, await nameOf(event)));
        }
        catch (error) {

            // Whatever it is, what was done is done, and whoever asked for it has the answer

            forgetCommand(error);
            lose((error as Error).message);
            return;
        }

        ++written;
        if (isLosing) {
            isLosing = false;
            onRecovery?.(lost - lostBefore);
            lostBefore = lost;
        }
    };

    return {
        record(event) {

            if (isNoted(event)) {
                return;
            }

            if (underWay.size >= maxUnderWay) {
                lose('too many entries are on their way');
                return;
            }

            const writing = write(event).finally(() => underWay.delete(writing));
            underWay.add(writing);
        },
        counters: () => ({ written, lost }),
        async settle() {

            await Promise.all(underWay);
        }
    };
}

/** The user name where it may be shown. */
async function nameOf(event: AuditEvent): Promise<string | undefined> {

    if (event.kind !== 'login-refused') {
        return 'name' in event ? event.name : undefined;
    }

    const { canonical } = readName(event.username);
    const isShown = event.isAccount === undefined ? isEmail(canonical) : await event.isAccount();
    return isShown ? canonical : undefined;
}
