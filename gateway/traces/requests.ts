import type { Request, Server } from '@hapi/hapi';
import type { Tracer } from '@opentelemetry/api';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';

import type { ClientOf } from '../client-of.js';
import type { Gate } from '../gate.js';
import type { Entry } from '../journal/entry.js';
import type { Traced } from './stages.js';
import { readEntry, readPath } from '../journal/entry.js';
import { targetOf } from '../raw-target.js';
import { methodName, nameOf, ofEntry, ofRequest } from './attributes.js';
import { beginRequest, endSpan } from './stages.js';


declare module '@hapi/hapi' {
    interface RequestApplicationState {
        /** Absent where there is no SDK. */
        traced: Traced;
    }
}

/** Begins a span for each request, and serves it in that span's context. */
export function traceGate(tracer: Tracer, clientOf: ClientOf, gate: Gate): Gate {

    return {
        ...gate,

        onRequest(request, h) {

            request.app.traced = begin(tracer, clientOf, request);
            return context.with(request.app.traced.context, () => gate.onRequest(request, h));
        },

        handler: (request, h) => context.with(request.app.traced.context, () => gate.handler(request, h))
    };
}

/** Where something else of the process has begun a span already, such as what watches Node's HTTP server, that one is the parent; else the client's is, where it sends one. */
function begin(tracer: Tracer, clientOf: ClientOf, { raw: { req } }: Request): Traced {

    const around = context.active();
    const isOutermost = trace.getSpan(around) === undefined;
    const parent = isOutermost ? propagation.extract(around, req.headers) : around;
    const method = String(req.method);
    const { address, isSecure, forwardedHost } = clientOf(req);
    const attributes = ofRequest({ method, path: readPath(targetOf(req)), host: forwardedHost ?? req.headers.host, source: address, isSecure });
    return beginRequest(tracer.startSpan(methodName(method), { kind: isOutermost ? SpanKind.SERVER : SpanKind.INTERNAL, attributes }, parent), parent);
}

/** Ends the span of each request when that is over. */
export function watchRequests(server: Server, clientOf: ClientOf): void {

    server.events.on('response', (request) => {

        const { traced: { root }, trail: { comparison } } = request.app;
        if (!root.isRecording()) {
            return;
        }

        const endMs = performance.now();
        const entry = readEntry(request, clientOf, endMs);
        const end = (told: Entry) => {

            root.updateName(nameOf(told));
            endSpan(root, ofEntry(told), endMs);
        };

        if (comparison === undefined) {
            end(entry);
        }
        else {
            void comparison.then((shadow) => {

                end({ ...entry, shadow });
            });
        }
    });
}
