import type { Tracer } from '@opentelemetry/api';
import { context, createContextKey, propagation, SpanKind, trace } from '@opentelemetry/api';

import type { Soon } from '../../plugin/sessions/store.js';
import type { Force } from '../force.js';
import type { Upstream } from '../forward/upstream.js';
import type { Forward } from '../forwarder.js';
import type { Ending } from './attributes.js';
import type { Traced } from './stages.js';
import { readPath } from '../journal/entry.js';
import { ofMethod, ofOutcome, ofReason } from './attributes.js';
import { continueTrace } from './headers.js';
import { beginStage, endSpan, ofError, runWithin, tracedNow } from './stages.js';


// The key of @opentelemetry/core. Whoever else watches the HTTP client makes no second span of what is forwarded then, and no second traceparent
const suppressed = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** Forcing parameters is where the inject stage begins. It goes on with what is forwarded. */
export function traceForce(tracer: Tracer, force: Force): Force {

    return async (forcible, forced) => {

        const traced = tracedNow();
        const run = () => force(forcible, forced);
        if (traced === undefined) {
            return await run();
        }

        const forcing = await inject(tracer, traced, run);
        traced.inject?.setAttribute('postern.forced', forced.map(({ path }) => path.join('.')));
        if (forcing.kind === 'refused') {
            endInject(traced, { attributes: ofReason(forcing.refusal.reason), isError: false });
        }

        return forcing;
    };
}

/** Whatever comes before a request is sent on is the inject stage. */
export function traceForward(tracer: Tracer, forward: Forward): Forward {

    return async (passage, change) => {

        const traced = tracedNow();
        const run = () => forward(passage, change);
        if (traced === undefined) {
            return await run();
        }

        const answer = await inject(tracer, traced, run);
        endInject(traced, { attributes: ofReason(answer?.reason), isError: false });
        return answer;
    };
}

async function inject<Result>(tracer: Tracer, traced: Traced, run: () => Soon<Result>): Promise<Result> {

    traced.inject ??= beginStage(tracer, 'inject');
    try {
        return await context.with(trace.setSpan(traced.context, traced.inject ?? traced.root), run);
    }
    catch (error) {
        endInject(traced, ofError(error));
        throw error;
    }
}

function endInject(traced: Traced, ending: Ending): void {

    if (traced.inject !== undefined) {
        endSpan(traced.inject, ending);
        traced.inject = undefined;
    }
}

/** The last stage. The upstream hears of its span, or, where the request is not sampled, of the request as a whole. */
export function traceUpstream(tracer: Tracer, upstream: Upstream): Upstream {

    return {
        ...upstream,
        forward(request, res) {

            const traced = tracedNow();
            if (traced === undefined) {
                return upstream.forward(request, res);
            }

            endInject(traced, { attributes: {}, isError: false });
            const isSampled = traced.root.isRecording();
            const span = isSampled ? tracer.startSpan('forward', { kind: SpanKind.CLIENT, attributes: ofMethod(request.method) }, traced.context) : traced.root;
            const carrier = {};
            propagation.inject(trace.setSpan(traced.context, span), carrier);

            const within = traced.context.setValue(suppressed, true);
            const send = () => upstream.forward({ ...request, headers: continueTrace(request.headers, carrier, propagation.fields()) }, res);
            return isSampled ? runWithin(span, within, send, (outcome) => ofOutcome(readPath(request.target), outcome)) : context.with(within, send);
        }
    };
}
