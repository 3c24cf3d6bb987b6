import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Example } from '../../../gateway/shadow/tally.js';
import { countDifferences, reportOf } from '../../../gateway/shadow/report.js';


export const lab = Lab.script();
const { describe, it } = lab;

const example: Example = { at: 1_700_000_000, method: 'GET', path: '/rest/V1/a', caller: 'guest', credential: 'absent', status: 200, asks: ['self'], theirAsks: [] };

describe('reportOf()', () => {

    const strict = 'differed too-strict not-authorized served GET /V1/a/:id';
    const report = reportOf({
        sinceSeconds: 1_700_000_000, latestSeconds: 1_700_000_060,
        counts: new Map([
            ['differed other-words not-found unknown-route GET (not-found)', 9], ['agreed GET /V1/b (async)', 5], ['agreed GET /V1/c', 7], ['agreed GET /V1/d', 7], ['left GET /V1/b', 2], ['left GET /V1/c', 1], ['unjudged late', 4],
            [strict, 1], ['agreed GET /V1/a/:id', 1], ['differed too-lax served not-authorized GET /V1/c', 1], ['differed too-strict not-https served GET /V1/z', 1], ['differed too-strict not-found served GET /V1/y', 1],
            ['differed too-strict not-found served GET /V1/x', 3]
        ]),
        examples: new Map([[strict, example]])
    });

    it('sums up', () => {

        expect(report).to.include({ since: '2023-11-14T22:13:20.000Z', latest: '2023-11-14T22:14:20.000Z', compared: 36, agreed: 20, left: 3, unjudged: { late: 4 } });
    });

    it('tells the differences, the worst first, each with its example', () => {

        expect(report.differences.map(({ direction, route, count }) => `${direction} ${route} ${count}`)).to.equal([
            'too-strict GET /V1/x 3', 'too-strict GET /V1/a/:id 1', 'too-strict GET /V1/y 1', 'too-strict GET /V1/z 1', 'too-lax GET /V1/c 1', 'other-words GET (not-found) 9'
        ]);
        expect(report.differences[1]).to.include({ ours: 'not-authorized', theirs: 'served', example });
        expect(report.differences[1]?.advice).to.be.a.string();
        expect(report.differences[0]?.example.path).to.equal('?');
    });

    it('tells how far each route agrees, the least first', () => {

        expect(report.routes.map(({ route, compared, agreed }) => `${agreed}/${compared} ${route}`)).to.equal([
            '0/9 GET (not-found)', '0/3 GET /V1/x', '0/1 GET /V1/y', '0/1 GET /V1/z', '1/2 GET /V1/a/:id', '7/8 GET /V1/c', '7/7 GET /V1/d', '5/5 GET /V1/b (async)'
        ]);
    });

    it('tells nothing where nothing was counted', () => {

        expect(reportOf(undefined)).to.equal({ compared: 0, agreed: 0, left: 0, unjudged: {}, differences: [], routes: [] });
    });

    it('counts other words as a difference only where they are to count', () => {

        expect([countDifferences(report, false), countDifferences(report, true)]).to.equal([5, 6]);
    });
});
