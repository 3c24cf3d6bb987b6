import type { Attributes, Context, Span, TimeInput, Tracer } from '@opentelemetry/api';
import { context, createContextKey, SpanStatusCode, trace } from '@opentelemetry/api';

import type { Ending } from './attributes.js';


/** The stages that have spans of their own, but for the last one; `login`: credentials are exchanged for a token. */
export type StageName = 'authenticate' | 'authorize' | 'inject' | 'login' | 'route' | 'target';

/** A request that is traced. Its stages find it in their context. */
export interface Traced {
    readonly root: Span;
    /** In which the stages are, whatever else has begun meanwhile. */
    readonly context: Context;
    /** The inject stage, from when it begins until it ends. */
    inject: Span | undefined;
}

const key = createContextKey('postern request');

/** Begins a request of which `root` is the span, in the context that `parent` is. */
export function beginRequest(root: Span, parent: Context): Traced {

    const traced: Traced = { root, inject: undefined, context: trace.setSpan(parent, root) };
    return Object.assign(traced, { context: traced.context.setValue(key, traced) });
}

/** The request that is served now; undefined outside of one, and where the SDK keeps no contexts. */
export function tracedNow(): Traced | undefined {

    return context.active().getValue(key) as Traced | undefined;
}

/** Begins the span of a stage; undefined outside of a request, and for one that is not sampled. */
export function beginStage(tracer: Tracer, name: StageName, startTime?: TimeInput): Span | undefined {

    const traced = tracedNow();
    return traced?.root.isRecording() === true ? tracer.startSpan(name, startTime === undefined ? {} : { startTime }, traced.context) : undefined;
}

/** Ends a span with what happened. */
export function endSpan(span: Span, { attributes, isError }: Ending, endTime?: TimeInput): void {

    span.setAttributes(attributes);
    if (isError) {
        span.setStatus({ code: SpanStatusCode.ERROR });
    }

    span.end(endTime);
}

/** How a stage ends that throws. Its error is told in the log: what is in it is not for a collector. */
export function ofError(error: unknown): Ending {

    return { attributes: { 'error.type': error instanceof Error ? error.name : 'unknown' }, isError: true };
}

/** Runs a stage within a span of its own, which ends with what `tell` says of the result. A refusal is no error. */
export function runStage<Result>(tracer: Tracer, name: StageName, run: () => Result, tell: (result: Awaited<Result>) => Attributes): Result {

    const span = beginStage(tracer, name);
    return span === undefined ? run() : runWithin(span, context.active(), run, (result) => ({ attributes: tell(result), isError: false }));
}

/** Runs something while `span` is the active one in a context, and ends it. */
export function runWithin<Result>(span: Span, within: Context, run: () => Result, tell: (result: Awaited<Result>) => Ending): Result {

    const fail = (error: unknown): never => {

        endSpan(span, ofError(error));
        throw error;
    };

    const finish = (result: unknown): unknown => {

        endSpan(span, tell(result as Awaited<Result>));
        return result;
    };

    try {
        const result = context.with(trace.setSpan(within, span), run);
        return (result instanceof Promise ? result.then(finish, fail) : finish(result)) as Result;
    }
    catch (error) {
        return fail(error);
    }
}
