import { context, propagation, trace } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { AlwaysOnSampler, BasicTracerProvider, InMemorySpanExporter, ParentBasedSampler, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

import { until } from './until.js';


/** An OpenTelemetry SDK in this process, as `node --import` would have loaded it before a gate is started. */
export interface TestSdk {
    /** All spans that have ended. */
    readonly spans: () => readonly ReadableSpan[];
    /** The spans of one trace, once its request is over, in the order in which they began: the request first. */
    readonly traceOf: (requestName: string) => Promise<readonly ReadableSpan[]>;
    readonly reset: () => void;
    /** Takes it out of the process. */
    readonly stop: () => Promise<void>;
}

/** `keepsContexts: false`: the SDK has no context manager. */
export function startSdk({ keepsContexts = true }: { readonly keepsContexts?: boolean } = {}): TestSdk {

    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }), spanProcessors: [new SimpleSpanProcessor(exporter)] });
    trace.setGlobalTracerProvider(provider);
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    if (keepsContexts) {
        context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    }

    const spans = () => exporter.getFinishedSpans();

    return {
        spans,
        async traceOf(name) {

            await until(() => spans().some((span) => span.name === name));
            const root = spans().findLast((span) => span.name === name);
            return spans().filter((span) => span.spanContext().traceId === root?.spanContext().traceId).sort((a, b) => Number(parentOf(a) !== undefined) - Number(parentOf(b) !== undefined) || startOf(a) - startOf(b));
        },
        reset() {

            exporter.reset();
        },
        async stop() {

            trace.disable();
            propagation.disable();
            context.disable();
            Reflect.deleteProperty(globalThis, Symbol.for('opentelemetry.js.api.1'));
            await provider.shutdown();
        }
    };
}

/** The id of the span that a span hangs from in this process. */
export function parentOf({ parentSpanContext }: ReadableSpan): string | undefined {

    return parentSpanContext?.isRemote === true ? undefined : parentSpanContext?.spanId;
}

function startOf({ startTime: [seconds, nanoseconds] }: ReadableSpan): number {

    return seconds * 1e9 + nanoseconds;
}

/** Attributes of the span of a name; fails where there is none, or more than one. */
export function attributesOf(spans: readonly ReadableSpan[], name: string): Attributes {

    const [found, ...others] = spans.filter((span) => span.name === name);
    if (found === undefined || others.length > 0) {
        throw new Error(`Expected one span "${name}", found: ${spans.map((span) => span.name).join(', ')}`);
    }

    return found.attributes;
}
