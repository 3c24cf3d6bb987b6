import { StoreUnavailableError } from './store.js';


// What Redis replies when it cannot serve anybody, or not us: it fills up, fails over, loads, or was told to keep us out. From within a script
// Redis 6 says it after `ERR Error running script (…): -`.
const away = /(?:^|: -)(?:BUSY|CLUSTERDOWN|LOADING|MASTERDOWN|MISCONF|NOAUTH|NOPERM|NOREPLICAS|OOM|READONLY|TRYAGAIN|WRONGPASS|ERR max number of clients)\b/;
const bugs = [RangeError, ReferenceError, TypeError];

/**
 * Takes what ioredis rejected with: `redis.hget(…).catch(throwOutage)`. Lost connections, time-outs and replies that mean the same become
 * `StoreUnavailableError`; a reply that says that we asked wrongly stays an error of ours. Neither keeps ioredis's own error, which
 * holds the command's arguments, and with them hashes.
 */
export function throwOutage(error: unknown): never {

    if (!(error instanceof Error) || bugs.some((bug) => error instanceof bug)) {
        throw error;
    }

    const { name, message } = error;
    if (name !== 'ReplyError' || away.test(message)) {
        throw new StoreUnavailableError(`Redis cannot answer: ${message}`);
    }

    throw new Error(`Redis refused a command: ${message.replace(/, with args beginning with.*/s, '')}`);
}
