import { randomBytes } from 'node:crypto';

import type { Cluster, Command, Redis } from 'ioredis';

import { isReply } from './unavailable.js';


/** An answer that is kept from whoever waits for it. */
interface Held {
    /** Lets it out, also where it is yet to come. */
    release(): void;
    /** Fails the command in its place. */
    fail(error: Error): void;
}

type Proof = 'given' | 'refuted' | 'withheld';

/** What a server says to a ping where it gives or may give no answer of its own. */
const noAnswer = /^(?:BUSY|LOADING|MISCONF|NOAUTH|NOPERM)\b/;

/**
 * Has a client believe no answer before it is proven to be that to the question: behind what is sent goes a ping with a number that nobody knows, and what was
 * answered counts when that number is back. Redis answers in turn and names no question, so that one answer lost on the way gives every later one to
 * another question: somebody else's role, or the word that a session was ended. Such a connection is made again.
 */
export function proveAnswers(client: Cluster | Redis): void {

    if ('nodes' in client) {
        client.nodes().forEach(proveAnswers);
        client.on('+node', proveAnswers);
        return;
    }

    const send = client.sendCommand.bind(client) as (...args: readonly unknown[]) => unknown;
    let unproven: Held[] = [];

    const prove = async () => {

        const held = unproven;
        unproven = [];
        const proof = await askForProof(client);
        for (const one of held) {
            if (proof === 'given') {
                one.release();
            }
            else {
                one.fail(new Error(proof === 'refuted' ? 'Redis answered another question than was asked' : 'Redis did not prove its answer'));
            }
        }
    };

    const sendCommand = (command: Command, ...rest: readonly unknown[]) => {

        if (command.name === 'ping') {
            watchEcho(command, client.stream);
        }
        else if (client.status === 'ready' && unproven.push(hold(command)) === 1) {
            queueMicrotask(() => void prove());                     // Behind whatever else is sent at once
        }

        return send(command, ...rest);
    };

    Object.assign(client, { sendCommand });
}

async function askForProof(redis: Redis): Promise<Proof> {

    const sent = randomBytes(8).toString('hex');
    try {
        return await redis.ping(sent) === sent ? 'given' : 'refuted';
    }
    catch (error) {
        return isReply(error) && noAnswer.test(error.message) ? 'given' : 'withheld';
    }
}

/** Leaves a connection that answers a ping with another number than was sent, also where nobody waits for it any more: then every answer is late, and none is owed. */
function watchEcho(command: Command, stream: Redis['stream']): void {

    const { resolve, args: [sent] } = command;
    Object.assign(command, {
        resolve(value: unknown) {

            if (sent !== undefined && String(value) !== sent) {
                stream.destroy();                                   // It is made again like any that was lost
            }

            resolve(value);
        }
    });
}

/** Holds the answer to a command. That there is none is told at once. */
function hold(command: Command): Held {

    const { resolve, reject } = command;
    let isReleased = false;
    let answer: (() => void) | undefined;
    const keep = (tell: () => void) => {

        answer = tell;
        if (isReleased) {
            tell();
        }
    };

    Object.assign(command, {
        resolve(value: unknown) {

            keep(() => {

                resolve(value);
            });
        },
        reject(error: Error) {

            if (isReply(error)) {
                keep(() => {

                    reject(error);
                });
            }
            else {
                reject(error);
            }
        }
    });

    return {
        release() {

            isReleased = true;
            answer?.();
        },
        fail: reject
    };
}
