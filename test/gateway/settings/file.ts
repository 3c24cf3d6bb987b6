import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { parseSettingsFile } from '../../../gateway/settings/file.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('parseSettingsFile()', () => {

    it('tells each value and its line', () => {

        const text = '{\n    "POSTERN_PORT": 8090,\n\n    "POSTERN_STORES": ["default", "fr:2"], "POSTERN_PROFILE" : "2.0"\n}\n';
        expect(parseSettingsFile('config/settings.json', text)).to.equal([
            { name: 'POSTERN_PORT', value: 8090, file: 'config/settings.json', line: 2 },
            { name: 'POSTERN_STORES', value: ['default', 'fr:2'], file: 'config/settings.json', line: 4 },
            { name: 'POSTERN_PROFILE', value: '2.0', file: 'config/settings.json', line: 4 }
        ]);
    });

    for (const [what, text, line] of [
        ['an empty file', '', 1],
        ['a comma after the last setting', '{\n    "POSTERN_PORT": 8090,\n}', 3],
        ['a missing comma', '{\n    "POSTERN_PORT": 8090\n    "POSTERN_HOST": "::1"\n}', 3],
        ['a missing value', '{\n    "POSTERN_PORT": 8090,\n    "POSTERN_HOST":\n}', 3],
        ['a quote left open', '{\n    "POSTERN_REDIS": "redis://:hunter2@h,\n    "POSTERN_PORT": 1 }', 2],
        ['a missing brace', '{\n    "POSTERN_PORT": 8090\n', 3]
    ] as const) {
        it(`names the line of ${what} and quotes nothing`, () => {

            expect(() => parseSettingsFile('settings.json', text)).to.throw(
                `settings.json:${line}: this is no JSON object of settings, such as {"POSTERN_PORT": 8080}`
            );
        });
    }

    for (const text of ['[]', 'null', '"POSTERN_PORT"', '8080']) {
        it(`refuses ${text}, which is no object`, () => {

            expect(() => parseSettingsFile('settings.json', text)).to.throw('settings.json:1: this is no JSON object of settings, such as {"POSTERN_PORT": 8080}');
        });
    }
});
