import type { Tracer } from '@opentelemetry/api';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';

import type { ClientOf } from '../client-of.js';
import type { Gate } from '../gate.js';
import type { Entry } from '../journal/entry.js';
import type { Journal } from '../journal/journal.js';
import type { Visit } from '../visit.js';
import type { Traced } from './stages.js';
import { readEntry, readPath } from '../journal/entry.js';
import { methodName, nameOf, ofEntry, ofRequest } from './attributes.js';
import { beginRequest, endSpan } from './stages.js';


/** Begins a span for each request, and serves it in that span's context. */
export function traceGate(tracer: Tracer, clientOf: ClientOf, gate: Gate): Gate {

    return (visit) => {

        const traced = begin(tracer, clientOf, visit);
        visit.trail.traced = traced;
        return context.with(traced.context, () => gate(visit));
    };
}

/** Where something else of the process has begun a span already, such as what watches Node's HTTP server, that one is the parent; else the client's is, where it sends one. */
function begin(tracer: Tracer, clientOf: ClientOf, { req }: Visit): Traced {

    const around = context.active();
    const isOutermost = trace.getSpan(around) === undefined;
    const parent = isOutermost ? propagation.extract(around, req.headers) : around;
    const method = String(req.method);
    const { address, isSecure, forwardedHost } = clientOf(req);
    const attributes = ofRequest({ method, path: readPath(String(req.url)), host: forwardedHost ?? req.headers.host, source: address, isSecure });
    return beginRequest(tracer.startSpan(methodName(method), { kind: isOutermost ? SpanKind.SERVER : SpanKind.INTERNAL, attributes }, parent), parent);
}

/** Ends the span of each request when that is over. */
export function traceJournal(clientOf: ClientOf, journal: Journal): Journal {

    return (visit) => {

        journal(visit);
        const { traced, comparison } = visit.trail;
        if (traced?.root.isRecording() !== true) {
            return;
        }

        const endMs = performance.now();
        const entry = readEntry(visit, clientOf(visit.req).address, endMs);
        const end = (told: Entry) => {

            traced.root.updateName(nameOf(told));
            endSpan(traced.root, ofEntry(told), endMs);
        };

        if (comparison === undefined) {
            end(entry);
        }
        else {
            void comparison.then((shadow) => {

                end({ ...entry, shadow });
            });
        }
    };
}
