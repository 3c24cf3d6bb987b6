import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { startRedis } from './support/redis.js';


export const lab = Lab.script();
const { describe, it } = lab;

const run = promisify(execFile);

/** The lines of README that show the plugin alone. */
async function readExample(): Promise<string> {

    const [, example] = /```ts\n(.*?'postern\/plugin'.*?)```/s.exec(await readFile('README.md', 'utf8')) ?? [];
    return example ?? '';
}

describe('the package', () => {

    it('serves the plugin to a server of somebody else\'s, in the lines that README shows, typed without a cast', { timeout: 180_000 }, async () => {

        const redis = await startRedis();
        const folder = await mkdtemp(join(tmpdir(), 'postern-package-'));
        const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]);
        const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
        await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', dependencies: { postern: `file:${filename}`, '@hapi/hapi': '21' } }));
        await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: folder });

        const example = await readExample();
        expect(example).to.contain('postern');
        const server = example
            .replace('port: 3000', 'port: 0')
            .replace('redis://127.0.0.1:6379', redis.socket)
            .concat('console.log(server.info.uri);\n');
        await writeFile(join(folder, 'server.ts'), server);
        const options = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck', '--types', 'node', '--typeRoots', resolve('node_modules/@types')];
        await run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...options, 'server.ts'], { cwd: folder });

        const started = spawn(process.execPath, ['server.js'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
        const [line] = await once(started.stdout, 'data') as [Buffer];
        const url = line.toString().trim();
        try {
            expect(await (await fetch(`${url}/hello`)).text()).to.equal('for anybody');
            const refused = await fetch(`${url}/customers`);
            expect(refused.status).to.equal(401);
            expect(await refused.text()).to.equal('{"message":"The consumer isn\'t authorized to access %resources.","parameters":{"resources":"Magento_Customer::customer"}}');
        }
        finally {
            started.kill();
            await redis.stop();
            await rm(folder, { recursive: true });
        }
    });
});
