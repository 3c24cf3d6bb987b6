import { mkdirSync, writeFileSync } from 'node:fs';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { FaultyUpstream } from '../support/faults/faulty-upstream.js';
import type { FaultName } from '../support/faults/upstream-faults.js';
import type { CallKind, Heard, Went } from '../support/faults/upstream-load.js';
import type { RunningGate } from '../support/gate.js';
import { startFaultyUpstream } from '../support/faults/faulty-upstream.js';
import { lateBytes, upstreamFaults } from '../support/faults/upstream-faults.js';
import { callKinds, tell, UpstreamLoad } from '../support/faults/upstream-load.js';
import { startGate } from '../support/gate.js';
import { until } from '../support/until.js';


export const lab = Lab.script();
const { after, afterEach, before, describe, it } = lab;

/** What may become of calls that meet a fault. */
interface Rule {
    readonly heard: readonly Heard[];
    /** The status of an answer that is whole, or broken off. */
    readonly status: number;
    /** How often a call reaches the upstream at most that may be sent again. Any other does once. */
    readonly sent: 1 | 2;
    /** What good calls may hear in place of their answer that come on the same connection. */
    readonly beside: readonly Heard[];
}

const failed: Rule = { heard: ['502'], status: 200, sent: 1, beside: [] };
const late: Rule = { ...failed, heard: ['504'] };
const whole: Rule = { ...failed, heard: ['whole'] };
const cut: Rule = { ...failed, heard: ['broken off'] };

/** A HEAD is answered by the head alone: what is wrong with the body behind it harms nobody. */
function ruleFor(fault: FaultName, { method }: CallKind): Rule {

    const rule = rules[fault];
    return method === 'HEAD' && rule === cut ? whole : rule;
}

const rules: Readonly<Record<FaultName, Rule>> = {
    'resets the connection at once': { ...failed, sent: 2 },
    'closes the connection at once': { ...failed, sent: 2 },
    'closes a kept connection at every second call': { ...failed, heard: ['whole', '502'], sent: 2, beside: ['502'] },
    'closes the connection behind a good answer, and does not say so': { ...whole, heard: ['whole', '502'], sent: 2, beside: ['502'] },
    'resets within the head': failed,
    'closes within the head': failed,
    'resets within a body with length': cut,
    'closes within a body with length': cut,
    'resets within a chunked body': cut,
    'closes within a chunked body': cut,
    'resets within a body without length': cut,
    'ends a body without length': whole,
    'never answers': late,
    'never ends its head': late,
    'stalls within its body': cut,
    'tells a length that is too long, and closes': cut,
    'tells a length that is too short': whole,
    'sends what is no HTTP later': { ...whole, heard: ['whole', '502'], beside: ['502'] },
    'sends a line of SSH': failed,
    'sends bytes': failed,
    'sends a page without a head, as HTTP/0.9': failed,
    'sends a status that is no number': failed,
    'sends a status below 100': failed,
    'sends a status of four digits': failed,
    'sends a header with a blank in its name': failed,
    'sends a header with a control character': failed,
    'sends a header in two lines': failed,
    'sends 100 KiB of headers': failed,
    'upgrades to what nobody asked for': failed,
    'switches protocols, and names none': failed,
    'tells two lengths': failed,
    'tells a length that is none': failed,
    'tells a length below zero': failed,
    'tells a length and chunks': failed,
    'sends a chunk whose size is none': cut,
    'sends a chunk larger than its size': cut,
    'sends a chunk whose size has twenty digits': cut,
    'sends a trailer with a control character': cut,
    'sends 100, 102 and 103 first': whole,
    'sends 103, and closes': failed,
    'answers before the body is read': whole,
    'answers before the body is read, and closes': { ...whole, heard: ['whole', '502'] },
    'sends 204 with a body': { ...whole, status: 204 },
    'sends 304 with a body': { ...whole, status: 304 },
    'answers HEAD with a body': whole
};

/** Both tables, as they are measured. */
const lines = ['| the upstream | calls | whole | broken off | 502 | 504 | sent twice | good calls beside | of them 502 | wrong | ms to heal |', '|---|---|---|---|---|---|---|---|---|---|---|'];
const linesOfTwo = ['| one of two upstreams | calls until it was left out | of them failed | calls after that | of them failed | wrong | ms until it was taken in again | calls to each of the two after that |', '|---|---|---|---|---|---|---|---|'];

after(() => {

    mkdirSync('coverage', { recursive: true });
    writeFileSync('coverage/faults-upstream.md', [...lines, '', ...linesOfTwo, ''].join('\n'));
});

const settings = { POSTERN_POLICY: 'test/support/policy', POSTERN_ACCOUNTS: 'file:config/accounts.jsonl', POSTERN_UNKNOWN_ROUTES: 'pass', POSTERN_LOG: 'off', POSTERN_HEADERS_TIMEOUT: '3s', POSTERN_IDLE_TIMEOUT: '3s' };
const rounds = 3;

