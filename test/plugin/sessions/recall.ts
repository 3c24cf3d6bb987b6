import { setTimeout as wait } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createRecall } from '../../../plugin/sessions/recall.js';

import type { RecallSettings } from '../../../plugin/sessions/recall.js';


export const lab = Lab.script();
const { describe, it } = lab;

const settings: RecallSettings = { maxEntries: 10, maxAbsent: 3, absentMs: 1_000, ttlMs: async () => Infinity };

/** A question whose answers come when the test says so. */
function slowQuestion<Value>() {

    const answers: ((value: Value | undefined) => void)[] = [];
    const read = async () => {

        return new Promise<Value | undefined>((resolve) => {

            answers.push(resolve);
        });
    };

    return { answers, read };
}

describe('createRecall()', () => {

    it('asks once, and answers from memory from then on', async () => {

        const recall = createRecall<string | undefined>(settings);
        let reads = 0;
        const read = async () => `value ${++reads}`;
        expect(await recall.ask('key', 'field', read)).to.equal('value 1');
        expect(await recall.ask('key', 'field', read)).to.equal('value 1');
        expect(await recall.ask('key', 'other', read)).to.equal('value 2');
        expect(await recall.ask('other', 'field', read)).to.equal('value 3');
        expect(recall.counters()).to.equal({ entries: 3, hits: 1, misses: 3, evictions: 0 });
    });

    it('remembers that there was nothing, for a while', async () => {

        const recall = createRecall<string | undefined>({ ...settings, absentMs: 30 });
        let reads = 0;
        const read = async () => {

            ++reads;
            return undefined;
        };

        expect(await recall.ask('key', 'field', read)).to.be.undefined();
        expect(await recall.ask('key', 'field', read)).to.be.undefined();
        expect(reads).to.equal(1);
        await wait(40);
        expect(await recall.ask('key', 'field', read)).to.be.undefined();
        expect(reads).to.equal(2);
        expect(recall.counters()).to.equal({ entries: 0, hits: 1, misses: 2, evictions: 0 });
    });

    it('drops nothing that there is for what there is not', async () => {

        const recall = createRecall<string | undefined>(settings);
        await recall.ask('key', 'field', async () => 'value');
        for (let i = 0; i < 1_000; ++i) {
            await recall.ask(`key ${i}`, 'field', async () => undefined);
        }

        expect(recall.counters()).to.equal({ entries: 1, hits: 0, misses: 1_001, evictions: 0 });
        expect(await recall.ask('key', 'field', async () => 'another')).to.equal('value');
    });

    it('keeps an answer no longer than the store keeps the key', async () => {

        const recall = createRecall<string | undefined>({ ...settings, ttlMs: async (key) => (key === 'short' ? 30 : 10_000) });
        await recall.ask('short', 'field', async () => 'before');
        await recall.ask('long', 'field', async () => 'before');
        await wait(40);
        expect(await recall.ask('short', 'field', async () => 'after')).to.equal('after');
        expect(await recall.ask('long', 'field', async () => 'after')).to.equal('before');
    });

    it('recalls an answer by its name until it is forgotten, or the store keeps the key no longer', async () => {

        const recall = createRecall<string | undefined>({ ...settings, ttlMs: async (key) => (key === 'short' ? 30 : 10_000) });
        for (const key of ['short', 'long']) {
            await recall.ask(key, '', async () => key);
            recall.name(key, '', key, `the ${key} one`);
        }

        expect([recall.askNamed('the short one'), recall.askNamed('the long one'), recall.askNamed('another')]).to.equal(['short', 'long', undefined]);
        expect(recall.counters()).to.include({ hits: 2, misses: 2 });
        await wait(40);
        expect([recall.askNamed('the short one'), recall.askNamed('the long one')]).to.equal([undefined, 'long']);
        recall.forget('long');
        expect(recall.askNamed('the long one')).to.be.undefined();
    });

    it('names no answer that a change has overtaken', async () => {

        const recall = createRecall<string | undefined>(settings);
        const before = await recall.ask('key', '', async () => 'before');
        recall.forget('key');
        recall.name('key', '', before, 'name');
        await recall.ask('key', '', async () => 'after');
        recall.name('key', '', before, 'name');
        expect(recall.askNamed('name')).to.be.undefined();
    });

    it('asks once for all who ask at a time', async () => {

        const recall = createRecall<string | undefined>(settings);
        const { answers, read } = slowQuestion<string>();
        const asked = [recall.ask('key', 'field', read), recall.ask('key', 'field', read), recall.ask('key', 'other', read)];
        expect(answers.length).to.equal(2);
        answers[0]!('value');
        answers[1]!('other');
        expect(await Promise.all(asked.map(async (answer) => answer))).to.equal(['value', 'value', 'other']);
    });

    it('keeps no answer to a question that began before a change, and joins nobody to it after', async () => {

        for (const changed of ['key', undefined]) {
            const recall = createRecall<string | undefined>(settings);
            const { answers, read } = slowQuestion<string>();
            const before = recall.ask('key', 'field', read);
            const elsewhere = recall.ask('elsewhere', 'field', read);
            recall.forget(changed);
            const after = recall.ask('key', 'field', read);
            expect(answers.length).to.equal(3);
            answers[2]!('new');
            expect(await after).to.equal('new');
            answers[0]!('old');
            answers[1]!('elsewhere');
            expect(await before).to.equal('old');
            expect(await elsewhere).to.equal('elsewhere');
            expect(await recall.ask('key', 'field', read)).to.equal('new');
            expect(recall.counters().entries).to.equal(changed === undefined ? 1 : 2);
        }
    });

    it('keeps no answer that a change overtook while its time to live was asked', async () => {

        const ttl = slowQuestion<number>();
        const recall = createRecall<string | undefined>({ ...settings, ttlMs: async () => await ttl.read() ?? 0 });
        const asked = recall.ask('key', 'field', async () => 'old');
        await wait(0);
        recall.forget('key');
        ttl.answers[0]!(Infinity);
        expect(await asked).to.equal('old');
        expect(recall.counters().entries).to.equal(0);
    });

    it('forgets what there is and what there is not', async () => {

        const recall = createRecall<string | undefined>(settings);
        for (const changed of ['key', undefined]) {
            await recall.ask('key', 'field', async () => 'value');
            await recall.ask('key', 'absent', async () => undefined);
            recall.forget(changed);
            expect(await recall.ask('key', 'field', async () => undefined)).to.be.undefined();
            expect(await recall.ask('key', 'absent', async () => 'value')).to.equal('value');
            recall.forget('key');
        }
    });

    it('keeps no error', async () => {

        const recall = createRecall<string | undefined>(settings);
        const fail = async () => {

            throw new Error('away');
        };

        const asked = [recall.ask('key', 'field', fail), recall.ask('key', 'field', fail)];
        expect((await Promise.allSettled(asked.map(async (answer) => answer))).map(({ status }) => status)).to.equal(['rejected', 'rejected']);
        expect(await recall.ask('key', 'field', async () => 'value')).to.equal('value');
    });

    it('makes room', async () => {

        const recall = createRecall<string | undefined>({ ...settings, maxEntries: 2 });
        for (const key of ['a', 'b', 'c']) {
            await recall.ask(key, '', async () => key);
        }

        expect(recall.counters()).to.equal({ entries: 2, hits: 0, misses: 3, evictions: 1 });
    });
});
