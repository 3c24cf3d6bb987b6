import { existsSync, readFileSync } from 'node:fs';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Example } from '../gateway/shadow/tally.js';
import { runPostern } from '../gateway/commands/postern.js';
import { reportOf } from '../gateway/shadow/report.js';
import { writeReport } from '../gateway/shadow/report-text.js';
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

    it('shows a report of the shadow mode as it is printed', () => {

        const bare = { method: 'GET', caller: 'guest', credential: 'absent', theirAsks: [] };
        const seconds = (text: string) => Date.parse(text) / 1_000;
        const strict = 'differed too-strict not-authorized served GET /V1/directory/countries';
        const lax = 'differed too-lax served not-authorized GET /V1/orders';
        const report = reportOf({
            sinceSeconds: seconds('2026-08-03T06:00:00Z'), latestSeconds: seconds('2026-08-04T06:00:00Z'),
            counts: new Map([['agreed GET /V1/products/:sku', 48_194], ['agreed GET /V1/orders', 2], ['left GET /V1/orders', 2_104], ['unjudged answer', 3], [strict, 12], [lax, 2]]),
            examples: new Map<string, Example>([
                [strict, { ...bare, at: seconds('2026-08-04T05:58:02Z'), path: '/rest/default/V1/directory/countries', status: 200, asks: ['self'], rule: 'app/code/Shop/Directory/etc/webapi.xml:4' }],
                [lax, { ...bare, at: seconds('2026-08-03T11:20:41Z'), path: '/rest/V1/orders', status: 401, asks: ['anonymous'], theirAsks: ['Magento_Sales::actions_view'], rule: 'app/code/Shop/Sales/etc/webapi.xml:3' }]
            ])
        });
        expect(blockOf(readme, 'console', 'postern shadow report')).to.equal(`$ postern shadow report\n${writeReport(report, '/srv/magento')}`);
    });

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
