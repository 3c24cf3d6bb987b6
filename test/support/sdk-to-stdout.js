// An OpenTelemetry SDK as an operator loads one before the gate: node --import ./test/support/sdk-to-stdout.js dist/gateway/main.js serve
// Spans are sent off seldom, and when they are flushed, as lines on standard output.

import process from 'node:process';

import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';


const exporter = {
    export(spans, done) {

        for (const span of spans) {
            process.stdout.write(`span ${span.spanContext().traceId} ${span.name}\n`);
        }

        done({ code: 0 });
    },
    shutdown: () => Promise.resolve()
};

trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: 600_000 })] }));
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
