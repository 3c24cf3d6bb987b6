import { Writable } from 'node:stream';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { commands, runPostern } from '../../../gateway/commands/postern.js';
import { collectText, runWords, typedText } from '../../support/command.js';


export const lab = Lab.script();
const { describe, it } = lab;

const run = (...words: readonly string[]) => runWords(runPostern, words);

describe('runPostern()', () => {

    for (const { name, summary } of commands) {
        for (const option of ['--help', '-h']) {
            it(`answers "${name} ${option}"`, async () => {

                const { code, stdout, stderr } = await run(...name.split(' '), option);
                expect(code).to.equal(0);
                expect(stdout).to.startWith(`Usage: postern ${name} `).and.to.include(`\n${summary}.\n`);
                expect(stderr).to.equal('');
            });
        }
    }

    it('has one command for every name', () => {

        expect(commands.map(({ name }) => name)).to.equal([
            'serve', 'init', 'check', 'explain', 'lint', 'attack', 'account add', 'account list', 'account disable', 'account enable', 'account remove', 'account password', 'account import', 'session list', 'session revoke', 'session import',
            'shadow report', 'completion'
        ]);
    });

    for (const option of ['--help', '-h']) {
        it(`lists all commands at ${option}`, async () => {

            const { code, stdout } = await run(option);
            expect(code).to.equal(0);
            commands.forEach(({ name }) => expect(stdout).to.include(`\n  ${name} `));
        });
    }

    it('lists the commands of a group', async () => {

        const { code, stdout } = await run('session', '--help');
        expect(code).to.equal(0);
        expect(stdout).to.include('session list').and.to.include('session revoke').and.not.to.include('account');
    });

    it('tells its version', async () => {

        const { code, stdout } = await run('--version');
        expect(code).to.equal(0);
        expect(stdout).to.match(/^\d+\.\d+\.\d+\n$/);
    });

    it('explains itself where nothing is asked, as misuse', async () => {

        const { code, stdout, stderr } = await run();
        expect({ code, stdout }).to.equal({ code: 2, stdout: '' });
        expect(stderr).to.startWith('Usage: postern COMMAND');
    });

    for (const [words, message] of [
        [['serv'], '"serv" is no command; did you mean "serve"? "postern --help" lists them all\n'],
        [['acount', 'add'], '"acount" is no command; did you mean "account"? "postern --help" lists them all\n'],
        [['account', 'ad'], '"account ad" is no command; did you mean "account add"? "postern --help" lists them all\n'],
        [['session'], '"session" is no whole command; there are "session list", "session revoke", "session import"\n'],
        [['check', '--jsn'], 'Unknown option \'--jsn\'; "postern check --help" tells what there is\n'],
        [['check', '--json=yes'], 'Option \'--json\' does not take an argument; "postern check --help" tells what there is\n'],
        [['account', 'add', '--id'], 'Option \'--id <value>\' argument missing; "postern account add --help" tells what there is\n'],
        [['check', 'policy'], '"check" has no use for "policy"\n'],
        [['session', 'list', '--', '--help'], '"session list" needs CALLER\n']
    ] as const) {
        it(`does not understand "postern ${words.join(' ')}"`, async () => {

            expect(await run(...words)).to.equal({ code: 2, stdout: '', stderr: message });
        });
    }

    it('lets a mistake of its own be seen', async () => {

        const stdout = new Writable();
        stdout.write = () => {

            throw new TypeError('no such thing');
        };

        const { stream: stderr } = collectText();
        await expect(runPostern({ argv: ['check'], env: {}, root: process.cwd(), stdin: typedText(''), stdout, stderr })).to.reject(TypeError, 'no such thing');
    });
});
