import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { ProxyTracerProvider } from '@opentelemetry/api';
import { BasicTracerProvider, BatchSpanProcessor, InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';

import { findSdk } from '../../../gateway/traces/tracer.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('findSdk()', () => {

    it('finds none where nobody has registered one', () => {

        expect(findSdk(new ProxyTracerProvider())).to.be.undefined();
    });

    it('finds one behind the API\'s own provider, and another copy of the API\'s, and has it send off what has ended', async () => {

        const exporter = new InMemorySpanExporter();
        const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
        const proxy = new ProxyTracerProvider();
        proxy.setDelegate(provider);
        const copy = { getTracer: provider.getTracer.bind(provider), getDelegate: () => provider };
        for (const one of [proxy, copy, provider]) {
            exporter.reset();
            const sdk = findSdk(one);
            sdk?.tracer.startSpan('x').end();
            expect(exporter.getFinishedSpans()).to.equal([]);
            await sdk?.flush(10_000);
            expect(exporter.getFinishedSpans().map(({ name }) => name)).to.equal(['x']);
        }

        await provider.shutdown();
    });

    it('does not wait for a collector that is away, nor complain of it', async () => {

        const { tracer } = findSdk(new BasicTracerProvider())!;
        const make = (forceFlush?: () => Promise<void>) => findSdk({ getTracer: () => tracer, ...forceFlush && { forceFlush } });
        await make()?.flush(10_000);
        await make(() => Promise.reject(new Error('no collector')))?.flush(10_000);
        await make(() => new Promise(() => undefined))?.flush(1);
    });
});