/** Whether a call that met a fault went as it may. */
function isRight({ kind, heard, status, sent }: Went, { heard: allowed, status: expected, sent: most }: Rule): boolean {

    const isAnswer = heard === 'whole' || heard === 'broken off';
    return allowed.includes(heard) && (!isAnswer || status === expected) && sent >= 1 && sent <= (kind.isRepeatable ? most : 1);
}

/** Whether a good call went as it may beside a fault. */
function isRightBeside({ kind, heard, status, sent }: Went, beside: readonly Heard[]): boolean {

    return ((heard === 'whole' && status === 200) || beside.includes(heard)) && sent <= (kind.isRepeatable && beside.length > 0 ? 2 : 1);
}

describe('an upstream that misbehaves', { timeout: 240_000 }, () => {

    let upstream: FaultyUpstream;
    let gate: RunningGate;
    let load: UpstreamLoad;
    const note = (fault: string, faulty: readonly Went[], good: readonly Went[], wrong: number, healMs: number) => {

        const count = (heard: Heard) => faulty.filter((went) => went.heard === heard).length;
        const cells = [faulty.length, count('whole'), count('broken off'), count('502'), count('504'), faulty.filter(({ sent }) => sent > 1).length, good.length, good.filter(({ heard }) => heard !== 'whole').length, wrong, Math.ceil(healMs)];
        lines.push(`| ${fault} | ${cells.join(' | ')} |`);
    };

    /** Milliseconds until a call is answered that may be sent again. */
    const heal = async () => {

        const startedMs = performance.now();
        await until(async () => (await load.send({ method: 'GET', body: undefined, isChunked: false, isRepeatable: true })).heard === 'whole');
        return performance.now() - startedMs;
    };

    before(async () => {

        upstream = await startFaultyUpstream();
        gate = await startGate({ ...settings, POSTERN_UPSTREAM: upstream.url });
        load = new UpstreamLoad(gate.url, [upstream]);
    });

    after(async () => {

        load.stop();
        await gate.stop();
        await upstream.stop();
    });

    const meet = async (fault: FaultName) => {

        const faulty: Went[] = [];
        const good: Went[] = [];
        await Promise.all(Array.from({ length: rounds }, () => callKinds).flat().map(async (kind) => {

            good.push(await load.send(kind));
            faulty.push(await load.send(kind, fault));
            good.push(await load.send(kind));
        }));

        await until(() => lateBytes.underWay === 0);
        const wrong = [...faulty.filter((went) => !isRight(went, ruleFor(fault, went.kind))), ...good.filter((went) => !isRightBeside(went, rules[fault].beside))];
        note(fault, faulty, good, wrong.length, await heal());
        expect(wrong.map(tell)).to.equal([]);
    };

    for (const fault of Object.keys(upstreamFaults) as FaultName[]) {
        it(`that ${fault} harms no other call, and nothing is sent twice that may not be`, () => meet(fault));
    }

    it('that nobody listens for is told at once, and asked again as soon as it is back', async () => {

        await upstream.refuse();
        const went = await Promise.all(Array.from({ length: rounds }, () => callKinds).flat().map((kind) => load.send(kind)));
        const wrong = went.filter(({ heard, sent }) => heard !== '502' || sent > 0);
        await upstream.listen();
        note('refuses connections', went, [], wrong.length, await heal());
        expect(wrong.map(tell)).to.equal([]);
    });

    it('in all of these ways at once harms no call that is not given its connection', async () => {

        // Without those that are known to, and those that take their time

        const faults = (Object.keys(rules) as FaultName[]).filter((fault) => rules[fault].beside.length === 0 && rules[fault] !== late && fault !== 'stalls within its body');
        const tasks = callKinds.flatMap((kind) => faults.flatMap((fault) => [{ kind, fault }, { kind, fault: undefined }]));
        const faulty: Went[] = [];
        const good: Went[] = [];
        const wrong: Went[] = [];
        let next = 0;
        await Promise.all(Array.from({ length: 24 }, async () => {

            while (next < tasks.length) {
                const { kind, fault } = tasks[next++ * 7_919 % tasks.length]!;
                const went = await load.send(kind, fault);
                (fault === undefined ? good : faulty).push(went);
                if (fault === undefined ? !isRightBeside(went, []) : !isRight(went, ruleFor(fault, kind))) {
                    wrong.push(went);
                }
            }
        }));

        note('does one or another of these', faulty, good, wrong.length, await heal());
        expect(wrong.map(tell)).to.equal([]);
        expect(faulty.length).to.equal(faults.length * callKinds.length);
    });

    it('leaves the gate as it was', async () => {

        expect(gate.output()).to.not.contain('Report webapi-');
        expect((await fetch(`${gate.opsUrl}/readyz`)).status).to.equal(200);
        expect(await (await fetch(`${gate.opsUrl}/metrics`)).text()).to.match(/^postern_upstream_in_flight\{.*\} 0$/m);
    });
});

