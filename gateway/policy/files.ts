import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';

import { orderModules, readModuleList, readModuleXml } from './modules.js';
import type { Module } from './modules.js';
import type { PolicyFile } from './policy.js';


/** What stands in a folder: a link counts as what it leads to. */
interface Entry {
    readonly name: string;
    readonly isFolder: boolean;
    /** Where it is, and of a link, where that leads. */
    readonly target: string;
}

/** A folder that is named `etc`. */
interface Etc {
    readonly path: string;
    readonly names: readonly string[];
}

const kinds: ReadonlyMap<string, PolicyFile['kind']> = new Map([['acl.xml', 'acl'], ['webapi.xml', 'webapi'], ['webapi_async.xml', 'async']]);

/** Below a Magento root, what it writes by itself and what it tests itself with. */
const besideApp: readonly string[] = ['dev', 'generated', 'pub', 'var'];

/**
 * Reads every `etc/webapi.xml`, `etc/acl.xml` and `etc/webapi_async.xml` at any depth below a folder, in module order. Leaves out names that
 * start with a dot (so a mounted volume is read through its links, once), `node_modules`, and below a folder for tests or views all that is no
 * module itself; at a Magento root also `dev`, `generated`, `pub` and `var`. Throws an Error where the folder is not there.
 */
export async function readPolicyFiles(folder: string): Promise<readonly PolicyFile[]> {

    if (!(await unlessMissing(stat(folder)))?.isDirectory()) {
        throw new Error(`the policy folder "${folder}" is not there: expected a folder that holds etc/webapi.xml files at any depth`);
    }

    const modules = await Promise.all((await findEtc(folder)).map((etc) => readModule(folder, etc)));
    const config = await unlessMissing(readFile(join(folder, 'app/etc/config.php'), 'utf8'));
    const ordered = orderModules(modules, config === undefined ? undefined : readModuleList(config));
    return Promise.all(ordered.flatMap(({ files }) => files).map(async ({ kind, path }) => ({ kind, path, text: await readFile(join(folder, path), 'utf8') })));
}

/**
 * A text that differs once any of those files has, or what orders them: by time, size and inode of what their links lead to. Of a folder that is not there,
 * or is taken away meanwhile, it is that of an empty one.
 */
export async function fingerprintPolicyFiles(folder: string): Promise<string> {

    const found = await unlessMissing(findEtc(folder)) ?? [];
    const wanted = [...kinds.keys(), 'module.xml'];
    const paths = found.flatMap(({ path, names }) => wanted.filter((name) => names.includes(name)).map((name) => join(path, name)));
    const marks = await Promise.all([...paths, join(folder, 'app/etc/config.php')].map(async (path) => {

        const file = await unlessMissing(stat(path, { bigint: true }));
        return file === undefined ? '' : `${path} ${file.ino} ${file.size} ${file.mtimeNs} ${file.ctimeNs}`;
    }));
    return marks.join('\n');
}

async function readModule(root: string, { path, names }: Etc): Promise<Module & { readonly files: readonly Omit<PolicyFile, 'text'>[] }> {

    const below = (name: string): string => relative(root, join(path, name)).split(sep).join('/');
    const xml = names.includes('module.xml') ? await readFile(join(path, 'module.xml'), 'utf8') : '<config/>';
    return {
        ...readModuleXml(xml, below('module.xml')),
        folder: below('..'),
        files: [...kinds].filter(([name]) => names.includes(name)).map(([name, kind]) => ({ kind, path: below(name) }))
    };
}

/** Walks level by level, so that of two ways to one folder the shorter counts, and of two as long the first by name. */
async function findEtc(root: string): Promise<readonly Etc[]> {

    const found = new Map<string, Etc>();
    const walked = new Set([await realpath(root)]);
    let level = [root];
    while (level.length > 0) {
        const listings = await Promise.all(level.map(async (path) => ({ path, entries: await listEntries(path) })));
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

    return [...found.values()];
}

function foldersToWalk(path: string, entries: readonly Entry[], isRoot: boolean): readonly Entry[] {

    const folders = entries.filter(({ name, isFolder }) => isFolder && !name.startsWith('.') && name !== 'node_modules');
    const has = (wanted: string): boolean => folders.some(({ name }) => name === wanted);
    if (/^(?:tests?|view)$/i.test(basename(path)) && !has('etc') && !isRoot) {
        return [];
    }

    return isRoot && has('app') ? folders.filter(({ name }) => !besideApp.includes(name)) : folders;
}

/** A link that leads nowhere, or round in a circle, is left out. */
async function listEntries(path: string): Promise<readonly Entry[]> {

    const entries = await Promise.all((await readdir(path, { withFileTypes: true })).map(async (entry) => {

        const own = join(path, entry.name);
        if (!entry.isSymbolicLink()) {
            return { name: entry.name, isFolder: entry.isDirectory(), target: own };
        }

        const target = await unlessMissing(realpath(own));
        return target === undefined ? undefined : { name: entry.name, isFolder: (await stat(target)).isDirectory(), target };
    }));

    return entries.filter((entry) => entry !== undefined).sort((one, other) => Number(one.name > other.name) - Number(one.name < other.name));
}

async function unlessMissing<Value>(promise: Promise<Value>): Promise<Value | undefined> {

    try {
        return await promise;
    }
    catch (error) {
        if (['ELOOP', 'ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code))) {
            return undefined;
        }

        throw error;
    }
}
