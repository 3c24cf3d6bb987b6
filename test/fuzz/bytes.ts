import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import fc from 'fast-check';

import type { Change } from '../support/fuzz/changes.js';
import type { FuzzGround } from '../support/fuzz/ground.js';
import type { FuzzRequest, Tokens } from '../support/fuzz/requests.js';
import type { Identity } from '../support/oracle/judge.js';
import type { Reached } from '../support/upstream.js';
import { identities, policyFolder } from '../support/fuzz/accounts.js';
import { change, changesWith } from '../support/fuzz/changes.js';
import { fuzz, isLong, shareOf } from '../support/fuzz/effort.js';
import { startFuzzGround } from '../support/fuzz/ground.js';
import { talk, wrongIn } from '../support/fuzz/line.js';
import { fuzzRequests, renderRequest } from '../support/fuzz/requests.js';
import { judge } from '../support/oracle/judge.js';
import { readOraclePolicy } from '../support/oracle/policy.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

const policy = readOraclePolicy(policyFolder);
const patienceMs = 20_000;

/** What framing is made of, and what stands in it where it is wrong. */
const changes = changesWith([
    '\r\n', '\n', '\r', '\r\n\r\n', '\n\n', ' ', '\t', '\0', ':', ': ', ' :', ',', ';', '0\r\n\r\n', '0\r\n', '5\r\nabcde\r\n', 'ffffffffffffffff\r\n', '-1\r\n', '0x5\r\n', '5;a=b\r\n', '+5\r\n', ' HTTP/1.1', ' HTTP/1.0', ' HTTP/2.0', 'HTTP/1.1',
    '\r\nContent-Length: 5', '\r\nContent-Length: 0', '\r\nContent-Length: 5, 5', '\r\nContent-Length: +5', '\r\nContent-Length : 5', '\r\nTransfer-Encoding: chunked', '\r\nTransfer-Encoding: gzip, chunked', '\r\nTransfer-Encoding: xchunked', '\r\nTransfer-Encoding:\tchunked',
    '\r\nTransfer-Encoding: chunked, identity', '\r\n Transfer-Encoding: chunked', '\r\nX-A: b\r\n c', '\r\nHost: other', '\r\nConnection: close', '\r\nConnection: upgrade\r\nUpgrade: websocket', '\r\nConnection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA', '\r\nExpect: 100-continue', '\r\nExpect: other',
    '\r\nContent-Encoding: gzip', '\r\nAuthorization: Bearer x', '\r\nAuthorization:', '\r\nX-Caller-Type: admin', 'GET /rest/V1/customers/me HTTP/1.1\r\nHost: x\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '\x16\x03\x01\x02\x00\x01'
]);

describe('fuzzed bytes', { timeout: isLong ? 36_000_000 : 300_000 }, () => {

    let ground: FuzzGround;
    let cases = 0;
    let forwarded = 0;

    before(async () => {

        ground = await startFuzzGround();
    });

    after(() => ground.stop());

    /** Sends one sequence of bytes, and nothing more, on a connection of its own. */
    const send = async (bytes: Buffer): Promise<readonly string[]> => {

        const { answers, isHung } = await talk(new URL(ground.gate.url), [bytes], { patienceMs });
        ++cases;
        return [...isHung ? [`still open ${patienceMs} ms after the end of ${JSON.stringify(bytes.toString('latin1'))}`] : [], ...answers.flatMap((answer) => wrongIn(answer) ?? [])];
    };

    /** Tokens by the ids of their sessions, and what was sent of late: of what a client has hung up on, some arrives when others are under way. */
    const issued = new Map<string, { readonly who: keyof typeof identities; readonly token: string }>();
    const recent: Buffer[] = [];
    let tokens: Tokens;
    let batches = 0;

    const signIn = async () => {

        tokens = await ground.signIn();
        for (const who of ['boss', 'clerk', 'customer'] as const) {
            issued.set(String(tokens[who].split('.')[1]), { who, token: tokens[who] });
        }
    };

    /** Whoever calls must have sent the token. */
    const judgeReached = ({ method, target, rawHeaders, body, headers }: Reached): string | undefined => {

        const session = issued.get(String(headers['x-session-id']));
        const identity: Identity = session !== undefined && recent.some((bytes) => bytes.includes(session.token)) ? identities[session.who] : { type: 'guest' };
        const wrong = judge({ method, target, rawHeaders, body: Buffer.from(body) }, identity, policy);
        return wrong && `arrived: ${method} ${target} ${body}\n${rawHeaders.join(' | ')}\n${wrong}`;
    };

    it('are answered or hung up on, and let nothing through that should be kept out', async () => {

        const target = shareOf(0.08);
        const sequences = fc.tuple(fc.array(fuzzRequests(policy), { minLength: 1, maxLength: 3 }), changes);
        const property = fc.asyncProperty(fc.array(sequences, { minLength: 1, maxLength: 20 }), async (batch: readonly (readonly [readonly FuzzRequest[], readonly Change[]])[]) => {

            if (batches++ % 10 === 0) {
                await signIn();
            }

            const sent = batch.map(([requests, some]) => some.reduce(change, Buffer.concat(requests.map((request) => renderRequest(request, tokens, '1')))));
            recent.push(Buffer.concat(sent));
            recent.splice(0, recent.length - 20);
            const wrong = (await Promise.all(sent.map(send))).flat();
            const arrived = ground.upstream.reached.splice(0);
            forwarded += arrived.length;
            const found = [...wrong, ...arrived.flatMap((reached) => judgeReached(reached) ?? []), ...ground.reports() === '' ? [] : [ground.reports()]];
            if (found.length > 0) {
                throw new Error(found.join('\n'));
            }
        });

        await fuzz(property, () => cases, target / 4, 'bytes');
        const heapBefore = await ground.heapBytes();
        await fuzz(property, () => cases, target, 'bytes');
        const grown = await ground.heapBytes() - heapBefore;
        expect(forwarded).to.be.above(cases / 50);
        expect(grown).to.be.below(16 * 1_024 * 1_024);
    });
});
