import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { startGate } from './support/gate.js';


export const lab = Lab.script();
const { describe, it } = lab;

const run = promisify(execFile);

/** Runs lines in one shell, as somebody who copies them, and gives what each printed. */
async function copyLines(lines: readonly string[]): Promise<readonly string[]> {

    const { stdout } = await run('bash', ['-c', lines.map((line) => `${line}; echo "--next--"`).join('\n')]);
    return stdout.split('--next--\n').map((text) => text.trim()).slice(0, -1);
}

/** The lines that the gate printed to be copied. */
function linesOf(output: string): readonly string[] {

    return output.split('\n').map((line) => line.trim()).filter((line) => /^(TOKEN=|curl |redis-cli )/.test(line));
}

describe('npm start', () => {

    it('prints lines that show tokens, an identity, a refusal, and a token that dies as redis-cli says so', { timeout: 60_000 }, async () => {

        const gate = await startGate({});
        const lines = linesOf(gate.output());
        const printed = await copyLines(lines);
        const code = await gate.stop();

        expect(lines.at(3)).to.match(/^redis-cli -p \d+ DEL postern:customer:1$/);
        expect(printed.at(1)).to.contain('"id":1');
        expect(printed.at(2)).to.contain('isn\'t authorized to access').and.contain('Magento_Sales::');
        expect(printed.at(3)).to.equal('1');
        expect(printed.at(4)).to.contain('"resources":"self"');
        expect(code).to.equal(0);
    });

    it('keeps sessions in memory where there is no redis-server, and says so', { timeout: 60_000 }, async () => {

        const gate = await startGate({ PATH: '/nowhere' });
        expect(gate.output()).to.contain('sessions are in memory');
        const printed = await copyLines(linesOf(gate.output()));
        await gate.stop();

        expect(printed.at(1)).to.contain('"id":1');
        expect(printed.at(-1)).to.contain('"resources":"self"');
    });

    it('refuses settings that make no sense, naming each', { timeout: 60_000 }, async () => {

        await expect(startGate({ POSTERN_PROFILE: '3', POSTERN_WORKERS: 'many', POSTERN_UPSTREAM: 'ftp://x' })).to.reject(/POSTERN_PROFILE.*POSTERN_WORKERS.*POSTERN_UPSTREAM|POSTERN_UPSTREAM.*POSTERN_WORKERS.*POSTERN_PROFILE/s);
    });

    it('is what README tells', async () => {

        const readme = await readFile('README.md', 'utf8');
        const { username, password } = JSON.parse((await readFile('config/accounts.jsonl', 'utf8')).split('\n')[0] ?? '') as { username: string; password: string };
        expect(readme).to.contain(`{"username":"${username}","password":"${password}"}`);
        expect(readme).to.contain('npm ci && npm start').and.contain('npm ci && npm test');
    });
});
