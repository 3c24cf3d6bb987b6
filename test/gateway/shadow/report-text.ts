import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Example } from '../../../gateway/shadow/tally.js';
import { reportOf } from '../../../gateway/shadow/report.js';
import { writeReport } from '../../../gateway/shadow/report-text.js';


export const lab = Lab.script();
const { describe, it } = lab;

const lost: Example = { at: 1_700_000_000, method: 'GET', path: '/rest/V1/a', caller: 'guest', credential: 'absent', status: 200, asks: [], theirAsks: [] };
const example: Example = { ...lost, asks: ['self', 'A_B::c'], rule: 'A/etc/webapi.xml:3, B/etc/webapi.xml:9' };

function write(counts: Readonly<Record<string, number>>, examples: Readonly<Record<string, Example>> = {}): string {

    return writeReport(reportOf({ sinceSeconds: 1_700_000_000, latestSeconds: 1_700_000_060, counts: new Map(Object.entries(counts)), examples: new Map(Object.entries(examples)) }), '/srv/shop');
}

describe('writeReport()', () => {

    it('tells each difference with both words, rule, example and advice', () => {

        const strict = 'differed too-strict not-authorized served GET /V1/a';
        const lax = 'differed too-lax served not-authorized GET /V1/b';
        const text = write({ [strict]: 2, [lax]: 1, 'agreed GET /V1/a': 1, 'left GET /V1/c': 3, 'unjudged late': 4, 'unjudged gate-token': 1 }, { [strict]: example, [lax]: { ...lost, caller: 'admin', status: 401, theirAsks: ['A_B::d'] } });
        expect(text.split('\n')).to.equal([
            '4 calls compared from 2023-11-14T22:13:20.000Z to 2023-11-14T22:14:20.000Z, 1 agreed, 3 differed.',
            'Beside them 3 left to the upstream, whose roles decide; 4 not judged: the verdict took too long; 1 not judged: a token of the gate\'s, which is nothing to the upstream.',
            '',
            'too strict: GET /V1/a (2 calls)',
            '    the gate      would refuse it (not-authorized)',
            '    the upstream  served it with 200',
            '    the rule      /srv/shop/A/etc/webapi.xml:3, /srv/shop/B/etc/webapi.xml:9 asks for self, A_B::c',
            '    the last one  GET /rest/V1/a by a guest, 2023-11-14T22:13:20.000Z',
            text.split('\n')[8],
            '',
            'too lax: GET /V1/b (1 call)',
            '    the gate      would let it through',
            '    the upstream  refused it with 401 (not-authorized), asking for A_B::d',
            '    the last one  GET /rest/V1/a by an admin, 2023-11-14T22:13:20.000Z',
            text.split('\n')[14],
            '',
            'Agreement by route:',
            '        0% of 1  GET /V1/b',
            '     33.3% of 3  GET /V1/a',
            ''
        ]);
        expect([text.split('\n')[8], text.split('\n')[14]].every((line) => line?.startsWith('    to do         '))).to.be.true();
    });

    it('says so where there is nothing beside, and 100% only where it is all', () => {

        const text = write({ 'agreed GET /V1/a': 9_999, 'differed other-words not-found unknown-route GET /V1/a': 1, 'agreed GET /V1/b': 7 }, {
            'differed other-words not-found unknown-route GET /V1/a': { ...example, credential: 'bad', asks: [], rule: 'etc/webapi.xml:1' }
        });
        expect(text).to.contain('differed.\n\nother words: GET /V1/a (1 call)');
        expect(text).to.contain('webapi.xml:1 asks for nothing\n').and.to.contain('by somebody with a token that the gate does not know,');
        expect(text).to.contain('     99.9% of 10000  GET /V1/a\n      100% of     7  GET /V1/b\n');
    });

    it('tells how to begin where nothing was counted', () => {

        expect(writeReport(reportOf(undefined), '/srv')).to.equal('No call was compared yet. Does a gate run with POSTERN_MODE=shadow?\n');
        expect(write({ 'unjudged late': 1 })).to.endWith('Agreement by route:\n');
    });
});
