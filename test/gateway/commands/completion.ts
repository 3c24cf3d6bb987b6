import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { commands, runPostern } from '../../../gateway/commands/postern.js';
import { runWords } from '../../support/command.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

const run = promisify(execFile);
const has = (shell: string) => spawnSync(shell, ['--version']).status === 0;

/** Lines as they are typed, and what each is to be completed with; `accounts.jsonl` is the only file there is. */
const lines: Readonly<Record<string, string>> = {
    'postern ': 'serve init check explain lint attack account session shadow completion',
    'postern acc': 'account',
    'postern nothing ': '',
    'postern account ': 'add list disable enable remove password import',
    'postern account nothing ': '',
    'postern account add ': 'customer admin',
    'postern account add c': 'customer',
    'postern account add customer ': '',
    'postern account add --id 1 ': 'customer admin',
    'postern account add customer x --': '--id --resource --website --group --store --json --help',
    'postern account import ': 'accounts.jsonl',
    'postern account import acc': 'accounts.jsonl',
    'postern check --j': '--json',
    'postern serve ': '',
    'postern explain ': 'GET POST PUT DELETE',
    'postern explain --as admin:2 P': 'POST PUT',
    'postern explain --as ': '',
    'postern explain GET ': '',
    'postern session revoke ': 'customer admin',
    'postern completion ': 'bash zsh fish'
};

const sorted = (words: string) => words.split(' ').sort().join(' ');

describe('completion', () => {

    let folder: string;

    before(async () => {

        folder = await mkdtemp(join(tmpdir(), 'postern-completion-'));
        await writeFile(join(folder, 'accounts.jsonl'), '');
    });

    after(() => rm(folder, { recursive: true }));

    const write = async (shell: string) => (await runWords(runPostern, ['completion', shell])).stdout;

    it('speaks of every command and every option in each shell', async () => {

        for (const shell of ['bash', 'zsh', 'fish']) {
            const script = await write(shell);
            for (const { name, options } of commands) {
                const missing = [...name.split(' '), ...Object.keys(options)].filter((word) => !script.includes(word));
                expect(missing, `${shell} ${name}`).to.equal([]);
            }
        }
    });

    it('knows no other shell', async () => {

        expect(await runWords(runPostern, ['completion', 'csh'])).to.equal({ code: 2, stdout: '', stderr: 'SHELL was "csh"; it may be "bash" or "zsh" or "fish"\n' });
    });

    it('completes in bash', { skip: !has('bash') }, async () => {

        // As readline does: a colon is a word of its own

        const typed = Object.keys(lines).map((line) => {

            const words = line.split(/ |(?<=:)|(?=:)/).map((word) => `'${word}'`);
            return `COMP_WORDS=(${words.join(' ')}) COMP_CWORD=${words.length - 1}; _postern; echo "\${COMPREPLY[*]}"`;
        });
        const { stdout } = await run('bash', ['--norc', '-c', [await write('bash'), 'PATH=', ...typed].join('\n')], { cwd: folder });
        const expected = Object.entries(lines).map(([line, words]) => [line, sorted(line === 'postern ' ? `${words} --help --version` : words)]);
        expect(Object.keys(lines).map((line, index) => [line, sorted(stdout.split('\n')[index] ?? '')])).to.equal(expected);
    });

    it('completes in fish', { skip: !has('fish') }, async () => {

        const script = join(folder, '..', 'postern.fish');
        await writeFile(script, await write('fish'));
        const asked = Object.keys(lines).map((line) => `echo (complete -C '${line}' | string replace -r '\\t.*' '')`);
        const { stdout } = await run('fish', ['--no-config', '-c', [`source ${script}`, ...asked].join('\n')], { cwd: folder, env: { ...process.env, HOME: folder } });
        expect(Object.keys(lines).map((line, index) => [line, sorted(stdout.split('\n')[index] ?? '')])).to.equal(Object.entries(lines).map(([line, words]) => [line, sorted(words)]));
        await rm(script);
    });

    it('is read by zsh', { skip: !has('zsh') }, async () => {

        const { stdout } = await run('zsh', ['-f', '-c', `compdef() { echo "$@" }\n${await write('zsh')}`]);
        expect(stdout).to.equal('_postern postern\n');
    });
});
