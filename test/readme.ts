import { existsSync, readFileSync } from 'node:fs';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { runPostern } from '../gateway/commands/postern.js';
import { runWords } from './support/command.js';
import { blockOf } from './support/document.js';


export const lab = Lab.script();
const { describe, it } = lab;

const readme = readFileSync('README.md', 'utf8');
const magento = '../shared/magento/etc-2.4.7-p3';

describe('README.md', () => {

    const cases = blockOf(readme, 'console', 'postern explain').split('$ postern ').slice(1).map((text) => text.trim().split('\n'));

    it('explains six cases', () => {

        expect(cases).to.have.length(6);
    });

    for (const [words = '', ...shown] of cases) {
        it(`shows what "${words}" prints`, async () => {

            const { code, stdout } = await runWords(runPostern, words.split(' '), { env: { POSTERN_POLICY: 'config/policy' } });
            expect(code).to.equal(0);

            // Lines are shown in their order; those left out are not looked for

            const printed = stdout.split('\n');
            const lines = shown.filter((line) => line !== '…');
            expect(printed.filter((line) => lines.includes(line))).to.equal(lines);
        });
    }

    it('tells what lint says of Magento\'s own files', { skip: !existsSync(magento) }, async () => {

        const { code, stdout } = await runWords(runPostern, ['lint'], { env: { POSTERN_POLICY: magento } });
        const lines = stdout.trim().split('\n');
        const [, summary = ''] = /2\.4\.7-p3's own files it says `(Routes: [^`]*)`/.exec(readme.replaceAll('\n', ' ')) ?? [];
        expect([code, lines.at(-1)]).to.equal([1, summary]);
        expect(lines.filter((line) => line.startsWith('warning: ')).map((line) => /etc\/webapi\.xml:(\d+): .*(\[.*\])$/.exec(line)?.slice(1))).to.equal([['21', '[undeclared-resource]'], ['96', '[self-without-force]']]);
    });

    it('tells the same of it as JSON, for programs', { skip: !existsSync(magento) }, async () => {

        const { stdout } = await runWords(runPostern, ['lint', '--json'], { env: { POSTERN_POLICY: magento } });
        expect(JSON.parse(stdout)).to.include({ routes: 429, counts: { error: 0, warning: 2, info: 163 } });
    });
});
