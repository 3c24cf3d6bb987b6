// The test command: whatever it needs, the build, then every test with coverage. Prints the name of each test that it skips.
//
//   npm test                        all of it
//   npm test -- test/gateway        the tests below a folder, or single files, without the coverage bound

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';

import { ensureRedis } from './setup.js';


// What runs tests but holds none: support code, benchmarks, type tests (checked by tsc alone).
const without = /^test\/(support|bench)\/|^test\/types\.ts$/;

const chosen = process.argv.slice(2);
const files = readdirSync('test', { recursive: true, withFileTypes: true })
    .map((entry) => relative('.', join(entry.path, entry.name)))
    .filter((file) => file.endsWith('.ts') && !without.test(file))
    .filter((file) => chosen.length === 0 || chosen.some((path) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`)))
    .sort();

ensureRedis();

const report = 'coverage/tests.json';
mkdirSync('coverage', { recursive: true });
rmSync(report, { force: true });

const run = (command, args) => spawnSync(command, args, { stdio: 'inherit' }).status ?? 1;

if (run('npm', ['run', '--silent', 'build']) !== 0) {
    process.exit(1);
}

const coverage = ['-t', '100', '--coverage-all', '--coverage-pattern', '\\.ts$', ...['node_modules', 'test', 'dist', 'gateway/main.ts'].flatMap((path) => ['--coverage-exclude', path])];
const status = run('node_modules/.bin/lab', [
    '--typescript', '-a', '@hapi/code', '-m', '30000', '-M', '60000',
    ...(chosen.length === 0 ? coverage : []),
    '-I', 'Symbol(undici.globalDispatcher.2)',
    '-r', 'console', '-o', 'stdout', '-r', 'json', '-o', report,
    ...files
]);

const tests = Object.values(JSON.parse(readFileSync(report, 'utf8')).tests).flat();
const skipped = tests.filter((test) => test.skipped);
for (const test of skipped) {
    console.log(`skipped: ${test.title}`);
}

const failed = tests.filter((test) => test.err).length;
console.log(`tests: ${tests.length - failed - skipped.length} passed, ${failed} failed, ${skipped.length} skipped`);
process.exit(status);
