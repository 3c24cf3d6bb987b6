import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { renderShadow } from '../../../../gateway/ops/page/shadow.js';
import { reportOf } from '../../../../gateway/shadow/report.js';
import { startRedis } from '../../../support/redis.js';
import { startMagento, startShadowGateway } from '../../../support/shadow.js';


export const lab = Lab.script();
const { describe, it } = lab;

const example = { at: 1_700_000_000, method: 'GET', path: '/rest/V1/a', caller: 'guest', credential: 'absent', status: 200, asks: ['self'], theirAsks: [], rule: 'A/etc/webapi.xml:3' } as const;

describe('renderShadow()', () => {

    it('shows nothing where the gate decides', () => {

        expect(renderShadow({ kind: 'off' }).text).to.equal('');
    });

    it('shows each difference with what can be done about it, and how far both agree', () => {

        const [strict, words] = ['differed too-strict not-authorized served GET /V1/<a>', 'differed other-words not-found unknown-route GET /V1/b'];
        const report = reportOf({ sinceSeconds: 1_700_000_000, latestSeconds: 1_700_000_060, counts: new Map([['agreed GET /V1/<a>', 2], [strict, 1], [words, 3]]), examples: new Map([[strict, example]]) });
        const { text } = renderShadow({ kind: 'on', report, folder: '/srv/shop' });
        expect(text).to.contain('6 calls compared from 2023-11-14T22:13:20.000Z')
            .and.contain('<summary class="bad">too strict: GET /V1/&lt;a&gt; (1 call)</summary>').and.contain('<summary class="faint">other words: GET /V1/b (3 calls)</summary>')
            .and.contain('<dt>the rule</dt><dd>/srv/shop/A/etc/webapi.xml:3 asks for self</dd>').and.contain('<dt>to do</dt>').and.contain('<div>66.6%</div>');
    });

    it('says so where nothing was compared yet', () => {

        const { text } = renderShadow({ kind: 'on', report: reportOf(undefined), folder: '' });
        expect(text).to.contain('No call was compared yet').and.not.contain('<details');
    });
});

describe('the ops page in shadow mode', () => {

    it('shows what was counted, and that it cannot while Redis is away', async () => {

        const redis = await startRedis();
        const magento = await startMagento();
        const gate = await startShadowGateway(magento.url, { POSTERN_REDIS: redis.socket, POSTERN_STORE_TIMEOUT: '2s' });
        const show = async () => await (await fetch(gate.opsUrl)).text();
        expect(await show()).to.contain('<a href="#shadow-title">Shadow</a>').and.contain('No call was compared yet');
        await redis.stop();
        expect(await show()).to.contain('Redis is away: what was counted cannot be read.');
        await gate.stop();
        await magento.stop();
    });
});
