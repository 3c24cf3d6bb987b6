import type { ServerRoute } from '@hapi/hapi';
import { AggregatorRegistry, collectDefaultMetrics, Counter, Registry } from 'prom-client';

import type { RecordEvent } from '../../plugin/audit/event.js';
import type { Entry } from '../journal/entry.js';
import type { Observe } from '../journal/journal.js';
import type { MetricSources } from './readings.js';
import { registerDurations } from './durations.js';
import { registerReadings } from './readings.js';
import { tallyRequests } from './tally.js';


export interface Metrics {
    readonly registry: Registry;
    readonly observe: Observe;
    /** Registers what is read when somebody asks, once it is there. */
    readonly show: (sources: MetricSources) => void;
    /** Registers what is read of the process. That watches it from then on, which costs a little: it begins where somebody asks for the first time. */
    readonly watchProcess: () => void;
    /** Hears of logins at every door, and of sessions that end. */
    readonly hear: RecordEvent;
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * Makes the metrics of a process. A route is named as the policy declares it, and everything that is no route by its kind in brackets, so that no client can make new ones.
 */
export function createMetrics(): Metrics {

    const registry = new Registry();
    const registers = [registry];

    const count = tallyRequests(registers);
    const logins = new Counter({ name: 'postern_logins_total', help: 'Logins that succeeded ("issued", "adopted") or failed, with why, as in the audit', labelNames: ['type', 'result'], registers });
    const ended = new Counter({ name: 'postern_sessions_ended_total', help: 'Sessions that ended at the gate, by whom, as in the audit', labelNames: ['by'], registers });
    const failures = new Counter({ name: 'postern_upstream_failures_total', help: 'Requests to which the upstream gave no whole answer', labelNames: ['why'], registers });
    const total = registerDurations(registry, { name: 'postern_request_seconds', help: 'From when a request came until it was over', labelNames: ['decision'], bounds: seconds });
    const upstream = registerDurations(registry, { name: 'postern_upstream_seconds', help: 'From when a request was sent to the upstream until its headers came', bounds: seconds })();
    const compared = new Counter({ name: 'postern_shadow_calls_total', help: 'Calls in shadow mode, by what came of comparing them', labelNames: ['result'], registers });
    const differences = new Counter({ name: 'postern_shadow_differences_total', help: 'Calls that the gate would not decide as the upstream does; the reason is that of whoever refuses', labelNames: ['route', 'direction', 'reason'], registers });

    const totalOf = { answered: total({ decision: 'answered' }), forwarded: total({ decision: 'forwarded' }), refused: total({ decision: 'refused' }) };

    return {
        registry,
        observe(entry: Entry) {

            const { fate, failure, upstreamMs, shadow } = entry;
            count(entry);
            totalOf[fate].add(entry.totalMs);
            if (upstreamMs !== undefined) {
                upstream.add(upstreamMs);
            }

            if (failure !== undefined) {
                failures.inc({ why: failure });
            }

            if (shadow !== undefined) {
                compared.inc({ result: shadow.result });
            }

            if (shadow !== undefined && 'ours' in shadow) {
                differences.inc({ route: shadow.route, direction: shadow.result, reason: shadow.ours === 'served' ? shadow.theirs : shadow.ours });
            }
        },
        show(sources) {

            registerReadings(registry, sources);
        },
        watchProcess: once(() => {

            collectDefaultMetrics({ register: registry });
        }),
        hear(event) {

            switch (event.kind) {
                case 'adopted':
                    logins.inc({ type: event.type, result: 'adopted' });
                    break;
                case 'login':
                    logins.inc({ type: event.type, result: 'issued' });
                    break;
                case 'login-refused':
                    logins.inc({ type: event.type, result: event.why });
                    break;
                case 'sessions-ended':
                    ended.inc({ by: event.actor.by }, typeof event.sessions === 'number' ? event.sessions : event.sessions.length);
            }
        }
    };
}

function once(run: () => void): () => void {

    let isDone = false;
    return () => {

        if (!isDone) {
            isDone = true;
            run();
        }
    };
}

/** Makes `GET /metrics` of the second listener, in the text form of Prometheus, or in JSON for a process that sums several up. */
export function metricsRoute({ registry, watchProcess }: Pick<Metrics, 'registry' | 'watchProcess'>): ServerRoute {

    return {
        method: 'GET',
        path: '/metrics',
        async handler({ raw: { req } }, h) {

            watchProcess();
            return req.headers.accept === 'application/json' ?
                h.response(JSON.stringify(await registry.getMetricsAsJSON())).type('application/json') :
                h.response(await registry.metrics()).type(registry.contentType);
        }
    };
}

/** Sums up the metrics of several processes, each in the JSON of its `/metrics`. */
export async function sumMetrics(processes: readonly string[]): Promise<{ readonly text: string; readonly type: string }> {

    const registry = AggregatorRegistry.aggregate(processes.map((metrics) => JSON.parse(metrics) as object[]));
    return { text: await registry.metrics(), type: registry.contentType };
}
