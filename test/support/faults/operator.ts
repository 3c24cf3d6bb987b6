import { randomBytes } from 'node:crypto';

import type { Cluster, Redis } from 'ioredis';

import { issueSession } from '../../../plugin/sessions/issue.js';
import { redisSessions } from '../../../plugin/sessions/redis.js';
import type { Session } from '../../../plugin/sessions/store.js';


/** Somebody with a token, and what it opens. */
export interface Holder {
    readonly token: string;
    readonly path: string;
    readonly session: Session;
}

/** Whoever issues and ends sessions behind the gate's back, in Redis itself. */
export interface Operator {
    /** Resolves to nothing where it is in doubt whether there is a session now, or for how long. */
    issue(): Promise<Holder | undefined>;
    /** Resolves to whether the session has ended for certain. */
    end(session: Session): Promise<boolean>;
    /** Whether all that has been done outlives the fault: what a server alone has is lost with it. */
    settle(key: string): Promise<boolean>;
}

// Ids of callers whose sessions come and go, far from all others
let latestId = 1_000_000;

/** Issues a session of a customer, or of an admin who may read customers. */
export async function issueHolder(redis: Cluster | Redis, callerId: string, type: 'admin' | 'customer' = 'customer'): Promise<Holder> {

    const { token, session } = await issueSession(redisSessions(redis, () => 0), { type, id: callerId }, { source: '127.0.0.1', cap: 0 }, Date.now() / 1_000, randomBytes);
    return { token, session, path: type === 'customer' ? '/V1/customers/me' : '/V1/customers/7' };
}

/** Issues sessions of customers one after the other. */
export async function issueHolders(redis: Cluster | Redis, count: number): Promise<readonly Holder[]> {

    return await Promise.all(Array.from({ length: count }, () => issueHolder(redis, `${++latestId}`)));
}

/** Makes an operator of a client. `settle` tells whether what was done to a key will last. */
export function createOperator(redis: () => Cluster | Redis, settle: Operator['settle'] = () => Promise.resolve(true)): Operator {

    return {
        settle,
        async issue() {

            try {
                const id = `${++latestId}`;
                const holder = await issueHolder(redis(), id);
                return await settle(`postern:customer:${id}`) ? holder : undefined;
            }
            catch {
                return undefined;                                   // Whatever it was: nobody uses a session that may not be
            }
        },
        async end({ type, callerId, id }) {

            const key = `postern:${type}:${callerId}`;
            return await redis().hdel(key, id).then(() => settle(key), () => false);
        }
    };
}
