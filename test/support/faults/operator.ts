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
    /** Called before something is done to a key; what it gives resolves to whether that will last: what one server alone has is lost with it. */
    watch: Watch;
}

export type Watch = (key: string) => () => Promise<boolean>;

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

/** What is done to a server that is not going to be lost. */
export function lasts(): Promise<boolean> {

    return Promise.resolve(true);
}

/** Makes an operator of a client. */
export function createOperator(redis: () => Cluster | Redis, watch: Watch = () => lasts): Operator {

    return {
        watch,
        async issue() {

            const id = `${++latestId}`;
            const willLast = watch(`postern:customer:${id}`);
            return await issueHolder(redis(), id).then(async (holder) => (await willLast() ? holder : undefined), () => undefined);
        },
        async end({ type, callerId, id }) {

            const key = `postern:${type}:${callerId}`;
            const willLast = watch(key);
            return await redis().hdel(key, id).then(willLast, () => false);
        }
    };
}
