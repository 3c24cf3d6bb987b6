import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { findSettings } from '../../../gateway/commands/settings.js';
import { readSettings } from '../../../gateway/settings.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

describe('findSettings()', () => {

    let root: string;
    let file: string;

    before(async () => {

        root = await mkdtemp(join(tmpdir(), 'postern-settings-'));
        file = join(root, 'config/settings.json');
        await mkdir(join(root, 'config'));
    });

    after(() => rm(root, { recursive: true }));

    it('needs no file', async () => {

        expect(await findSettings({ env: {}, root })).to.equal({ kind: 'sound', settings: readSettings({}, [], root), places: new Map() });
    });

    it('reads config/settings.json, and the environment over it', async () => {

        await writeFile(file, '{"POSTERN_PORT": 8090, "POSTERN_HOST": "::1"}');
        const check = await findSettings({ env: { POSTERN_PORT: '8091' }, root });
        expect(check.kind === 'sound' && check.settings).to.include({ port: 8091, host: '::1' });
    });

    it('reads the file that POSTERN_CONFIG names', async () => {

        const other = join(root, 'other.json');
        await writeFile(other, '{"POSTERN_PORT": 9000}');
        const check = await findSettings({ env: { POSTERN_CONFIG: other }, root });
        expect(check.kind === 'sound' && check.settings).to.include({ port: 9000, config: other });
    });

    it('misses a file that POSTERN_CONFIG names', async () => {

        const missing = join(root, 'missing.json');
        expect(await findSettings({ env: { POSTERN_CONFIG: missing }, root })).to.equal({
            kind: 'mistaken',
            mistakes: [{ message: `the settings file cannot be read: ENOENT: no such file or directory, open '${missing}'` }]
        });
    });

    it('says what keeps it from reading the file', async () => {

        const check = await findSettings({ env: { POSTERN_CONFIG: root }, root });
        expect(check).to.equal({ kind: 'mistaken', mistakes: [{ message: 'the settings file cannot be read: EISDIR: illegal operation on a directory, read' }] });
    });

    it('tells the mistakes of the environment beside a broken file', async () => {

        await writeFile(file, '{\n"POSTERN_PORT" 8090}');
        const check = await findSettings({ env: { POSTERN_MODE: 'dry' }, root });
        expect(check).to.equal({
            kind: 'mistaken',
            mistakes: [
                { message: 'this is no JSON object of settings, such as {"POSTERN_PORT": 8080}', place: { file, line: 2 } },
                { message: 'POSTERN_MODE was "dry"; it may be "enforce" or "shadow"' }
            ]
        });
    });
});
