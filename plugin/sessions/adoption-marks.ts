import type { Cluster, Redis } from 'ioredis';

import type { AccountType } from '../caller.js';
import { answerOf, answerOr } from './unavailable.js';


/** Whose session a token was made. */
export interface Owner {
    readonly type: AccountType;
    readonly callerId: string;
}

/** Remembers which tokens were made sessions, by the name of their hash. Every method rejects with `StoreUnavailableError` when the store is away. */
export interface AdoptionMarks {
    find(name: string): Promise<Owner | undefined>;
    /** `untilSeconds` absent: the token is good for ever, and so is the mark. */
    note(name: string, owner: Owner, untilSeconds?: number): Promise<void>;
}

/** STRING: whose it was made. */
function markKey(name: string): string {

    return `postern:adopted:${name}`;
}

export function redisMarks(redis: Redis | Cluster): AdoptionMarks {

    return {
        async find(name) {

            const [, type, callerId] = /^(admin|customer):(.+)$/s.exec(await answerOr(null, redis.get(markKey(name))) ?? '') ?? [];
            return callerId === undefined ? undefined : { type: type === 'admin' ? 'admin' : 'customer', callerId };
        },
        async note(name, { type, callerId }, untilSeconds) {

            const text = `${type}:${callerId}`;
            await answerOf(untilSeconds === undefined ? redis.set(markKey(name), text) : redis.set(markKey(name), text, 'EXAT', untilSeconds));
        }
    };
}

/** Remembers them in this process, with the sessions in memory. */
export function memoryMarks(): AdoptionMarks {

    const owners = new Map<string, Owner>();
    return {
        find: (name) => Promise.resolve(owners.get(name)),
        note(name, owner) {

            owners.set(name, owner);
            return Promise.resolve();
        }
    };
}
