import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { openLedger } from '../../../gateway/workers/ledger.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('openLedger()', () => {

    /** What a process tells that has served so many calls. */
    const tell = (calls: number): string => {

        const running = { name: 'running', help: 'h', type: 'gauge', aggregator: 'sum', values: [{ value: 1, labels: {} }] };
        return JSON.stringify([{ name: 'calls', help: 'h', type: 'counter', aggregator: 'sum', values: [{ value: calls, labels: { route: 'a' } }] }, running]);
    };

    const read = (texts: readonly string[]): Readonly<Record<string, number>> => {

        const sums: Record<string, number> = {};
        for (const { name, values } of texts.flatMap((text) => JSON.parse(text) as readonly { readonly name: string; readonly values: readonly { readonly value: number }[] }[])) {
            sums[name] = values.reduce((sum, { value }) => sum + value, sums[name] ?? 0);
        }

        return sums;
    };

    it('keeps what grows of workers that have ended, and nothing else', async () => {

        const ledger = openLedger();
        const [one, other, third] = [{}, {}, {}];
        expect(read(await ledger.enter(new Map([[one, tell(5)], [other, tell(7)]]), [one, other]))).to.equal({ calls: 12, running: 2 });
        expect(read(await ledger.enter(new Map([[third, tell(1)], [other, tell(8)]]), [third, other]))).to.equal({ calls: 14, running: 2 });
        expect(read(await ledger.enter(new Map([[third, tell(2)]]), [third]))).to.equal({ calls: 15, running: 1 });
        expect(await ledger.enter(new Map([[third, tell(2)]]), [third])).to.have.length(2);
    });

    it('counts nobody twice where one question took longer than the next', async () => {

        const ledger = openLedger();
        const [old, young] = [{}, {}];
        await ledger.enter(new Map([[old, tell(5)]]), [old]);
        const [late, later] = await Promise.all([ledger.enter(new Map([[young, tell(1)]]), [young]), ledger.enter(new Map([[old, tell(6)]]), [young])]);
        expect([read(late), read(later)]).to.equal([{ calls: 6, running: 1 }, { calls: 6, running: 1 }]);
    });
});
