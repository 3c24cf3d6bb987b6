import { readFile } from 'node:fs/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';


export const lab = Lab.script();
const { describe, it } = lab;

describe('CHANGELOG.md', () => {

    it('begins with the version of the package', async () => {

        const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { readonly version: string };
        const versions = Array.from((await readFile('CHANGELOG.md', 'utf8')).matchAll(/^## (\S+), (?:unreleased|\d{4}-\d{2}-\d{2})$/gm), ([, name = '']) => name);
        expect(versions.at(0)).to.equal(version);
    });

    it('says how many recorded answers hold, as API.md does', async () => {

        const [change, api] = await Promise.all(['CHANGELOG.md', 'API.md'].map((path) => readFile(path, 'utf8')));
        const [held] = /\d+ of \d+/.exec(change ?? '') ?? [];
        expect(api).to.contain(`${held ?? 'nothing'} pass`);
    });
});
