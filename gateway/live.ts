import { inTurns } from './turns.js';


/** How a reading ended; `message` says why the old value was kept. */
export type Reload = { readonly kind: 'kept'; readonly message: string } | { readonly kind: 'swapped' };

/** Something that follows its files. */
export interface Live<Value> {
    readonly current: () => Value;
    readonly state: () => LiveState;
    /** Reads the files now, once those readings that are under way have ended; calls that wait for the same one share it. */
    readonly reload: () => Promise<Reload>;
    /** Looks at the files from now on, until `stop()`. */
    readonly watch: () => void;
    readonly stop: () => Promise<void>;
}

/** Which value is in force. */
export interface LiveState {
    /** When it was read, in milliseconds since 1970. */
    readonly readAtMs: number;
    /** Whether it is what the files say, as far as they have been looked at. */
    readonly isCurrent: boolean;
}

interface LiveParts<Value> {
    /** As a notice calls it: "The policy". */
    readonly name: string;
    readonly load: () => Promise<Value>;
    /** What a notice says of it when it was read again. */
    readonly describe: (value: Value) => string;
    /** Text that differs once a file has changed. It is looked at, for watches of the system die with the folder that a mounted volume's link led to. */
    readonly fingerprint: () => Promise<string>;
    readonly notice: (sentence: string) => void;
    /** Between two looks, or longer where a look is slow. */
    readonly pauseMs: number;
}

/** How long files must lie still before they are read. */
const settleMs = 500;

/** A look may take this part of the time. */
const share = 1 / 20;

/**
 * Loads what is in files, to be swapped whole when they have changed. Rejects where it cannot be loaded at first; later on what
 * cannot be loaded changes nothing, and the notice says why.
 */
export async function openLive<Value>({ name, load, describe, fingerprint, notice, pauseMs }: LiveParts<Value>): Promise<Live<Value>> {

    // Why the files cannot be looked at is a state of theirs, too: the reading that follows tells it

    const look = () => fingerprint().catch((error: unknown) => String(error));

    let seen = await look();
    let value = await load();
    let state: LiveState = { readAtMs: Date.now(), isCurrent: true };

    const read = async (): Promise<Reload> => {

        seen = await look();
        try {
            value = await load();
        }
        catch (error) {

            // Whatever is wrong with the new one, a gate that runs goes on with the old one

            const { message } = error as Error;
            state = { ...state, isCurrent: false };
            notice(`${name} stays as it was: ${message}`);
            return { kind: 'kept', message };
        }

        state = { readAtMs: Date.now(), isCurrent: true };
        notice(`${name} was read again: ${describe(value)}.`);
        return { kind: 'swapped' };
    };

    const turns = inTurns(read);
    let isStopped = false;
    let changed: string | undefined;

    const poll = async (): Promise<void> => {

        const startMs = performance.now();
        const found = await look();
        const costMs = performance.now() - startMs;
        if (found !== seen && found === changed) {
            await turns.next();
        }

        changed = found === seen ? undefined : found;
        schedule(changed === undefined ? Math.max(pauseMs, costMs / share) : Math.min(pauseMs, settleMs));
    };

    let timer: NodeJS.Timeout | undefined;
    let polling: Promise<void> = Promise.resolve();

    const schedule = (delayMs: number): void => {

        timer = isStopped ? undefined : setTimeout(() => {

            polling = poll();
        }, delayMs).unref();
    };

    return {
        current: () => value,
        state: () => state,
        reload: turns.next,
        watch() {

            schedule(pauseMs);
        },
        async stop() {

            isStopped = true;
            clearTimeout(timer);
            await polling;
            await turns.rest();
        }
    };
}
