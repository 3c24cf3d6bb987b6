import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readSettingsFile } from '../../../gateway/settings/file.js';
import { writeSample } from '../../../gateway/settings/sample.js';
import { settingsTable } from '../../../gateway/settings/table.js';
import { checkSettings, readSettings } from '../../../gateway/settings.js';


export const lab = Lab.script();
const { describe, it } = lab;

function read(text: string) {

    const reading = readSettingsFile('settings.json', text);
    return reading.kind === 'read' ? reading.entries : reading.mistake.message;
}

describe('writeSample()', () => {

    it('sets nothing', () => {

        expect(read(writeSample())).to.equal([]);
    });

    it('shows every setting with its meaning, what it may be, and its default', () => {

        const sample = writeSample();
        for (const { name, meaning, kind, default: preset, otherwise } of Object.values(settingsTable).filter(({ name }) => name !== 'POSTERN_CONFIG')) {
            expect(sample, name).to.contain(`    // ${meaning}\n    // ${kind.expected}${otherwise === undefined ? '' : `; not set: ${otherwise}`}\n    // "${name}": ${/^\d+$/.test(preset ?? '') ? String(preset) : JSON.stringify(preset ?? '')},\n`);
        }
    });

    it('holds the defaults once the slashes are gone, and no value that nobody gave is taken for one', () => {

        const bare = writeSample().replaceAll('    // "POSTERN', '    "POSTERN').replace(/ *"POSTERN_\w+": "",\n/g, '');
        const entries = read(bare);
        expect(entries).to.be.an.array().and.have.length(Object.values(settingsTable).filter(({ name, default: preset }) => name !== 'POSTERN_CONFIG' && preset !== undefined).length);
        expect(typeof entries === 'string' ? entries : readSettings({}, entries)).to.equal(readSettings({}));

        const empty = read('{ "POSTERN_REDIS": "", }');
        expect(typeof empty === 'string' ? empty : checkSettings({}, empty).kind).to.equal('mistaken');
    });
});
