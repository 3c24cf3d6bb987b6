import type { Cluster, Command, Redis } from 'ioredis';


export interface Patience {
    /** How long an answer is waited for. */
    readonly commandMs: number;
    /** A connection that owes an answer for so long is dead, or has lost one and gives each to another question. */
    readonly silenceMs: number;
}

const limited = new WeakSet<Command>();

/**
 * Has a client wait for Redis as long as `patience` says, and no longer. In place of ioredis's own timeouts: to those an answer is late that is here, and
 * was not read yet because this process was busy, so that a busy gate would leave one connection after the other. A connection that owes an answer for too long
 * is made again, whatever else comes on it: where something between has lost bytes, every answer is taken for that to another question, and none is in time.
 */
export function limitPatience(client: Cluster | Redis, patience: Patience): void {

    const send = client.sendCommand.bind(client) as (...args: readonly unknown[]) => unknown;
    const onLate = 'nodes' in client ? () => undefined : leaveDebtors(client, patience.silenceMs);
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
function limit(command: Command, ms: number, onLate: (late: Late) => void): void {

    const sentAtMs = performance.now();
    const { resolve, reject } = command;
    let isOwed = true;
    Object.assign(command, {
        resolve(answer: unknown) {

            isOwed = false;
            resolve(answer);
        },
        reject(error: Error) {

            isOwed = false;
            reject(error);
        }
    });
    const stop = afterReading(ms, () => {

        reject(new Error('Command timed out'));
        onLate({ sentAtMs, isOwed: () => isOwed });
    });
    command.promise.then(stop, stop);
}

/** A command that has failed, and may yet be answered. */
interface Late {
    readonly sentAtMs: number;
    readonly isOwed: () => boolean;
}

/** Gives what is told of each command that was late, and leaves a connection that owes an answer for too long. */
function leaveDebtors(redis: Redis, silenceMs: number): (late: Late) => void {

    return ({ sentAtMs, isOwed }) => {

        const { stream } = redis;
        afterReading(sentAtMs + silenceMs - performance.now(), () => {

            if (isOwed()) {
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
