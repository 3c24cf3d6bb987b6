import { readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import { orderModules, readModuleList, readModuleXml } from './modules.js';
import type { Module } from './modules.js';
import type { PolicyFile } from './policy.js';
import type { Etc } from './walk.js';
import { unlessMissing } from './missing.js';
import { walk } from './walk.js';


/** The files of a module that are a part of the policy, by name. */
export const kinds: ReadonlyMap<string, PolicyFile['kind']> = new Map([['acl.xml', 'acl'], ['webapi.xml', 'webapi'], ['webapi_async.xml', 'async']]);

/**
 * Reads every `etc/webapi.xml`, `etc/acl.xml` and `etc/webapi_async.xml` at any depth below a folder, in module order. Leaves out names that
 * start with a dot (so a mounted volume is read through its links, once), `node_modules`, and below a folder for tests or views all that is no
 * module itself; at a Magento root also `dev`, `generated`, `pub` and `var`. Throws an Error where the folder is not there.
 */
export async function readPolicyFiles(folder: string): Promise<readonly PolicyFile[]> {

    if (!(await unlessMissing(stat(folder)))?.isDirectory()) {
        throw new Error(`the policy folder "${folder}" is not there: expected a folder that holds etc/webapi.xml files at any depth`);
    }

    const modules = await Promise.all((await walk(folder)).found.map((etc) => readModule(folder, etc)));
    const config = await unlessMissing(readFile(join(folder, 'app/etc/config.php'), 'utf8'));
    const ordered = orderModules(modules, config === undefined ? undefined : readModuleList(config));
    return Promise.all(ordered.flatMap(({ files }) => files).map(async ({ kind, path }) => ({ kind, path, text: await readFile(join(folder, path), 'utf8') })));
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
