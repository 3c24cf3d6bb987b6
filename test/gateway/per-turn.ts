import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { eachPerTurn, perTurn } from '../../gateway/per-turn.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('perTurn()', () => {

    it('hands over all that came up in a turn at its end, in order, and what comes up meanwhile in the next one', async () => {

        const handed: (readonly string[])[] = [];
        const add = perTurn<string>((items) => {

            handed.push(items);
            if (items.includes('b')) {
                add('c');
            }
        });
        add('a');
        add('b');
        expect(handed).to.equal([]);
        await nextTurn();
        expect(handed).to.equal([['a', 'b']]);
        await nextTurn();
        expect(handed).to.equal([['a', 'b'], ['c']]);
        await nextTurn();
        expect(handed.length).to.equal(2);
    });
});

describe('eachPerTurn()', () => {

    it('hands over one after the other, each within what was around it', async () => {

        const around = new AsyncLocalStorage<string>();
        const handed: string[] = [];
        const add = eachPerTurn<string>((item) => {

            handed.push(`${item} within ${String(around.getStore())}`);
        });
        around.run('one', () => {

            add('a');
        });
        around.run('two', () => {

            add('b');
            add('c');
        });
        add('d');
        expect(handed).to.equal([]);
        await nextTurn();
        expect(handed).to.equal(['a within one', 'b within two', 'c within two', 'd within undefined']);
    });
});
