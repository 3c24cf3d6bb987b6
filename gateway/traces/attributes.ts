import type { Attributes } from '@opentelemetry/api';

import type { Standing } from '../../plugin/authenticate/standing.js';
import type { Caller } from '../../plugin/caller.js';
import type { Reason } from '../../plugin/refusals/refusal.js';
import type { Call } from '../call.js';
import type { Outcome } from '../forward/outcome.js';
import type { Entry } from '../journal/entry.js';
import type { Target } from '../target.js';
import { readHost } from './host.js';


// Names are those of OpenTelemetry's semantic conventions for HTTP (https://opentelemetry.io/docs/specs/semconv/http/http-spans/) where there is one, else "postern.…".

/** How a span ended: what is known of it, and whether it failed. */
export interface Ending {
    readonly attributes: Attributes;
    readonly isError: boolean;
}

// RFC 9110, and PATCH: those that the conventions know
const knownMethods: ReadonlySet<string> = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']);

/** A method, of which clients can invent any number. */
export function ofMethod(method: string): Attributes {

    return knownMethods.has(method) ? { 'http.request.method': method } : { 'http.request.method': '_OTHER', 'http.request.method_original': method };
}

/** A method as it may stand in a name. */
export function methodName(method: string): string {

    return knownMethods.has(method) ? method : 'HTTP';
}

/** What a request's span is called once it is over: a bounded number of names, as with the metrics. */
export function nameOf({ method, kind, route }: Pick<Entry, 'kind' | 'method' | 'route'>): string {

    return kind === 'route' && route !== undefined ? route : `${methodName(method)} ${route ?? `(${kind})`}`;
}

/** A request as it comes. `path` is without query. */
export function ofRequest({ method, path, host, source, isSecure }: { readonly method: string; readonly path: string; readonly host: string | undefined; readonly source: string; readonly isSecure: boolean }): Attributes {

    const { address, port } = readHost(host);
    return {
        ...ofMethod(method),
        'url.scheme': isSecure ? 'https' : 'http',
        'url.path': path,
        'client.address': source,
        ...address !== undefined && { 'server.address': address },
        ...port !== undefined && { 'server.port': port }
    };
}

/** A request that is over. The client's own mistakes are no errors of the gate. */
export function ofEntry({ requestId, kind, route, fate, reason, status, failure, caller, sessionId, credential, shadow }: Entry): Ending {

    const isError = status >= 500;
    return {
        attributes: {
            'http.response.status_code': status,
            'postern.request.id': requestId,
            'postern.kind': kind,
            ...route !== undefined && { [kind === 'route' ? 'http.route' : 'postern.operation']: kind === 'route' ? route.replace(/^\S+ /, '') : route },
            ...ofCaller(caller, sessionId),
            'postern.credential': credential,
            'postern.decision': fate,
            ...ofReason(reason),
            ...failure !== undefined && { 'postern.failure': failure },
            ...shadow !== undefined && { 'postern.shadow.result': shadow.result },
            ...isError && { 'error.type': reason ?? String(status) }
        },
        isError
    };
}

function ofCaller({ type, id }: Caller, sessionId: string | undefined): Attributes {

    return { 'postern.caller.type': type, ...type !== 'guest' && { 'enduser.id': id }, ...sessionId !== undefined && { 'session.id': sessionId } };
}

/** Why something was refused, where it was. */
export function ofReason(reason: Reason | undefined): Attributes {

    return reason === undefined ? {} : { 'postern.reason': reason };
}

export function ofTarget(target: Target): Attributes {

    return { 'postern.target': target.kind, ...'store' in target && target.store !== undefined && { 'postern.store': target.store } };
}

export function ofCall(call: Call): Attributes {

    return {
        'postern.kind': call.kind,
        ...call.kind === 'route' && { 'http.route': call.route.url, 'postern.mode': call.mode },
        ...'refusal' in call && ofReason(call.refusal.reason)
    };
}

export function ofStanding({ caller, session, credential }: Standing): Attributes {

    return { ...ofCaller(caller, session?.id), 'postern.credential': credential };
}

/** What was asked of a caller, and whether it was refused. */
export function ofDecision(resources: readonly string[], reason: Reason | undefined): Attributes {

    return { 'postern.resources': [...resources], ...ofReason(reason) };
}

/** A request that was sent to the upstream. `path` is without query. */
export function ofOutcome(path: string, outcome: Outcome): Ending {

    const { hostname, protocol, port } = new URL(outcome.origin);
    const status = 'status' in outcome ? outcome.status : undefined;
    const errorType = 'why' in outcome ? outcome.why : status !== undefined && status >= 400 ? String(status) : undefined;
    return {
        attributes: {
            'url.full': `${outcome.origin}${path}`,
            'server.address': hostname.replace(/^\[|\]$/g, ''),
            'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
            'postern.outcome': outcome.kind,
            ...status !== undefined && { 'http.response.status_code': status },
            ...errorType !== undefined && { 'error.type': errorType }
        },
        isError: errorType !== undefined
    };
}
