import { readFile } from 'node:fs/promises';

import type { CommandContext, Outcome } from './command.js';


export type Reading = { readonly kind: 'read'; readonly text: string } | { readonly kind: 'failed'; readonly message: string };

/** Reads a file whose lines are to be imported. */
export async function readText(path: string): Promise<Reading> {

    try {
        return { kind: 'read', text: await readFile(path, 'utf8') };
    }
    catch (error) {
        return { kind: 'failed', message: `The file cannot be read: ${(error as Error).message}` };
    }
}

/** Tells every faulty line of a file, of which therefore nothing was written. */
export function tellFaults(file: string, faults: readonly { readonly line: number; readonly message: string }[]): Outcome {

    return { kind: 'failed', message: [...faults.map(({ line, message }) => `${file}:${line}: ${message}`), 'Nothing was written.'].join('\n') };
}

/** Works on items, several at once, in their order; on a terminal a line counts them. */
export async function workThrough<Item>(items: readonly Item[], atOnce: number, { stderr }: CommandContext, work: (item: Item) => Promise<void>): Promise<void> {

    const waiting = items.values();
    let finished = 0;

    const workOn = async () => {

        for (const item of waiting) {
            await work(item);
            finished += 1;
            if (stderr.isTTY === true) {
                stderr.write(`\r${finished} of ${items.length}${finished === items.length ? '\n' : ''}`);
            }
        }
    };

    await Promise.all(Array.from({ length: atOnce }, workOn));
}
