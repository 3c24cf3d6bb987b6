import { readFileSync } from 'node:fs';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { makeMetrics } from '../support/metrics.js';


export const lab = Lab.script();
const { describe, it } = lab;

interface Dashboard {
    readonly panels: readonly { readonly id: number; readonly title: string; readonly gridPos: object; readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[] }[];
}

const { panels } = JSON.parse(readFileSync('config/grafana/postern.json', 'utf8')) as Dashboard;
const queries = panels.flatMap(({ targets }) => targets);
const { registry, watchProcess } = makeMetrics();
watchProcess();

describe('config/grafana/postern.json', () => {

    it('asks for metrics and labels that exist', async () => {

        const metrics = new Map(registry.getMetricsAsArray().map((metric) => [metric.name, (metric as unknown as { readonly labelNames?: readonly string[] }).labelNames ?? []]));
        const served = await registry.metrics();
        for (const { expr, legendFormat } of queries) {
            const names = Array.from(expr.matchAll(/\b(?:postern|process|nodejs)_[a-z0-9_]+/g), ([name]) => name.replace(/_bucket$/, ''));
            expect(names, expr).to.not.be.empty();
            expect(names.filter((name) => !metrics.has(name) && !served.includes(`# TYPE ${name} `)), expr).to.equal([]);

            const known = ['le', ...names.flatMap((name) => metrics.get(name) ?? [])];
            const labels = [...expr.matchAll(/by \(([^)]*)\)/g), ...legendFormat.matchAll(/\{\{(.*?)\}\}/g)].flatMap(([, text = '']) => text.split(', ')).concat(Array.from(expr.matchAll(/[{,](\w+)="/g), ([, label = '']) => label));
            expect(labels.filter((label) => !known.includes(label)), expr).to.equal([]);
        }
    });

    it('shows each metric of the gate somewhere', () => {

        const own = registry.getMetricsAsArray().map(({ name }) => name).filter((name) => name.startsWith('postern_'));
        const shown = queries.map(({ expr }) => expr).join(' ');
        expect(own.filter((name) => !shown.includes(name))).to.equal(['postern_policy_routes', 'postern_hashing_running']);
    });

    it('has panels of its own each', () => {

        expect(new Set(panels.map(({ id }) => id)).size).to.equal(panels.length);
        expect(new Set(panels.map(({ gridPos }) => JSON.stringify(gridPos))).size).to.equal(panels.length);
    });
});
