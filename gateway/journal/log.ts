import type { Writable } from 'node:stream';

import { pino, stdTimeFunctions } from 'pino';
import type { Logger } from 'pino';

import type { Gravity } from './describe.js';
import type { Observe } from './journal.js';
import type { Sink } from './sink.js';
import { describeEntry, gravityOf } from './describe.js';
import { writeMembers, writeTime } from './members.js';
import { openSink } from './sink.js';


export interface LogSettings {
    /** `auto`: readable on a terminal, else JSON. */
    readonly log: 'auto' | 'json' | 'off' | 'pretty';
    /** Requests that are less grave are left out. */
    readonly logLevel: Gravity;
}

/** What the gate says: of each request on standard output, of itself on standard error. */
export interface Log {
    /** Absent where requests are not logged. */
    readonly observe?: Observe;
    /** Says a sentence to the operator, whatever the level. */
    readonly notice: (sentence: string) => void;
    /** Lines that could not be written. */
    readonly lost: () => number;
    readonly close: () => Promise<void>;
}

interface Streams {
    readonly stdout: Writable & { readonly isTTY?: boolean };
    readonly stderr: Writable;
    /** Other processes write to the same. */
    readonly isShared: boolean;
}

/** Opens the log. What cannot be written is lost and counted: a log is no reason to stop the gate, or to make it wait. */
export async function openLog({ log, logLevel }: LogSettings, { stdout, stderr, isShared }: Streams): Promise<Log> {

    const form = log === 'auto' ? (stdout.isTTY === true ? 'pretty' : 'json') : log;

    // Each write is told of its own error, too; where standard error is broken nobody is left to be told

    for (const stream of [stdout, stderr]) {
        stream.on('error', () => undefined);
    }

    const notice = form === 'json' ? noticeAsJson(stderr) : (sentence: string) => {

        stderr.write(`postern: ${sentence}\n`);
    };

    if (form === 'off') {
        return { notice, lost: () => 0, close: () => Promise.resolve() };
    }

    const sink = openSink(stdout, {
        isShared,
        onLoss: (reason) => {

            notice(`The log cannot be written (${reason}): what happens meanwhile stands nowhere`);
        },
        onRecovery: (lost) => {

            notice(`The log is written again; lines lost: ${lost}`);
        }
    });
    return { observe: form === 'pretty' ? await observeForPeople(logLevel, stdout, sink) : observeAsJson(logLevel, sink), notice, lost: sink.lost, close: sink.close };
}

const gravities: readonly Gravity[] = ['info', 'warn', 'error'];

/** Writes lines as pino would, of which an entry needs nothing: it takes twice the time, on every request. */
function observeAsJson(level: Gravity, sink: Sink): Observe {

    const least = gravities.indexOf(level);
    let lastMs = 0;
    let lastGravity: Gravity | undefined;
    let beginning = '';

    return (entry) => {

        const gravity = gravityOf(entry);
        if (gravities.indexOf(gravity) < least) {
            return;
        }

        const nowMs = Date.now();
        if (nowMs !== lastMs || gravity !== lastGravity) {
            lastMs = nowMs;
            lastGravity = gravity;
            beginning = `{"level":"${gravity}","time":"${writeTime(nowMs)}",`;
        }

        sink.write(`${beginning}${writeMembers(entry)}}\n`);
    };
}

/** What makes lines readable is loaded where somebody reads along, and nowhere else. */
async function observeForPeople(level: Gravity, { isTTY = false }: Streams['stdout'], sink: Sink): Promise<Observe> {

    const { isColorSupported, prettyFactory } = await import('pino-pretty');
    const toText = prettyFactory({ colorize: isTTY && isColorSupported, translateTime: 'SYS:HH:MM:ss.l' });
    const logger = makeLogger(level, {
        write: (line) => {

            sink.write(toText(line));
        }
    });
    return (entry) => {

        logger[gravityOf(entry)](describeEntry(entry));
    };
}

function makeLogger(level: Gravity, destination: { readonly write: (line: string) => void }): Logger {

    return pino({ level, base: null, timestamp: stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } }, destination);
}

function noticeAsJson(stderr: Writable): (sentence: string) => void {

    const logger = makeLogger('info', stderr);
    return (sentence) => {

        logger.warn(sentence);
    };
}
