import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { defineCommand, done } from '../../../gateway/commands/command.js';
import { writeHelp, writeOverview, writeSettings } from '../../../gateway/commands/help.js';
import { settingsTable } from '../../../gateway/settings/table.js';


export const lab = Lab.script();
const { describe, it } = lab;

const run = async () => done;
const plain = defineCommand({ name: 'wave', summary: 'Wave', words: [], options: {}, run });
const rich = defineCommand({
    name: 'greet all',
    summary: 'Greet everybody',
    words: ['PLACE', '[TIME]'],
    options: { loud: { type: 'boolean', meaning: 'shout' }, with: { type: 'string', value: 'THING', multiple: true, meaning: 'bring something' } },
    notes: ['Mind the neighbours.'],
    run
});

describe('writeHelp()', () => {

    it('tells usage, words, options and notes', () => {

        expect(writeHelp(rich)).to.equal([
            'Usage: postern greet all PLACE [TIME] [OPTION]…',
            '',
            'Greet everybody.',
            '',
            'Mind the neighbours.',
            '',
            '  --loud        shout',
            '  --with THING  bring something; may be given several times',
            '  -h, --help    print this',
            ''
        ].join('\n'));
    });

    it('tells what there is of a command that has nothing but a name', () => {

        expect(writeHelp(plain)).to.equal('Usage: postern wave [OPTION]…\n\nWave.\n\n  -h, --help  print this\n');
    });
});

describe('writeOverview()', () => {

    it('lists the commands with their words', () => {

        const [, , first, second] = writeOverview([plain, rich]).split('\n');
        expect(first).to.equal('  wave                    Wave');
        expect(second).to.equal('  greet all PLACE [TIME]  Greet everybody');
    });
});

describe('writeSettings()', () => {

    it('tells the meaning and the default of every setting', () => {

        const text = writeSettings();
        for (const { name, meaning } of Object.values(settingsTable)) {
            expect(text).to.include(name).and.to.include(meaning);
        }

        expect(text).to.match(/^ {2}POSTERN_PORT +the port where clients connect \[8080\]$/m);
        expect(text).to.match(/^ {2}POSTERN_UPSTREAM +the service behind; several that serve the same are balanced \[a sample upstream is started\]$/m);
    });
});
