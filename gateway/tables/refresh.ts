import type { Reload } from '../live.js';
import { inTurns } from '../turns.js';


/** Something that is read again and again, of which what was read last holds. */
export interface Refreshed<Value> {
    readonly current: () => Value;
    readonly reload: () => Promise<Reload>;
    /** Reads it now, unless it was read in the last `pauseMs`. */
    readonly reloadOnceIn: (pauseMs: number) => Promise<void>;
    /** Reads it from time to time from now on, until `stop()`. */
    readonly watch: () => void;
    readonly stop: () => Promise<void>;
}

interface RefreshParts<Value> {
    readonly read: () => Promise<Value>;
    /** Hears why it could not be read. It must not throw. */
    readonly onFailed: (error: { readonly message: string }) => void;
    readonly pauseMs: number;
}

/** Reads a value, to be read again. Rejects where it cannot be read at first; later on what cannot be read changes nothing. */
export async function openRefreshed<Value>({ read, onFailed, pauseMs }: RefreshParts<Value>): Promise<Refreshed<Value>> {

    let value = await read();
    let readAtMs = performance.now();

    const turns = inTurns(async (): Promise<Reload> => {

        readAtMs = performance.now();
        try {
            value = await read();
            return { kind: 'swapped' };
        }
        catch (error) {

            // Whatever it is, a gate that runs goes on with what it has

            const { message } = error as Error;
            onFailed({ message });
            return { kind: 'kept', message };
        }
    });

    let isStopped = false;
    let timer: NodeJS.Timeout | undefined;

    const schedule = (): void => {

        timer = setTimeout(() => {

            void turns.next().then(() => {

                if (!isStopped) {
                    schedule();
                }
            });
        }, pauseMs).unref();
    };

    return {
        current: () => value,
        reload: turns.next,
        async reloadOnceIn(onceInMs) {

            if (performance.now() - readAtMs >= onceInMs) {
                await turns.next();
            }
        },
        watch: schedule,
        async stop() {

            isStopped = true;
            clearTimeout(timer);
            await turns.rest();
        }
    };
}
