import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Entry } from '../../../gateway/journal/entry.js';
import type { Difference } from '../../../gateway/shadow/compare.js';
import type { Example } from '../../../gateway/shadow/tally.js';
import { exampleOf, Tally } from '../../../gateway/shadow/tally.js';


export const lab = Lab.script();
const { describe, it } = lab;

const difference: Difference = { route: 'GET /V1/a', asks: ['self'], rule: 'etc/webapi.xml:3', result: 'too-strict', ours: 'not-authorized', theirs: 'served', status: 200, theirAsks: [] };
const entry: Entry = {
    requestId: 'r', source: '192.0.2.1', method: 'GET', path: '/rest/V1/a', kind: 'route', resources: [], caller: { type: 'customer', id: '7' }, credential: 'insufficient',
    fate: 'forwarded', status: 200, bytes: 0, totalMs: 1
};

describe('Tally', () => {

    it('counts by what came of it, and by route', () => {

        const tally = new Tally();
        const example = exampleOf(difference, entry, 5);
        tally.add({ result: 'agreed', route: 'GET /V1/a', asks: [] }, undefined);
        tally.add({ result: 'agreed', route: 'GET /V1/a', asks: [] }, undefined);
        tally.add({ result: 'left', route: 'GET /V1/a', asks: [] }, undefined);
        tally.add({ result: 'unjudged', why: 'late' }, undefined);
        tally.add(difference, example);
        expect([...tally.counts]).to.equal([['agreed GET /V1/a', 2], ['left GET /V1/a', 1], ['unjudged late', 1], ['differed too-strict not-authorized served GET /V1/a', 1]]);
        expect([...tally.examples]).to.equal([['differed too-strict not-authorized served GET /V1/a', example]]);
    });

    it('takes in what was counted before, and keeps its own examples', () => {

        const example = (at: number): Example => exampleOf(difference, entry, at);
        const [early, late, other] = [new Tally(), new Tally(), { ...difference, route: 'GET /V1/b' }];
        early.add(difference, example(1));
        early.add(other, example(2));
        late.add(difference, example(3));
        late.addEarlier(early);
        expect([...late.counts.values()]).to.equal([2, 1]);
        expect([...late.examples.values()].map(({ at }) => at)).to.equal([3, 2]);
    });

    it('does not grow without end', () => {

        const tally = new Tally();
        for (let i = 0; i < 20_010; ++i) {
            tally.add({ result: 'agreed', route: `GET /V1/${i}`, asks: [] }, undefined);
        }

        tally.add({ result: 'agreed', route: 'GET /V1/7', asks: [] }, undefined);
        expect(tally.counts.size).to.equal(20_001);
        expect([tally.counts.get('agreed (other routes)'), tally.counts.get('agreed GET /V1/7')]).to.equal([10, 2]);
    });
});

describe('exampleOf()', () => {

    it('holds what leads to the rule, and of the caller the type alone', () => {

        expect(exampleOf(difference, entry, 5)).to.equal({
            at: 5, method: 'GET', path: '/rest/V1/a', caller: 'customer', credential: 'insufficient', status: 200, asks: ['self'], theirAsks: [], rule: 'etc/webapi.xml:3'
        });
        expect(exampleOf({ route: 'GET (not-found)', asks: [], result: 'too-strict', ours: 'not-found', theirs: 'served', status: 200, theirAsks: [] }, entry, 5)).to.not.include('rule');
    });

    it('can be printed anywhere, and is short', () => {

        const { path, theirAsks } = exampleOf({ ...difference, theirAsks: [`\x1b[2J${'x'.repeat(200)}`, ...Array<string>(30).fill('y')] }, { ...entry, path: `/${'x'.repeat(300)}` }, 5);
        expect(path).to.have.length(200);
        expect(theirAsks).to.have.length(20);
        expect(String(theirAsks[0])).to.startWith('%1B[2Jxxx').and.have.length(100);
    });
});
