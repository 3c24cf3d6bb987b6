import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { AggregatorRegistry, Histogram, Registry } from 'prom-client';

import { registerDurations } from '../../../gateway/ops/durations.js';


export const lab = Lab.script();
const { describe, it } = lab;

const bounds = [0.25, 0.5, 2];
const durationsMs = [0, 125, 250, 251, 500, 1_000, 2_000, 2_001, 60_000];

describe('registerDurations()', () => {

    it('counts and shows as a histogram of prom-client does', async () => {

        const [ours, theirs] = [new Registry(), new Registry()];
        const all = registerDurations(ours, { name: 'all_seconds', help: 'All', bounds })();
        const labelled = registerDurations(ours, { name: 'some_seconds', help: 'Some', labelNames: ['kind'], bounds });
        const some = { a: labelled({ kind: 'a' }), b: labelled({ kind: 'b' }) };
        const allOfTheirs = new Histogram({ name: 'all_seconds', help: 'All', buckets: bounds, registers: [theirs] });
        const someOfTheirs = new Histogram({ name: 'some_seconds', help: 'Some', labelNames: ['kind'], buckets: bounds, registers: [theirs] });
        expect(await ours.getSingleMetricAsString('all_seconds')).to.equal(await theirs.getSingleMetricAsString('all_seconds'));

        for (const [i, ms] of durationsMs.entries()) {
            const kind = i % 3 === 1 ? 'b' : 'a';
            all.add(ms);
            some[kind].add(ms);
            allOfTheirs.observe(ms / 1_000);
            someOfTheirs.observe({ kind }, ms / 1_000);
        }

        expect(await ours.metrics()).to.equal(await theirs.metrics());
        const sum = async (registry: Registry) => AggregatorRegistry.aggregate([await registry.getMetricsAsJSON(), await registry.getMetricsAsJSON()]).metrics();
        expect(await sum(ours)).to.equal(await sum(theirs)).and.to.contain('some_seconds_count{kind="b"} 6');
    });
});
