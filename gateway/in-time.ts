import { setTimeout as wait } from 'node:timers/promises';


/** Waits for a promise, and no longer than so long: then it is undefined, and whatever becomes of the promise is nobody's concern. */
export async function inTime<Value>(promise: Promise<Value>, patienceMs: number): Promise<Value | undefined> {

    const controller = new AbortController();
    try {
        return await Promise.race([promise, wait(patienceMs, undefined, { signal: controller.signal, ref: false })]);
    }
    finally {
        controller.abort();
    }
}
