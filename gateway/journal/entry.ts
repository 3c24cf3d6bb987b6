import type { Caller } from '../../plugin/caller.js';
import type { Credential, Reason } from '../../plugin/refusals/refusal.js';
import type { OpenCall } from '../call.js';
import type { ClientOf } from '../client-of.js';
import type { Failure } from '../forward/failure.js';
import type { RoleOrigin } from '../role-origin.js';
import type { Comparison } from '../shadow/compare.js';
import type { Trail } from '../trail.js';
import type { Visit } from '../visit.js';
import { guest } from '../../plugin/caller.js';
import { hideTokens } from '../explain/hidden.js';
import { originOf } from '../role-origin.js';
import { listDemands } from '../route-decision.js';


/** What became of a request: refused, answered by the gate itself, or sent to the upstream. */
export type Fate = 'answered' | 'forwarded' | 'refused';

/** One request that is over. It holds no secret: no query, no token, no header of the client's. */
export interface Entry {
    readonly requestId: string;
    /** Where an OpenTelemetry SDK is there. */
    readonly traceId?: string;
    /** The address of the client, as far as it is known. */
    readonly source: string;
    readonly method: string;
    /** The path as it came, without the query, of at most a thousand characters: printable ASCII, for Node reads no other. */
    readonly path: string;
    /** `preflight`: a browser asked first; `refused`: it was not found out. */
    readonly kind: OpenCall['kind'] | 'preflight' | 'refused';
    /** The route as the policy declares it, such as `GET /V1/customers/:customerId`, or the SOAP operation. One of a bounded number of words. */
    readonly route?: string;
    readonly mode?: 'async' | 'bulk' | 'sync';
    /** Of REST and SOAP, where one is named. */
    readonly store?: string;
    /** What the route asks for. */
    readonly resources: readonly string[];
    readonly caller: Caller;
    /** Absent for a guest. */
    readonly sessionId?: string;
    readonly credential: Credential | 'unchecked';
    /** Of an admin: who says what it may do. */
    readonly roleFrom?: RoleOrigin;
    readonly fate: Fate;
    /** Why the gate refused, or could not finish what it forwarded. */
    readonly reason?: Reason;
    /** What the client heard; 499 where it left before it heard anything. */
    readonly status: number;
    /** Of the answer's body. */
    readonly bytes: number;
    readonly totalMs: number;
    /** From when the request was sent until the upstream's headers came. */
    readonly upstreamMs?: number;
    /** Why the upstream gave no whole answer. */
    readonly failure?: Failure;
    /** The gate cut the answer or the connection: the caller's session was over, or the gate stopped. */
    readonly isEndedByGate?: true;
    /** In shadow mode: what the gate would have done, beside what the upstream did. */
    readonly shadow?: Comparison;
}

// As nginx writes it: nobody was there to hear a status.
const clientLeft = 499;

/** Reads the entry of a request that is over from what the stages left behind. */
export function readEntry({ req, res, trail }: Visit, clientOf: ClientOf, nowMs: number): Entry {

    const { id, startedMs, call, traced, operation, outcome, answered, isPreflight } = trail;
    const reason = answered?.reason;
    const route = operation ?? routeOf(call);
    const store = call !== undefined && 'store' in call ? call.store : undefined;

    return {
        requestId: id,
        ...traced !== undefined && { traceId: traced.root.spanContext().traceId },
        source: clientOf(req).address,
        method: String(req.method),
        path: readPath(String(req.url)),
        kind: call?.kind ?? (isPreflight === true ? 'preflight' : 'refused'),
        ...route !== undefined && { route },
        ...call?.kind === 'route' && { mode: call.mode },
        ...store !== undefined && { store },
        resources: call?.kind === 'route' ? resourcesOf(call) : [],
        ...readCaller(trail),
        fate: outcome !== undefined ? 'forwarded' : reason !== undefined ? 'refused' : 'answered',
        ...reason !== undefined && { reason },
        status: res.headersSent ? res.statusCode : clientLeft,
        bytes: outcome !== undefined && outcome.kind !== 'failed' ? outcome.bytes : answered?.bytes ?? 0,
        totalMs: roundMs(nowMs - startedMs),
        ...outcome?.headersMs !== undefined && { upstreamMs: roundMs(outcome.headersMs) },
        ...outcome !== undefined && 'why' in outcome && { failure: outcome.why },
        ...outcome?.kind === 'ended' && { isEndedByGate: true }
    };
}

/** Who called, as far as a stage has asked. */
export function readCaller({ standing }: Trail): Pick<Entry, 'caller' | 'credential' | 'roleFrom' | 'sessionId'> {

    return {
        caller: standing?.caller ?? guest,
        ...standing?.session !== undefined && { sessionId: standing.session.id },
        credential: standing?.credential ?? 'absent',
        ...standing?.caller.type === 'admin' && { roleFrom: originOf(standing.role) }
    };
}

const maxPathLength = 1_000;

/** The path of a target, without the query and as it may be shown. */
export function readPath(target: string): string {

    const end = target.indexOf('?');
    const path = end === -1 ? target : target.slice(0, end);
    const shown = hideTokens(path);
    return shown.length <= maxPathLength ? shown : `${shown.slice(0, maxPathLength)}…`;
}

/** To the microsecond. */
function roundMs(ms: number): number {

    return Math.round(ms * 1_000) / 1_000;
}

function routeOf(call: OpenCall | undefined): string | undefined {

    return call?.kind === 'route' ? `${call.route.method} ${call.route.url}` : undefined;
}

/** As the route lists them, which is nearly all that a call can ask for; no list is made for those. */
function resourcesOf(call: Extract<OpenCall, { readonly kind: 'route' }>): readonly string[] {

    const [own = [], ...more] = listDemands(call);
    return more.length === 0 ? own : [...new Set([...own, ...more.flat()])];
}
