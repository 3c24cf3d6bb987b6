import type { Caller } from '../caller.js';


/** What a client may not say for itself, folded: who calls, from where, and what is asked for in place of the request line (ATTACKS C1). API.md lists it. */
export const reservedNames: ReadonlySet<string> = new Set([
    'x-session-id', 'x-request-id', 'authorization', 'x-authorization',
    'x-user', 'x-user-email', 'x-user-groups', 'x-user-id', 'x-user-name', 'x-user-role', 'x-user-roles', 'x-userinfo', 'x-username', 'remote-user', 'x-webauth-user',
    'cf-connecting-ip', 'client-ip', 'fastly-client-ip', 'forwarded', 'front-end-https', 'ssl-offloaded', 'true-client-ip', 'via', 'x-client-ip', 'x-cluster-client-ip',
    'x-forwarded', 'x-host', 'x-real-ip', 'x-scheme', 'x-url-scheme',
    'proxy', 'x-http-method', 'x-http-method-override', 'x-method-override', 'x-rewrite-url'
]);

/** What else begins like such a name. */
export const reservedPrefixes: readonly string[] = [
    'x-caller-', 'x-postern-', 'x-auth-request-', 'x-authenticated-', 'x-consumer-', 'x-credential-', 'x-remote-',
    'x-forwarded-', 'x-original-', 'x-envoy-', 'x-accel-', 'x-middleware-', 'proxy-',
    'remote-', 'ssl-client-', 'x-ssl-client-', 'x-client-cert', 'cf-access-', 'x-amzn-oidc-', 'x-authentik-', 'x-goog-authenticated-', 'x-ms-client-principal', 'x-pomerium-', 'x-warpgate-'
];

/** The name that an upstream may take a header's for: CGI, WSGI and PHP read `X_Caller_Id` and `X.Caller.Id` as `X-Caller-Id`, Apache and PHP add `HTTP_` and `REDIRECT_`. */
export function foldHeader(name: string): string {

    return name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-?(?:http-|redirect-)*|-$/g, '');
}

/**
 * Tells whether a client's header must not reach the upstream, because it reads like one that only a gate may set.
 * Costs a fraction of a microsecond: on a hot path, keep the answer by name.
 */
export function isOurs(name: string): boolean {

    const folded = foldHeader(name);
    return reservedNames.has(folded) || reservedPrefixes.some((prefix) => folded.startsWith(prefix));
}

/** What tells the upstream of a call and its caller. */
export const identityNames = { type: 'x-caller-type', id: 'x-caller-id', session: 'x-session-id', request: 'x-request-id' } as const;

/** What the upstream hears about the caller, as a flat list of names and values. A guest has neither id nor session (DESIGN 3). */
export function identityHeaders(caller: Caller, sessionId: string | undefined, requestId: string): string[] {

    const headers: string[] = [identityNames.type, caller.type, identityNames.request, requestId];
    if (caller.type !== 'guest') {
        headers.push(identityNames.id, caller.id);
    }

    if (sessionId !== undefined) {
        headers.push(identityNames.session, sessionId);
    }

    return headers;
}
