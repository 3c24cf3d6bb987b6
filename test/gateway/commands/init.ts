import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Environment } from '../../../gateway/settings.js';
import { runPostern } from '../../../gateway/commands/postern.js';
import { writeSample } from '../../../gateway/settings/sample.js';
import { runWords } from '../../support/command.js';


export const lab = Lab.script();
const { afterEach, beforeEach, describe, it } = lab;

describe('init', () => {

    let folder: string;
    let file: string;

    beforeEach(async () => {

        folder = await mkdtemp(join(tmpdir(), 'postern-init-'));
        file = join(folder, 'settings.json');
    });

    afterEach(() => rm(folder, { recursive: true }));

    const run = (words: readonly string[], env: Environment = {}) => runWords(runPostern, words, { env });

    it('writes the settings file that is read, for its owner alone', async () => {

        const env = { POSTERN_CONFIG: file };
        expect(await run(['init'], env)).to.equal({ code: 0, stdout: `Wrote "${file}".\n`, stderr: '' });
        expect(await readFile(file, 'utf8')).to.equal(writeSample());
        expect((await stat(file)).mode & 0o777).to.equal(0o600);
        expect((await run(['check'], env)).code).to.equal(0);
    });

    it('writes another one, and says how it is read', async () => {

        expect((await run(['init', file])).stdout).to.equal(`Wrote "${file}". It is read where POSTERN_CONFIG=${file} is set.\n`);
    });

    it('writes over nothing unless it is told to', async () => {

        await writeFile(file, 'mine');
        expect(await run(['init', file])).to.equal({ code: 1, stdout: '', stderr: `"${file}" is there already; --force writes over it\n` });
        expect(await readFile(file, 'utf8')).to.equal('mine');
        expect((await run(['init', file, '--force'])).code).to.equal(0);
        expect(await readFile(file, 'utf8')).to.equal(writeSample());
    });

    it('says why it cannot write', async () => {

        const { code, stderr } = await run(['init', join(folder, 'none/settings.json')]);
        expect(code).to.equal(1);
        expect(stderr).to.startWith('The file cannot be written: ENOENT');
    });
});
