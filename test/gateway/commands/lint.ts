import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { runPostern } from '../../../gateway/commands/postern.js';
import { runWords } from '../../support/command.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

const route = (method: string, resource: string) => `<route url="/V1/a" method="${method}"><service class="A\\B\\Api\\CInterface" method="d"/><resources>${resource}</resources></route>`;

describe('lint', () => {

    let folder: string;

    before(async () => {

        folder = await mkdtemp(join(tmpdir(), 'postern-lint-'));
        await mkdir(join(folder, 'etc'));
    });

    after(() => rm(folder, { recursive: true }));

    const lint = async (text: string, ...words: readonly string[]) => {

        await writeFile(join(folder, 'etc/webapi.xml'), text);
        return runWords(runPostern, ['lint', ...words], { env: { POSTERN_POLICY: folder } });
    };

    const open = route('GET', '<resource ref="anonymous"/>');

    it('tells what there is to know, and is content', async () => {

        expect(await lint(`<routes>${open}</routes>`)).to.equal({
            code: 0,
            stdout: `info: ${folder}/etc/webapi.xml:1: GET /V1/a may be called by everybody [anonymous-route]\nRoutes: 1, errors: 0, warnings: 0, infos: 1.\n`,
            stderr: ''
        });
    });

    it('fails for any finding where it is strict', async () => {

        const { code, stderr } = await lint(`<routes>${open}</routes>`, '--strict');
        expect({ code, stderr }).to.equal({ code: 1, stderr: '1 finding to look at\n' });
    });

    it('fails for errors and warnings, and tells them first', async () => {

        const { code, stdout, stderr } = await lint(`<routes>${open}\n${route('PUT', '<resource ref="self"/>')}\n${route('POST', '')}</routes>`);
        expect({ code, stderr }).to.equal({ code: 1, stderr: '2 findings to look at\n' });
        expect(stdout.split('\n').map((line) => line.replace(/:.*:(\d+):.*\[/, ' $1 ['))).to.equal([
            'error 3 [no-resource]', 'warning 2 [self-without-force]', 'info 1 [anonymous-route]', 'Routes: 3, errors: 1, warnings: 1, infos: 1.', ''
        ]);
    });

    it('tells it to programs', async () => {

        const { code, stdout } = await lint(`<routes>${open}</routes>`, '--json');
        expect(code).to.equal(0);
        expect(JSON.parse(stdout)).to.equal({
            routes: 1, counts: { error: 0, warning: 0, info: 1 },
            findings: [{ level: 'info', rule: 'anonymous-route', file: 'etc/webapi.xml', line: 1, message: 'GET /V1/a may be called by everybody' }]
        });
    });

    it('says what keeps the policy from being read, and the settings', async () => {

        expect(await lint('<routes>\n<route/></routes>')).to.equal({ code: 1, stdout: '', stderr: 'etc/webapi.xml:2: <route> has no "method"\n' });
        const { code, stderr } = await runWords(runPostern, ['lint'], { env: { POSTERN_PROFILE: '3' } });
        expect({ code, stderr }).to.equal({ code: 1, stderr: 'POSTERN_PROFILE was "3"; it may be "2.4" or "2.0"\n' });
    });

    it('finds nothing wrong with the sample policy', async () => {

        expect((await runWords(runPostern, ['lint'])).code).to.equal(0);
    });
});
