import { writeFile } from 'node:fs/promises';

import { writeSample } from '../settings/sample.js';
import { defineCommand, done } from './command.js';
import { settingsPath } from './settings.js';


// It may come to hold a password
const ownerOnly = 0o600;

export const init = defineCommand({
    name: 'init',
    summary: 'Write a settings file that says what every setting is for',
    words: ['[FILE]'],
    options: {
        force: { type: 'boolean', meaning: 'write over a file that is there' }
    },
    notes: ['Without FILE it is the one that is read: POSTERN_CONFIG, else config/settings.json. Nothing is set in it: every line is commented out.'],
    async run({ words: { FILE }, values: { force = false } }, context) {

        const read = settingsPath(context);
        const file = FILE ?? read;
        try {
            await writeFile(file, writeSample(), { flag: force ? 'w' : 'wx', mode: ownerOnly });
        }
        catch (error) {
            const { code, message } = error as NodeJS.ErrnoException;
            return { kind: 'failed', message: code === 'EEXIST' ? `"${file}" is there already; --force writes over it` : `The file cannot be written: ${message}` };
        }

        context.stdout.write(`Wrote "${file}".${file === read ? '' : ` It is read where POSTERN_CONFIG=${file} is set.`}\n`);
        return done;
    }
});
