import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import type { Mark } from './mark.js';
import { markOf } from './mark.js';
import { unlessMissing } from './missing.js';


/** What stands in a folder: a link counts as what it leads to. */
interface Entry {
    readonly name: string;
    readonly isFolder: boolean;
    /** Where it is, and of a link, where that leads. */
    readonly target: string;
}

/** A folder that is named `etc`. */
export interface Etc {
    readonly path: string;
    readonly names: readonly string[];
}

/** What a walk found, and what it came by. */
export interface Walk {
    readonly found: readonly Etc[];
    /** Of every folder and link that it came by, from just before it was read: as long as they hold, another walk would find the same. */
    readonly marks: ReadonlyMap<string, Mark>;
}

/** Below a Magento root, what it writes by itself and what it tests itself with. */
const besideApp: readonly string[] = ['dev', 'generated', 'pub', 'var'];

/**
 * Finds every folder `etc` below a root, and the root itself where it is one. Walks level by level, so that of two ways to one folder the shorter counts, and of two as long
 * the first by name. Leaves out what `readPolicyFiles()` says.
 */
export async function walk(root: string): Promise<Walk> {

    const found = new Map<string, Etc>();
    const marks = new Map<string, Mark>();
    const walked = new Set([await realpath(root)]);
    let level = [root];
    while (level.length > 0) {
        const listings = await Promise.all(level.map(async (path) => ({ path, entries: await listEntries(path, marks) })));
        level = [];
        for (const { path, entries } of listings) {
            const real = basename(path) === 'etc' ? await realpath(path) : undefined;
            if (real !== undefined && !found.has(real)) {
                found.set(real, { path, names: entries.filter(({ isFolder }) => !isFolder).map(({ name }) => name) });
            }

            for (const { name, target } of foldersToWalk(path, entries, path === root)) {
                if (!walked.has(target)) {
                    walked.add(target);
                    level.push(join(path, name));
                }
            }
        }
    }

    return { found: [...found.values()], marks };
}

function foldersToWalk(path: string, entries: readonly Entry[], isRoot: boolean): readonly Entry[] {

    const folders = entries.filter(({ name, isFolder }) => isFolder && !name.startsWith('.') && name !== 'node_modules');
    const has = (wanted: string): boolean => folders.some(({ name }) => name === wanted);
    if (/^(?:tests?|view)$/i.test(basename(path)) && !has('etc') && !isRoot) {
        return [];
    }

    return isRoot && has('app') ? folders.filter(({ name }) => !besideApp.includes(name)) : folders;
}

/** A link that leads nowhere, or round in a circle, is left out. What is read is marked before. */
async function listEntries(path: string, marks: Map<string, Mark>): Promise<readonly Entry[]> {

    marks.set(path, await markOf(path));
    const entries = await Promise.all((await readdir(path, { withFileTypes: true })).map(async (entry) => {

        const own = join(path, entry.name);
        if (!entry.isSymbolicLink()) {
            return { name: entry.name, isFolder: entry.isDirectory(), target: own };
        }

        marks.set(own, await markOf(own));
        const target = await unlessMissing(realpath(own));
        return target === undefined ? undefined : { name: entry.name, isFolder: (await stat(target)).isDirectory(), target };
    }));

    return entries.filter((entry) => entry !== undefined).sort((one, other) => Number(one.name > other.name) - Number(one.name < other.name));
}
