import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { publint } from 'publint';

import { compare, same } from './support/document.js';
import { cleanEnvironment, startGate } from './support/gate.js';
import { findNode, installPackage, packPackage } from './support/package.js';
import { startRedis } from './support/redis.js';


export const lab = Lab.script();
const { before, describe, it } = lab;

const run = promisify(execFile);

/** The files below a folder, as the package has them. */
const filesBelow = (folder: string) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));

/** The lines of README that show the plugin alone. */
async function readExample(): Promise<string> {

    const [, example] = /```ts\n(.*?'postern\/plugin'.*?)```/s.exec(await readFile('README.md', 'utf8')) ?? [];
    return example ?? '';
}

describe('the package', { timeout: 180_000 }, () => {

    before({ timeout: 180_000 }, () => installPackage());

    it('holds what it should, and nothing else', async () => {

        const compiled = ['plugin', 'gateway'].flatMap((folder) => filesBelow(folder)).filter((path) => !path.endsWith('.d.ts')).flatMap((path) => ['.js', '.d.ts'].map((ending) => join('dist', path.replace(/\.ts$/, ending))));
        const config = filesBelow('config').filter((path) => path !== 'config/settings.json');
        const { files } = await packPackage();
        expect(compare(files, ['package.json', 'README.md', 'API.md', 'CHANGELOG.md', 'LICENSE', ...config, ...compiled])).to.equal(same);
    });

    it('is laid out and typed as Node.js and TypeScript look for it', async () => {

        const { messages } = await publint({ strict: true });
        expect(messages).to.equal([]);
        const { tarball } = await packPackage();
        const { stdout } = await run(process.execPath, [resolve('node_modules/@arethetypeswrong/cli/dist/index.js'), tarball, '--profile', 'esm-only', '--format', 'json']);
        const { analysis } = JSON.parse(stdout) as { readonly analysis: { readonly entrypoints: Readonly<Record<string, object>>; readonly types: unknown } };
        expect(Object.keys(analysis.entrypoints)).to.equal(['.', './plugin', './package.json']);
        expect(analysis.types).to.equal({ kind: 'included' });
    });

    it('asks for no older Node.js than what it depends on does', () => {

        const { engines: { node } } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly engines: { readonly node: string } };
        const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly engines?: { readonly node?: string } }>> };
        const toNumber = (version: string) => version.split('.').reduce((sum, part, index) => sum + Number(part) / 1_000 ** index, 0);
        const least = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true)
            .map(([, { engines }]) => /^>= ?(2\d[\d.]*)$/.exec(engines?.node ?? '')?.[1]).filter((version) => version !== undefined);
        expect(least.length).to.be.above(0);
        expect(toNumber(node.replace('>=', ''))).to.equal(Math.max(...least.map(toNumber)));
    });

    it('has the lines that README shows typed without a cast', async () => {

        const folder = await installPackage();
        await writeFile(join(folder, 'typed.ts'), await readExample());
        const options = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck', '--noEmit', '--types', 'node', '--typeRoots', resolve('node_modules/@types')];
        await run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...options, 'typed.ts'], { cwd: folder });
    });

    for (const major of [20, 22, 24]) {
        const node = findNode(major);
        const skip = node === undefined;

        it(`serves on Node.js ${major}: tokens, an identity, a refusal, a revocation, and hashes of every kind`, { skip }, async () => {

            const folder = join(await installPackage(), 'node_modules/postern');
            const gate = await startGate({}, { cwd: folder, ...node !== undefined && { node } });
            const [, redisPort = ''] = /redis-cli -p (\d+)/.exec(gate.output()) ?? [];
            const postern = (...words: readonly string[]) => run(String(node), [join(folder, 'dist/gateway/main.js'), ...words], { env: cleanEnvironment({ POSTERN_REDIS: `redis://127.0.0.1:${redisPort}`, POSTERN_BCRYPT_COST: '4' }) });
            const logIn = (username: string, password: string) => fetch(`${gate.url}/rest/V1/integration/customer/token`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ username, password }) });
            const ask = async (path: string, token: string) => (await fetch(`${gate.url}${path}`, { headers: { authorization: `Bearer ${token}` } })).status;

            const token = await (await logIn('roni_cost@example.com', 'Sample-customer-1')).json() as string;
            expect(await ask('/rest/V1/customers/me', token)).to.equal(200);
            expect(await ask('/rest/V1/orders', token)).to.equal(401);
            await run('redis-cli', ['-p', redisPort, 'DEL', 'postern:customer:1']);
            expect(await ask('/rest/V1/customers/me', token)).to.equal(401);

            // bcrypt and argon2 are compiled: their binaries are of this version, or there are none

            const accounts = join(folder, `accounts-${major}.jsonl`);
            const argon = 'a2766a84210f7f27183e16bd1c38c260cd8fc9e29d8fabe81182a1c7db6fa49b:abcdefghijklmnopqrstuvwxyz012345:2';
            await writeFile(accounts, [{ username: 'argon@example.com', id: 7001, hash: argon }, { username: 'bcrypt@example.com', id: 7002, password: 'Sample-customer-1' }].map((account) => JSON.stringify({ type: 'customer', ...account })).join('\n'));
            expect((await postern('account', 'import', accounts)).stdout).to.startWith('Accounts added: 2,');
            expect((await logIn('argon@example.com', 'Sample-customer-1')).status).to.equal(200);
            expect((await logIn('bcrypt@example.com', 'Sample-customer-1')).status).to.equal(200);
            expect((await logIn('argon@example.com', 'Sample-customer-2')).status).to.equal(401);

            // V8 complains of a flag that it does not know

            const { stdout, stderr } = await postern('--version');
            expect(stdout).to.match(/^\d+\.\d+\.\d+\n$/);
            expect(stderr).to.equal('');
            expect(await gate.stop()).to.equal(0);
        });

        it(`is a plugin on Node.js ${major}, in the lines that README shows`, { skip }, async () => {

            const redis = await startRedis();
            const folder = await installPackage();
            const example = (await readExample()).replace('port: 3000', 'port: 0').replace('redis://127.0.0.1:6379', redis.socket).concat('console.log(server.info.uri);\n');
            await writeFile(join(folder, 'server.ts'), example);
            await run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '--module', 'nodenext', '--target', 'es2023', '--noCheck', 'server.ts'], { cwd: folder });

            const started = spawn(String(node), ['server.js'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
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
            }
        });
    }
});
