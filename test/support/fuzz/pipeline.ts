import type { IncomingHttpHeaders } from 'node:http';

import type { Standing } from '../../../plugin/authenticate/standing.js';
import type { Arrived } from '../oracle/judge.js';
import { readCall } from '../../../gateway/entrance.js';
import { findFault, isCoded } from '../../../gateway/framing.js';
import { forceWholeBody } from '../../../gateway/forcing.js';
import { requestHeaders } from '../../../gateway/forward/headers.js';
import { readGraphql } from '../../../gateway/graphql/read.js';
import { loadPolicy } from '../../../gateway/policy/load.js';
import { createRules } from '../../../gateway/rules.js';
import { readSettings } from '../../../gateway/settings.js';
import { parseBearer } from '../../../plugin/authenticate/bearer.js';
import { guest } from '../../../plugin/caller.js';
import { forceQuery } from '../../../plugin/inject/forced-query.js';
import { identityHeaders } from '../../../plugin/inject/identity.js';
import { readCredentials } from '../../../plugin/issue/credentials.js';
import { countHeader } from '../../../plugin/raw-headers.js';
import { refusalsFor } from '../../../plugin/refusals/refusal.js';
import { policyFolder } from './accounts.js';


/** A request as Node has read it. */
export interface ReadRequest {
    readonly method: string;
    readonly target: string;
    readonly rawHeaders: readonly string[];
    readonly body: Buffer;
}

/** What the gate's pure stages make of a request: what would arrive behind it, or undefined where it is refused or answered. Nothing here waits for anybody. */
export type Pipeline = (request: ReadRequest) => Arrived | undefined;

const client = { address: '192.0.2.1', isSecure: false, forwardedFor: '192.0.2.1', forwardedHost: undefined };
const single: ReadonlySet<string> = new Set(['authorization', 'content-length', 'content-type', 'host', 'user-agent']);

/** Puts the stages together as the doors do. `standings`: who stands behind a token. */
export async function createPipeline(standings: ReadonlyMap<string, Standing>): Promise<Pipeline> {

    const policy = await loadPolicy(policyFolder);
    const refusals = refusalsFor('2.4');
    const { addresses, decideRoute, decideSoap } = createRules(readSettings({ POSTERN_POLICY: policyFolder }), { policy: () => policy, refusals, hasSecondFactor: false });

    return ({ method, target, rawHeaders, body }) => {

        const headers = foldHeaders(rawHeaders);
        const frame = { httpVersion: '1.1', method, rawHeaders, headers };
        const call = findFault(frame) === undefined ? readCall(frame, target, addresses()) : undefined;
        if (call === undefined || countHeader(frame, 'authorization') > 1) {
            return undefined;
        }

        const bearer = parseBearer(headers.authorization);
        const standing = (bearer.kind === 'token' ? standings.get(bearer.token) : undefined) ?? { caller: guest, role: new Set(), credential: 'absent' };
        const forward = (change: { readonly target?: string; readonly body?: Buffer } = {}): Arrived => {

            const set = identityHeaders(standing.caller, standing.session?.id, 'r');
            return {
                method,
                target: change.target ?? target,
                rawHeaders: requestHeaders(rawHeaders, set, { client, preserveHost: true, keepCookies: false, dropLength: change.body !== undefined }),
                body: change.body ?? body
            };
        };

        switch (call.kind) {
            case 'route': {
                const decision = decideRoute(call, standing, () => false);
                if (decision.kind === 'refused') {
                    return undefined;
                }

                if (decision.forced.length === 0) {
                    return forward();
                }

                const isBodied = method === 'POST' || method === 'PUT';
                const rewritten = forceQuery(target, decision.forced, isBodied && body.length > 0 ? 'body' : 'query');
                if (!isBodied || body.length === 0) {
                    return forward({ target: rewritten, body: Buffer.alloc(0) });
                }

                const forced = forceWholeBody(body, headers, decision.forced, refusals);
                return forced.kind === 'refused' ? undefined : forward({ target: rewritten, body: forced.body });
            }

            case 'login':
                readCredentials({ query: call.query, contentType: headers['content-type'], body }, refusals);
                return undefined;
            case 'soap': {
                const decision = decideSoap({ store: call.store, query: call.query, method, host: 'shop.example', isSecure: false, isCoded: isCoded(headers), reportId: 'r' }, standing);
                if (decision.kind === 'forward') {
                    return forward({ body: Buffer.alloc(0) });
                }

                const decided = decision.kind === 'call' ? decision.decide(body) : undefined;
                return decided?.kind === 'allowed' && !decided.operation.startsWith('integration') ? forward({ body: decided.body }) : undefined;
            }

            case 'graphql':
                return readGraphql({ method, contentType: headers['content-type'], contentEncoding: headers['content-encoding'], query: call.query, body }).kind === 'other' ? forward({ body }) : undefined;
            case 'schema':
                return forward();
            case 'keys':
            case 'logout':
            case 'refused':
            case 'unknown':
                return undefined;
        }
    };
}

/** As Node shows headers: of some the first alone, of others all with commas. */
function foldHeaders(rawHeaders: readonly string[]): IncomingHttpHeaders {

    const folded: Record<string, string> = {};
    for (let i = 0; i < rawHeaders.length; i += 2) {
        const name = String(rawHeaders[i]).toLowerCase();
        const value = String(rawHeaders[i + 1]);
        const before = folded[name];
        folded[name] = before === undefined ? value : single.has(name) ? before : `${before}, ${value}`;
    }

    return folded;
}
