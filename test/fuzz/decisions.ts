import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import fc from 'fast-check';

import type { Standing } from '../../plugin/authenticate/standing.js';
import type { Pipeline } from '../support/fuzz/pipeline.js';
import type { FuzzRequest, Tokens } from '../support/fuzz/requests.js';
import { identities, policyFolder } from '../support/fuzz/accounts.js';
import { fuzzAtOnce, isLong, shareOf } from '../support/fuzz/effort.js';
import { createPipeline } from '../support/fuzz/pipeline.js';
import { authorizationOf, callerOf, fuzzRequests, keepsType } from '../support/fuzz/requests.js';
import { judge } from '../support/oracle/judge.js';
import { readOraclePolicy } from '../support/oracle/policy.js';


export const lab = Lab.script();
const { before, describe, it } = lab;

const policy = readOraclePolicy(policyFolder);
const tokens: Tokens = { customer: 'ptn_c7.customer', boss: 'ptn_a1.boss', clerk: 'ptn_a2.clerk', revoked: 'ptn_c7.revoked' };

/** No decision takes a tenth of that, however busy the machine is otherwise: what is out of hand grows without end. */
const longestMs = 5_000;

describe('fuzzed decisions', { timeout: isLong ? 36_000_000 : 300_000 }, () => {

    let pipeline: Pipeline;

    before(async () => {

        const standingOf = (who: keyof typeof identities, type: 'admin' | 'customer', role: ReadonlySet<string>): readonly [string, Standing] => {

            const { id } = identities[who];
            return [tokens[who], { caller: { type, id }, role, credential: 'insufficient', session: { type, callerId: id, id: 'q7m2k9ax', secretHash: Buffer.alloc(32), issuedAtSeconds: 0, source: '192.0.2.1' } }];
        };

        const standings = [standingOf('customer', 'customer', new Set()), standingOf('boss', 'admin', identities.boss.role), standingOf('clerk', 'admin', identities.clerk.role)];
        pipeline = await createPipeline(new Map(standings));
    });

    const listHeaders = (request: FuzzRequest): readonly string[] => {

        const authorization = authorizationOf(request, tokens)?.replace(/^[ \t]+|[ \t]+$/g, '');
        const type = request.body?.type;
        return ['Host', 'shop.example', ...request.headers.flat(), ...authorization === undefined ? [] : ['Authorization', authorization], ...type === undefined ? [] : ['Content-Type', type], ...request.body === undefined ? [] : ['Content-Length', '1']];
    };

    it('let nothing through that its own bytes should keep out, throw nothing, and end', () => {

        let forwarded = 0;
        const target = shareOf(0.75);
        fuzzAtOnce(fc.property(fuzzRequests(policy), (request) => {

            const startedMs = performance.now();
            const arrived = pipeline({ method: request.method, target: request.target, rawHeaders: listHeaders(request), body: Buffer.from(request.body?.bytes ?? '') });
            const tookMs = performance.now() - startedMs;
            forwarded += arrived === undefined ? 0 : 1;
            const wrong = arrived && (judge(arrived, callerOf(request, tokens), policy) ?? (keepsType(request, arrived.rawHeaders) ? undefined : 'it says something else of its body'));
            if (arrived !== undefined && wrong !== undefined) {
                throw new Error(`arrived: ${arrived.method} ${arrived.target} ${arrived.body.toString()}\n${arrived.rawHeaders.join(' | ')}\n${wrong}`);
            }

            if (tookMs > longestMs) {
                throw new Error(`took ${tookMs} ms`);
            }
        }), target);
        expect(forwarded).to.be.above(target / 20);
    });
});
