import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import fc from 'fast-check';

import type { FuzzGround } from '../support/fuzz/ground.js';
import type { FuzzRequest, Tokens } from '../support/fuzz/requests.js';
import type { Identity } from '../support/oracle/judge.js';
import type { Reached } from '../support/upstream.js';
import { policyFolder } from '../support/fuzz/accounts.js';
import { fuzz, isLong, shareOf } from '../support/fuzz/effort.js';
import { startFuzzGround } from '../support/fuzz/ground.js';
import { talk, wrongIn } from '../support/fuzz/line.js';
import { callerOf, fuzzRequests, keepsType, renderRequest } from '../support/fuzz/requests.js';
import { judge } from '../support/oracle/judge.js';
import { readOraclePolicy } from '../support/oracle/policy.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

const policy = readOraclePolicy(policyFolder);
const patienceMs = 20_000;
const guest: Identity = { type: 'guest' };

const endsSessions = ({ target, body }: FuzzRequest) => /revoke-customer-token|integration\/session/.test(target) || (/graphql|soap/.test(target) && /revoke/i.test(body?.bytes ?? ''));

describe('fuzzed requests', { timeout: isLong ? 36_000_000 : 300_000 }, () => {

    let ground: FuzzGround;
    let tokens: Tokens;
    let isStale = true;
    let cases = 0;
    let forwarded = 0;

    before(async () => {

        ground = await startFuzzGround();
    });

    after(() => ground.stop());

    /** By mark. What follows an answer that closes its connection may arrive when others are under way. */
    const sent = new Map<string, { readonly request: FuzzRequest; readonly caller: Identity; readonly mayBeOver: boolean }>();
    let marks = 0;
    const longAgo = 10_000;

    /** Sends requests on several connections, on each all at once, and judges all that is heard of them on either side. */
    const send = async (batch: readonly FuzzRequest[], lanes: number, cuts: readonly number[]): Promise<readonly string[]> => {

        tokens = isStale ? await ground.signIn() : tokens;
        isStale = batch.some(endsSessions);
        const marked = batch.map((request) => {

            const mark = String(++marks);
            sent.delete(String(marks - longAgo));
            sent.set(mark, { request, caller: callerOf(request, tokens), mayBeOver: isStale });
            return { request, bytes: renderRequest(request, tokens, mark) };
        });
        const perLane = Array.from({ length: lanes }, (_, lane) => marked.filter((_one, i) => i % lanes === lane)).filter(({ length }) => length > 0);
        const heard = await Promise.all(perLane.map((lane) => sendOn(lane, cuts)));
        const arrived = ground.upstream.reached.splice(0);
        forwarded += arrived.length;
        return [...heard.flat(), ...arrived.flatMap((reached) => judgeReached(reached) ?? []), ...ground.reports() === '' ? [] : [ground.reports()]];
    };

    const sendOn = async (lane: readonly { readonly request: FuzzRequest; readonly bytes: Buffer }[], cuts: readonly number[]): Promise<readonly string[]> => {

        const bytes = Buffer.concat(lane.map((one) => one.bytes));
        const ends = [...cuts.map((cut) => cut % bytes.length).sort((one, other) => one - other), bytes.length];
        const pieces = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end)).filter(({ length }) => length > 0);
        const { answers, isClosed, isHung, isReset, rest } = await talk(new URL(ground.gate.url), pieces, { methods: lane.map(({ request }) => request.method), patienceMs });
        cases += answers.length;
        const isOver = answers.length === lane.length || (isClosed && (isReset || answers.at(-1)?.headers['connection'] === 'close'));
        return [
            ...isHung ? [`nothing more for ${patienceMs} ms after ${answers.length} answers`] : [],
            ...isOver ? [] : [`closed after ${answers.length} answers of ${lane.length}, and ${JSON.stringify(rest)}`],
            ...answers.flatMap((answer) => wrongIn(answer) ?? [])
        ];
    };

    const judgeReached = ({ method, target, rawHeaders, body, headers }: Reached): string | undefined => {

        const mark = String(headers['x-fuzz-mark']);
        const origin = sent.get(mark);
        sent.delete(mark);
        const identity = origin?.mayBeOver === true && headers['x-caller-type'] === 'guest' ? guest : origin?.caller ?? guest;
        const wrong = origin === undefined ?
            'nobody sent it, or it arrived before' :
            judge({ method, target, rawHeaders, body: Buffer.from(body) }, identity, policy) ?? (keepsType(origin.request, rawHeaders) ? undefined : 'it says something else of its body');
        return wrong && `arrived: ${method} ${target} ${body}\n${rawHeaders.join(' | ')}\n${wrong}`;
    };

    it('are answered, each, and none arrives that its own bytes should have kept out', async () => {

        const target = shareOf(0.12);
        const property = fc.asyncProperty(fc.array(fuzzRequests(policy), { minLength: 1, maxLength: 60, size: 'max' }), fc.integer({ min: 1, max: 30 }), fc.array(fc.nat(), { maxLength: 3 }), async (batch, lanes, cuts) => {

            const wrong = await send(batch, lanes, cuts);
            if (wrong.length > 0) {
                throw new Error(wrong.join('\n'));
            }
        });

        await fuzz(property, () => cases, target / 4, 'requests');
        const heapBefore = await ground.heapBytes();
        await fuzz(property, () => cases, target, 'requests');
        const grown = await ground.heapBytes() - heapBefore;
        expect(forwarded).to.be.above(cases / 20);
        expect(grown).to.be.below(16 * 1_024 * 1_024);
    });
});
