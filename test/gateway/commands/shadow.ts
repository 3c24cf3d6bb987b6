import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Report } from '../../../gateway/shadow/report.js';
import type { TestMagento } from '../../support/magento.js';
import type { TestRedis } from '../../support/redis.js';
import { runPostern } from '../../../gateway/commands/postern.js';
import { runWords } from '../../support/command.js';
import { magentoPolicy, startMagento } from '../../support/magento.js';
import { startRedis } from '../../support/redis.js';
import { clerk, roni } from '../../support/magento-gateway.js';
import { issueToken, startShadowGateway } from '../../support/shadow.js';


export const lab = Lab.script();
const { after, before, beforeEach, describe, it } = lab;

describe('shadow report', () => {

    let redis: TestRedis;
    let magento: TestMagento;
    let folder: string;
    const lineOf: { orders: number; countries: number } = { orders: 0, countries: 0 };

    before(async () => {

        redis = await startRedis();
        magento = await startMagento();
        folder = await mkdtemp(join(tmpdir(), 'postern-shadow-'));
        await cp(magentoPolicy, folder, { recursive: true });

        // Two rules are wrong: orders are for everybody, countries for customers

        const file = join(folder, 'Shop/Magento/etc/webapi.xml');
        const lines = (await readFile(file, 'utf8')).split('\n');
        const spoil = (url: string, resource: string) => {

            const at = lines.findIndex((line) => line.includes(`url="${url}" method="GET"`));
            lines[at + 2] = `        <resources><resource ref="${resource}"/></resources>`;
            return at + 1;
        };

        lineOf.orders = spoil('/V1/orders', 'anonymous');
        lineOf.countries = spoil('/V1/directory/countries', 'self');
        await writeFile(file, lines.join('\n'));
    });

    beforeEach(() => redis.cli('FLUSHALL'));

    after(async () => {

        await Promise.all([redis.stop(), magento.stop(), rm(folder, { recursive: true })]);
    });

    const report = (...words: readonly string[]) => runWords(runPostern, ['shadow', 'report', ...words], { env: { POSTERN_REDIS: redis.socket, POSTERN_POLICY: folder } });

    /** Two gates that share a Redis, and some calls through each. */
    const run = async () => {

        const settings = { POSTERN_REDIS: redis.socket, POSTERN_POLICY: folder };
        const gates = [await startShadowGateway(magento.url, settings), await startShadowGateway(magento.url, settings)] as const;
        const [customer, admin] = [await issueToken(magento, ...roni), await issueToken(magento, ...clerk)];
        const statuses: number[] = [];
        for (const gate of gates) {
            for (const [path, token] of [['/rest/V1/orders?secret=1'], ['/rest/default/V1/directory/countries'], ['/rest/V1/customers/me', customer], ['/rest/V1/customers/me', admin], ['/rest/V1/products', admin]] as const) {
                statuses.push((await gate.fetch(path, { token })).status);
            }

            await gate.comparisons(5);
            await gate.stop();
        }

        return { statuses, notices: gates.map(({ notices }) => notices) };
    };

    it('names the rules that are wrong, with file, line and direction, over several gates', async () => {

        const { statuses, notices } = await run();
        expect(statuses).to.equal([401, 200, 200, 401, 401, 401, 200, 200, 401, 401]);

        const { code, stdout, stderr } = await report();
        expect(code).to.equal(1);
        expect(stderr).to.equal('2 differences to look at\n');
        const lines = stdout.split('\n').map((line) => line.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z/g, 'TIME'));
        expect(lines.filter((line) => !line.includes('to do'))).to.equal([
            '6 calls compared from TIME to TIME, 2 agreed, 4 differed.',
            'Beside them 4 left to the upstream, whose roles decide.',
            '',
            'too strict: GET /V1/directory/countries (2 calls)',
            '    the gate      would refuse it (not-authorized)',
            '    the upstream  served it with 200',
            `    the rule      ${folder}/Shop/Magento/etc/webapi.xml:${lineOf.countries} asks for self`,
            '    the last one  GET /rest/default/V1/directory/countries by a guest, TIME',
            '',
            'too lax: GET /V1/orders (2 calls)',
            '    the gate      would let it through',
            '    the upstream  refused it with 401 (not-authorized), asking for Magento_Sales::actions_view',
            `    the rule      ${folder}/Shop/Magento/etc/webapi.xml:${lineOf.orders} asks for anonymous`,
            '    the last one  GET /rest/V1/orders by a guest, TIME',
            '',
            'Agreement by route:',
            '        0% of 2  GET /V1/directory/countries',
            '        0% of 2  GET /V1/orders',
            '      100% of 2  GET /V1/customers/me',
            ''
        ]);

        const at = (line: number) => `by Shop/Magento/etc/webapi.xml:${line}`;
        const told = notices.map((sentences) => sentences.map((sentence) => sentence.replace(/ \(request .*\)/, '')).sort());
        const each = [
            `Shadow: too lax: GET /V1/orders, the gate: served, the upstream: not-authorized with 401, ${at(lineOf.orders)}`,
            `Shadow: too strict: GET /V1/directory/countries, the gate: not-authorized, the upstream: served with 200, ${at(lineOf.countries)}`
        ];
        expect(told).to.equal([each, each]);
    });

    it('tells the same as JSON, and begins anew where it is told to', async () => {

        await run();
        const { code, stdout } = await report('--json', '--reset');
        const { differences, ...sums } = JSON.parse(stdout) as Report;
        expect(code).to.equal(1);
        expect(sums).to.include({ compared: 6, agreed: 2, left: 4, unjudged: {} });
        expect(differences.map(({ direction, route, count, ours, theirs }) => ({ direction, route, count, ours, theirs }))).to.equal([
            { direction: 'too-strict', route: 'GET /V1/directory/countries', count: 2, ours: 'not-authorized', theirs: 'served' },
            { direction: 'too-lax', route: 'GET /V1/orders', count: 2, ours: 'served', theirs: 'not-authorized' }
        ]);
        expect(differences[1]?.example).to.include({ path: '/rest/V1/orders', asks: ['anonymous'], theirAsks: ['Magento_Sales::actions_view'], rule: `Shop/Magento/etc/webapi.xml:${lineOf.orders}` });
        expect(stdout).to.not.contain('secret').and.to.not.contain('eyJ');

        expect(await report()).to.equal({ code: 0, stdout: 'No call was compared yet. Does a gate run with POSTERN_MODE=shadow?\n', stderr: '' });
    });

    it('is content with refusals in other words, unless it is told not to be', async () => {

        const gate = await startShadowGateway(magento.url, { POSTERN_REDIS: redis.socket });
        await gate.compare('/elsewhere');
        await gate.stop();
        expect((await report()).code).to.equal(0);
        expect(await report('--strict')).to.include({ code: 1, stderr: '1 difference to look at\n' });
    });

    it('says where to look without a Redis', async () => {

        expect(await runWords(runPostern, ['shadow', 'report'])).to.equal({ code: 1, stdout: '', stderr: 'POSTERN_REDIS is not set: each gate then counts for itself, and tells at GET /shadow of its ops port\n' });
    });
});
