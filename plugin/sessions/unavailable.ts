import { StoreUnavailableError } from './store.js';


/** Words that a reply of Redis begins with when it cannot serve now, whatever was asked. All others are mistakes of the asker. Redis 6 wraps them within scripts. */
const outage = /^(?:ERR Error running script .*-)?(?:BUSY|CLUSTERDOWN|LOADING|MASTERDOWN|MISCONF|MOVED|NOAUTH|NOPERM|NOREPLICAS|OOM|READONLY|TRYAGAIN|WRONGPASS|ERR max number of clients)\b/;
const mistakes = [TypeError, RangeError, ReferenceError, SyntaxError];

/**
 * Waits for an answer of Redis. Rejects with `StoreUnavailableError` when it is away, late or not in a state to answer; whatever is
 * no outage (a TypeError, a reply like `ERR wrong number of arguments`) is passed on.
 */
export async function answerOf<T>(answer: Promise<T>): Promise<T> {

    try {
        return await answer;
    }
    catch (error) {
        forgetCommand(error);
        throw isOutage(error) ? new StoreUnavailableError('Redis cannot answer now', { cause: error, isInDoubt: !isReply(error) && !isUnsent(error) }) : error;
    }
}

/** What is looked up, or `otherwise` where the store is away. */
export async function unlessAway<Found>(look: () => Promise<Found>, otherwise: Found): Promise<Found> {

    try {
        return await look();
    }
    catch (error) {
        if (error instanceof StoreUnavailableError) {
            return otherwise;
        }

        throw error;
    }
}

/** The same, with `otherwise` where the key holds something else than was asked for: an operator may set anything. */
export async function answerOr<T>(otherwise: T, answer: Promise<T>): Promise<T> {

    try {
        return await answerOf(answer);
    }
    catch (error) {
        if (isReply(error, 'WRONGTYPE')) {
            return otherwise;
        }

        throw error;
    }
}

/** Whether it is an error that the server replied, beginning with a word. */
export function isReply(error: unknown, word = ''): error is Error {

    return error instanceof Error && error.name === 'ReplyError' && error.message.startsWith(word);
}

/** Everything else that ioredis itself rejects with (connection closed, timed out, retries used up) is an outage, too. Mistakes in code have classes of their own. */
function isOutage(error: unknown): boolean {

    return isReply(error) ? outage.test(error.message) : !mistakes.some((mistake) => error instanceof mistake);
}

/** Whether there was no connection that the command could have been sent on. */
function isUnsent(error: unknown): boolean {

    return error instanceof Error && /^(?:Stream isn't writeable|Cluster isn't ready) and enableOfflineQueue options is false$/.test(error.message);
}

/** ioredis hangs the command with all its arguments on its errors, password and hash among them. They shall not get into a log. */
export function forgetCommand(error: unknown): void {

    if (error instanceof Error) {
        Reflect.deleteProperty(error, 'command');
    }
}
