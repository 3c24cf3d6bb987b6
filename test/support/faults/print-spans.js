// Loaded before a gate: prints every span with all of its attributes on standard output.

import process from 'node:process';

import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';


const exporter = {
    export(spans, done) {

        for (const { name, attributes, events, status } of spans) {
            process.stdout.write(`span ${JSON.stringify({ name, attributes, events, status })}\n`);
        }

        done({ code: 0 });
    },
    shutdown: () => Promise.resolve()
};

trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
