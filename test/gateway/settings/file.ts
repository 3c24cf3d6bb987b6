import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readSettingsFile } from '../../../gateway/settings/file.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('readSettingsFile()', () => {

    it('tells each value and its line', () => {

        const text = '{\n    "POSTERN_PORT": 8090,\n\n    "POSTERN_STORES": ["default", "fr:2"], "POSTERN_PROFILE" : "2.0"\n}\n';
        expect(readSettingsFile('config/settings.json', text)).to.equal({
            kind: 'read',
            entries: [
                { name: 'POSTERN_PORT', value: 8090, place: { file: 'config/settings.json', line: 2 } },
                { name: 'POSTERN_STORES', value: ['default', 'fr:2'], place: { file: 'config/settings.json', line: 4 } },
                { name: 'POSTERN_PROFILE', value: '2.0', place: { file: 'config/settings.json', line: 4 } }
            ]
        });
    });

    it('reads past comments and a comma after the last setting, and leaves values as they are', () => {

        const text = '// "POSTERN_HOST": "::1",\n{ /* one\ntwo */ "POSTERN_UPSTREAM": "http://x//y", // "POSTERN_PORT": 1\n"POSTERN_STORES": ["a", "/*b*/", ",]", ],\n}';
        expect(readSettingsFile('settings.json', text)).to.equal({
            kind: 'read',
            entries: [
                { name: 'POSTERN_UPSTREAM', value: 'http://x//y', place: { file: 'settings.json', line: 3 } },
                { name: 'POSTERN_STORES', value: ['a', '/*b*/', ',]'], place: { file: 'settings.json', line: 4 } }
            ]
        });
    });

    for (const [what, text, line] of [
        ['an empty file', '', 1],
        ['a second comma', '{\n    "POSTERN_PORT": 8090,\n,}', 3],
        ['a comment without an end', '{\n/* "POSTERN_PORT": 8090\n}', 2],
        ['a missing comma', '{\n    "POSTERN_PORT": 8090\n    "POSTERN_HOST": "::1"\n}', 3],
        ['a missing value', '{\n    "POSTERN_PORT": 8090,\n    "POSTERN_HOST":\n}', 3],
        ['a quote left open', '{\n    "POSTERN_REDIS": "redis://:hunter2@h,\n    "POSTERN_PORT": 1 }', 2],
        ['a missing brace', '{\n    "POSTERN_PORT": 8090\n', 3],
        ['a list', '[]', 1],
        ['nothing', 'null', 1],
        ['a text', '"POSTERN_PORT"', 1]
    ] as const) {
        it(`names the line of ${what} and quotes nothing`, () => {

            expect(readSettingsFile('settings.json', text)).to.equal({
                kind: 'mistaken',
                mistake: { message: 'this is no JSON object of settings, such as {"POSTERN_PORT": 8080}', place: { file: 'settings.json', line } }
            });
        });
    }
});
