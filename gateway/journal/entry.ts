import type { Standing } from '../../plugin/authenticate/standing.js';
import type { Caller } from '../../plugin/caller.js';
import type { Credential, Reason } from '../../plugin/refusals/refusal.js';
import type { OpenCall } from '../call.js';
import type { Failure } from '../forward/failure.js';
import type { Outcome } from '../forward/outcome.js';
import type { Route } from '../policy/policy.js';
import type { RoleOrigin } from '../role-origin.js';
import type { RouteCall } from '../route-decision.js';
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

// Of whoever nobody asked about
const nobody: Standing = Object.freeze({ caller: guest, role: new Set<string>(), credential: 'absent' });

const none: readonly string[] = Object.freeze([]);

type Draft = { -readonly [Field in keyof Entry]: Entry[Field] };

/** Reads the entry of a request that is over from what the stages left behind. Step by step: this is done on every request, and spread conditionals take several times as long. */
export function readEntry({ req, res, trail }: Visit, source: string, endMs: number): Entry {

    const { id, startedMs, call, traced, outcome, answered, isPreflight, standing = nobody } = trail;
    const { caller, credential } = standing;
    const reason = answered?.reason;
    const entry: Draft = {
        requestId: id,
        source,
        method: String(req.method),
        path: readPath(String(req.url)),
        kind: call?.kind ?? (isPreflight === true ? 'preflight' : 'refused'),
        resources: call?.kind === 'route' ? resourcesOf(call) : none,
        caller,
        credential,
        fate: outcome !== undefined ? 'forwarded' : reason !== undefined ? 'refused' : 'answered',
        status: res.headersSent ? res.statusCode : clientLeft,
        bytes: outcome !== undefined && outcome.kind !== 'failed' ? outcome.bytes : answered?.bytes ?? 0,
        totalMs: roundMs(endMs - startedMs)
    };

    if (traced !== undefined) {
        entry.traceId = traced.root.spanContext().traceId;
    }

    addCall(entry, trail);
    addSession(entry, standing);
    if (reason !== undefined) {
        entry.reason = reason;
    }

    if (outcome !== undefined) {
        addOutcome(entry, outcome);
    }

    return entry;
}

function addCall(entry: Draft, { call, operation }: Trail): void {

    const route = operation ?? (call?.kind === 'route' ? nameOf(call.route) : undefined);
    if (route !== undefined) {
        entry.route = route;
    }

    if (call?.kind === 'route') {
        entry.mode = call.mode;
    }

    if (call !== undefined && 'store' in call && call.store !== undefined) {
        entry.store = call.store;
    }
}

function addSession(entry: Draft, { caller, session, role }: Standing): void {

    if (session !== undefined) {
        entry.sessionId = session.id;
    }

    if (caller.type === 'admin') {
        entry.roleFrom = originOf(role);
    }
}

function addOutcome(entry: Draft, outcome: Outcome): void {

    if (outcome.headersMs !== undefined) {
        entry.upstreamMs = roundMs(outcome.headersMs);
    }

    if ('why' in outcome) {
        entry.failure = outcome.why;
    }

    if (outcome.kind === 'ended') {
        entry.isEndedByGate = true;
    }
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

const names = new WeakMap<Route, string>();

/** A route by its name, which is written once for each. */
function nameOf(route: Route): string {

    let name = names.get(route);
    if (name === undefined) {
        name = `${route.method} ${route.url}`;
        names.set(route, name);
    }

    return name;
}

/** As the route lists them, which is nearly all that a call can ask for; no list is made for those. */
function resourcesOf(call: RouteCall): readonly string[] {

    const [own = none, ...more] = listDemands(call);
    return more.length === 0 ? own : [...new Set([...own, ...more.flat()])];
}
