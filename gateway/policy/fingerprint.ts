import { join } from 'node:path';

import type { Mark } from './mark.js';
import type { Walk } from './walk.js';
import { kinds } from './files.js';
import { markAll } from './mark.js';
import { unlessMissing } from './missing.js';
import { walk } from './walk.js';


/** What the last walk came by, and found: as long as it bears its marks, another one is not needed. */
interface Known {
    readonly passed: readonly string[];
    readonly marks: string;
    readonly files: readonly string[];
}

const wanted: readonly string[] = [...kinds.keys(), 'module.xml'];

// Of two changes one right after the other the second may bear the time of the first: the clocks of file systems go in steps, of two seconds at most
const defaultSettledMs = 3_000;

/**
 * Makes a look at the files of a policy. It gives a text that differs once any of them has, or what orders them: by time, size and inode of what their links lead to. Of a folder
 * that is not there, or is taken away meanwhile, it is that of an empty one. Folders are read anew only where one of them may have changed: since the last look, or less than
 * `settledMs` before it.
 */
export function fingerprintPolicyFiles(folder: string, settledMs = defaultSettledMs): () => Promise<string> {

    let known: Known | undefined;

    const find = async (): Promise<readonly string[]> => {

        const startedMs = Date.now();
        const walked = await unlessMissing(walk(folder));
        const files = [...(walked?.found ?? []).flatMap(({ path, names }) => wanted.filter((name) => names.includes(name)).map((name) => join(path, name))), join(folder, 'app/etc/config.php')];
        known = walked && isSettled(walked, startedMs - settledMs) ? { passed: [...walked.marks.keys()], marks: write([...walked.marks.values()]), files } : undefined;
        return files;
    };

    return async function fingerprint() {

        const files = known !== undefined && write(await markAll(known.passed)) === known.marks ? known.files : await find();
        return `${files.join('\n')}\n${write(await markAll(files))}`;
    };
}

function isSettled({ marks }: Walk, sinceMs: number): boolean {

    return [...marks.values()].every(({ changedMs }) => changedMs < sinceMs);
}

function write(marks: readonly Mark[]): string {

    return marks.map(({ text }) => text).join('\n');
}
