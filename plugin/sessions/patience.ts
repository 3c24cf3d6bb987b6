import type { Cluster, Command, Redis } from 'ioredis';


export interface Patience {
    /** How long an answer is waited for. */
    readonly commandMs: number;
    /** A connection on which nothing at all has come for so long, and something should have, is dead. */
    readonly silenceMs: number;
}

const limited = new WeakSet<Command>();

/**
 * Has a client wait for Redis as long as `patience` says, and no longer. In place of ioredis's own timeouts: to those an answer is late that is here, and
 * was not read yet because this process was busy, so that a busy gate would leave one connection after the other. Whatever comes on a connection that was silent
 * is never taken for an answer: it is made again.
 */
export function limitPatience(client: Cluster | Redis, patience: Patience): void {

    const send = client.sendCommand.bind(client) as (...args: readonly unknown[]) => unknown;
    const onLate = 'nodes' in client ? () => undefined : watchSilence(client, patience.silenceMs);
    const sendCommand = (command: Command, ...rest: readonly unknown[]) => {

        if (!limited.has(command)) {
            limited.add(command);
            limit(command, patience.commandMs, onLate);
        }

        return send(command, ...rest);
    };

    Object.assign(client, { sendCommand });
    if ('nodes' in client) {
        client.on('+node', (node: Redis) => {

            limitPatience(node, patience);
        });
    }
}

/** Fails a command that is late. Its failure is heard here also where ioredis itself has sent it, and hears of none. */
function limit(command: Command, ms: number, onLate: (sentAtMs: number) => void): void {

    const sentAtMs = performance.now();
    const stop = afterReading(ms, () => {

        command.reject(new Error('Command timed out'));
        onLate(sentAtMs);
    });
    command.promise.then(stop, stop);
}

/** Gives what is told of each command that was late, and leaves a connection on which nothing has come since. */
function watchSilence(redis: Redis, silenceMs: number): (sentAtMs: number) => void {

    let heardAtMs = -Infinity;
    let isWatching = false;
    const hear = () => {

        heardAtMs = performance.now();
    };

    redis.on('connect', () => {

        hear();
        redis.stream.on('data', hear);
    });

    return (sentAtMs) => {

        if (isWatching || heardAtMs >= sentAtMs) {
            return;
        }

        const { stream } = redis;
        isWatching = true;
        afterReading(sentAtMs + silenceMs - performance.now(), () => {

            isWatching = false;
            if (heardAtMs < sentAtMs) {
                stream.destroy();                                   // It is made again like any that was lost
            }
        });
    };
}

/** Calls back after a time, and after whatever has come by then was read. Gives what makes it void. */
function afterReading(ms: number, callback: () => void): () => void {

    let turn: NodeJS.Immediate | undefined;
    const timer = setTimeout(() => {

        turn = setImmediate(callback);
    }, ms);
    return () => {

        clearTimeout(timer);
        clearImmediate(turn);
    };
}