describe('one of two upstreams that misbehaves', { timeout: 240_000 }, () => {

    let sick: FaultyUpstream;
    let well: FaultyUpstream;
    let gate: RunningGate;
    let load: UpstreamLoad;

    const start = async (more: Readonly<Record<string, string>> = {}) => {

        [sick, well] = [await startFaultyUpstream(), await startFaultyUpstream()];
        gate = await startGate({ ...settings, POSTERN_UPSTREAM: `${sick.url},${well.url}`, ...more });
        load = new UpstreamLoad(gate.url, [sick, well]);
    };

    afterEach(async () => {

        load.stop();
        await gate.stop();
        await Promise.all([sick.stop(), well.stop()]);
    });

    const isLeftOut = async () => (await (await fetch(`${gate.opsUrl}/metrics`)).text()).includes(`postern_upstream_up{origin="${sick.url}"} 0`);

    /** Sends calls of every kind, eight at a time, as long as it is wanted. */
    const sendWhile = async (isWanted: (count: number) => boolean) => {

        const went: Went[] = [];
        let count = 0;
        await Promise.all(Array.from({ length: 8 }, async () => {

            while (isWanted(count)) {
                went.push(await load.send(callKinds[count++ % callKinds.length]!));
            }
        }));
        return went;
    };

    const isFailed = ({ heard }: Went) => heard !== 'whole';

    /** Has it misbehave until it is left out, then be well again. `mayHear`: what calls hear that it fails. */
    const meet = async (name: string, { misbehave, recover, mayHear }: { readonly misbehave: () => Promise<void> | void; readonly recover: () => Promise<void> | void; readonly mayHear: readonly Heard[] }) => {

        await start();
        await misbehave();
        let isOut = false;
        const [before] = await Promise.all([sendWhile(() => !isOut), until(async () => (isOut = await isLeftOut()), 60_000)]);

        // Now and then it is given one call, to see how that goes

        const heardBefore = sick.calls;
        const after = await sendWhile((count) => count < 400);
        const asked = sick.calls - heardBefore;

        await recover();
        const startedMs = performance.now();
        await until(async () => {

            await sendWhile((count) => count < 8);
            return !await isLeftOut();
        }, 60_000);
        const healMs = performance.now() - startedMs;
        const [sickBefore, wellBefore] = [sick.calls, well.calls];
        const balanced: Went[] = [];
        for (let i = 0; i < 60; ++i) {
            balanced.push(await load.send(callKinds[i % callKinds.length]!));
        }

        const shares = [sick.calls - sickBefore, well.calls - wellBefore];
        const wrong = [
            ...[...before, ...after].filter(({ heard, sent, kind }) => (heard !== 'whole' && !mayHear.includes(heard)) || sent > (kind.isRepeatable ? 2 : 1)),
            ...balanced.filter(({ heard, sent }) => heard !== 'whole' || sent !== 1)
        ];
        linesOfTwo.push(`| ${[name, before.length, before.filter(isFailed).length, after.length, after.filter(isFailed).length, wrong.length, Math.ceil(healMs), shares.join(' and ')].join(' | ')} |`);
        expect(wrong.map(tell)).to.equal([]);
        expect(after.filter(isFailed).length).to.be.at.most(asked);
        expect(asked).to.be.below(40);
        expect(shares).to.equal([30, 30]);
        return [...before, ...after];
    };

    it('is left out where it refuses connections, and no call hears of it', async () => {

        const went = await meet('refuses connections', { misbehave: () => sick.refuse(), recover: () => sick.listen(), mayHear: [] });
        expect(went.filter(({ sent }) => sent !== 1).map(tell)).to.equal([]);
    });

    const faults: readonly (readonly [FaultName, Heard])[] = [
        ['resets the connection at once', '502'], ['never answers', '504'], ['resets within a body with length', 'broken off'], ['sends a line of SSH', '502'], ['sends a chunk whose size is none', 'broken off']
    ];

    const meetFault = async (fault: FaultName, heard: Heard) => {

        const went = await meet(fault, {
            misbehave() {

                sick.misbehave(fault);
            },
            recover() {

                sick.misbehave(undefined);
            },
            mayHear: [heard]
        });
        const mayRepeat = ({ kind }: Went) => fault === 'resets the connection at once' && kind.isRepeatable;
        expect(went.filter((one) => one.sent > 1 && !mayRepeat(one)).map(tell)).to.equal([]);
        expect(went.filter((one) => isFailed(one) && mayRepeat(one)).map(tell)).to.equal([]);
    };

    for (const [fault, heard] of faults) {
        it(`is left out where it ${fault}`, () => meetFault(fault, heard));
    }

    it('is found out by checks, and is given no call until it is well', async () => {

        await start({ POSTERN_UPSTREAM_HEALTH: '/health', POSTERN_UPSTREAM_HEALTH_INTERVAL: '1s' });
        sick.misbehave('never answers');
        await until(isLeftOut, 60_000);
        const before = sick.calls;
        const went = await sendWhile((count) => count < 200);
        const given = sick.calls - before;
        sick.misbehave(undefined);
        const startedMs = performance.now();
        await until(async () => !await isLeftOut(), 60_000);
        linesOfTwo.push(`| never answers, and is checked each second | 0 | 0 | ${went.length} | ${went.filter(isFailed).length} | ${given} | ${Math.ceil(performance.now() - startedMs)} | |`);
        expect(went.filter(isFailed).map(tell)).to.equal([]);
        expect(given).to.equal(0);
    });
});
