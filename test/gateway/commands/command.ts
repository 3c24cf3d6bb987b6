import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { CommandContext } from '../../../gateway/commands/command.js';
import { defineCommand, done } from '../../../gateway/commands/command.js';
import { collectText, typedText } from '../../support/command.js';


export const lab = Lab.script();
const { describe, it } = lab;

const contextWith = (...argv: readonly string[]): CommandContext => ({ argv, env: {}, root: '/', stdin: typedText(''), stdout: collectText().stream, stderr: collectText().stream });

describe('defineCommand()', () => {

    const given: unknown[] = [];
    const greet = defineCommand({
        name: 'greet',
        summary: 'Greet somebody',
        words: ['NAME', 'PLACE', '[TIME]'],
        options: { loud: { type: 'boolean', meaning: 'shout' }, with: { type: 'string', value: 'THING', multiple: true, meaning: 'bring something' } },
        async run({ words, values }) {

            given.push(words, { ...values });
            return done;
        }
    });

    it('gives a command its words and options by name', async () => {

        expect(await greet.execute(contextWith('Roni', '--loud', 'home', '--with', 'a', '--with', 'b'))).to.equal({ kind: 'done' });
        expect(given.splice(0)).to.equal([{ NAME: 'Roni', PLACE: 'home', TIME: undefined }, { loud: true, with: ['a', 'b'] }]);
        await greet.execute(contextWith('Roni', 'home', 'noon'));
        expect(given.splice(0)).to.equal([{ NAME: 'Roni', PLACE: 'home', TIME: 'noon' }, {}]);
    });

    it('takes a word for a word that looks like an option, after "--"', async () => {

        await greet.execute(contextWith('--', '--loud', 'home'));
        expect(given.splice(0)).to.equal([{ NAME: '--loud', PLACE: 'home', TIME: undefined }, {}]);
    });

    for (const [argv, message] of [
        [[], '"greet" needs NAME and PLACE'],
        [['Roni'], '"greet" needs PLACE'],
        [['Roni', 'home', 'noon', 'now'], '"greet" has no use for "now"']
    ] as const) {
        it(`says that ${message}`, async () => {

            expect(await greet.execute(contextWith(...argv))).to.equal({ kind: 'misused', message });
            expect(given).to.equal([]);
        });
    }

    it('lets through what parseArgs says', async () => {

        await expect(greet.execute(contextWith('Roni', '--laud'))).to.reject(/Unknown option '--laud'/);
    });
});
