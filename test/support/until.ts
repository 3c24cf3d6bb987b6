import { setTimeout as wait } from 'node:timers/promises';


/** Waits until something holds. Throws with its text where it never does. */
export async function until(holds: () => boolean | Promise<boolean>, patienceMs = 10_000): Promise<void> {

    const deadlineMs = performance.now() + patienceMs;
    while (!await holds()) {
        if (performance.now() > deadlineMs) {
            throw new Error(`Never held: ${holds.toString()}`);
        }

        await wait(5);
    }
}
