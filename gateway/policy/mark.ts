import { stat } from 'node:fs';
import { promisify } from 'node:util';

import { unlessMissing } from './missing.js';


/** What a file or folder is known again by. */
export interface Mark {
    /** Inode, size and times; empty where there is nothing. */
    readonly text: string;
    /** When it or what stands in it was last changed, in milliseconds since 1970; 0 where there is nothing. */
    readonly changedMs: number;
}

// A promise of node:fs/promises costs three times as much, and a look at a policy takes hundreds of them
const statPath = promisify(stat);

const nothing: Mark = Object.freeze({ text: '', changedMs: 0 });

/** So many are asked for at a time: others wait for the same threads, such as logins. */
const maxAsked = 32;

/** Marks what a path leads to. */
export async function markOf(path: string): Promise<Mark> {

    const found = await unlessMissing(statPath(path, { bigint: true }));
    return found === undefined ? nothing : { text: `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`, changedMs: Number(found.ctimeMs > found.mtimeMs ? found.ctimeMs : found.mtimeMs) };
}

/** Marks what each of several paths leads to, in their order. */
export async function markAll(paths: readonly string[]): Promise<readonly Mark[]> {

    const marks: Mark[] = [];
    for (let i = 0; i < paths.length; i += maxAsked) {
        marks.push(...await Promise.all(paths.slice(i, i + maxAsked).map(markOf)));
    }

    return marks;
}
