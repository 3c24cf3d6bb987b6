import type { Registry } from 'prom-client';
import { Counter } from 'prom-client';

import type { Reason } from '../../plugin/refusals/refusal.js';
import type { Entry } from '../journal/entry.js';
import type { Observe } from '../journal/journal.js';


interface Count {
    readonly caller: Entry['caller']['type'];
    readonly decision: Entry['fate'];
    readonly status: number;
    requests: number;
}

/**
 * Counts requests, refusals and bytes by itself, and hands the counts over when somebody asks for them: prom-client makes a text of all labels each time that it counts, and this is
 * done on every request.
 */
export function tallyRequests(registers: Registry[]): Observe {

    const counts = new Map<string, Count[]>();
    const reasons = new Map<Reason, number>();
    let bytes = 0;

    new Counter({
        name: 'postern_requests_total', help: 'Requests that are over', labelNames: ['route', 'caller', 'decision', 'status'], registers, collect() {

            for (const [route, ofRoute] of counts) {
                for (const count of ofRoute) {
                    const { caller, decision, status, requests } = count;
                    this.inc({ route, caller, decision, status }, requests);
                    count.requests = 0;
                }
            }
        }
    });
    new Counter({
        name: 'postern_refusals_total', help: 'Requests that were refused, or that the upstream did not answer', labelNames: ['reason'], registers, collect() {

            for (const [reason, requests] of reasons) {
                this.inc({ reason }, requests);
                reasons.set(reason, 0);
            }
        }
    });
    new Counter({
        name: 'postern_response_bytes_total', help: 'Bytes of answers\' bodies', registers, collect() {

            this.inc(bytes);
            bytes = 0;
        }
    });

    return function observe({ kind, route = `(${kind})`, caller: { type: caller }, fate: decision, reason, status, bytes: more }) {

        bytes += more;
        if (reason !== undefined) {
            reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        }

        let ofRoute = counts.get(route);
        if (ofRoute === undefined) {
            counts.set(route, ofRoute = []);
        }

        for (const count of ofRoute) {
            if (count.status === status && count.caller === caller && count.decision === decision) {
                ++count.requests;
                return;
            }
        }

        ofRoute.push({ caller, decision, status, requests: 1 });
    };
}
