// The test command: whatever it needs, the build, then every test with coverage. Prints the name of each test that it skips.
//
//   npm test                        all of it
//   npm test -- test/gateway        the tests below a folder, or single files, without the coverage bound

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';

import { ensureChromium, ensureFronts, ensureMariadb, ensureNodes, ensurePhp, ensureRedis, ensureShells } from './setup.js';


// What runs tests but holds none: support code, benchmarks, type tests (checked by tsc alone).
const without = /^test\/(support|bench)\/|^test\/types\.ts$/;

const chosen = process.argv.slice(2);
const files = readdirSync('test', { recursive: true, withFileTypes: true })
    .map((entry) => relative('.', join(entry.path, entry.name)))
    .filter((file) => file.endsWith('.ts') && !without.test(file))
    .filter((file) => chosen.length === 0 || chosen.some((path) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`)))
    .sort();

ensureRedis();
ensurePhp();
ensureMariadb();
ensureChromium();
ensureFronts();
ensureShells();
if (files.includes('test/package.ts')) {
    ensureNodes();
}

const report = 'coverage/tests.tap';
mkdirSync('coverage', { recursive: true });
rmSync(report, { force: true });

const run = (command, args) => spawnSync(command, args, { stdio: 'inherit' }).status ?? 1;

if (run('npm', ['run', '--silent', 'build']) !== 0) {
    process.exit(1);
}

const coverage = ['-t', '100', '--coverage-all', '--coverage-pattern', '(?<!\\.d)\\.ts$', ...['node_modules', 'test', 'dist', 'gateway/main.ts'].flatMap((path) => ['--coverage-exclude', path])];
const status = run('node_modules/.bin/lab', [
    '--typescript', '-a', '@hapi/code', '-m', '30000', '-M', '60000',
    ...(chosen.length === 0 ? coverage : []),
    '-I', ['Symbol(undici.globalDispatcher.2)', '__zod_globalConfig', '__zod_globalRegistry', 'Symbol(signal-exit emitter)'].join(','),
    '-r', 'console', '-o', 'stdout', '-r', 'tap', '-o', report,
    ...files
]);

const lines = readFileSync(report, 'utf8').split('\n');
const count = (pattern) => lines.filter((line) => pattern.test(line)).length;
const skips = lines.flatMap((line) => /^ok \d+ # SKIP (.*)/.exec(line)?.[1] ?? []);
for (const title of skips) {
    console.log(`skipped: ${title}`);
}

const failed = count(/^not ok \d/);
console.log(`tests: ${count(/^ok \d/) - skips.length} passed, ${failed} failed, ${skips.length} skipped`);
process.exit(status);
