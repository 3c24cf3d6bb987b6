import { setImmediate as nextTurn } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { endOfTurn, perTurn } from '../../gateway/per-turn.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('endOfTurn()', () => {

    it('is the same for all who wait in a turn, and comes when the turn is over', async () => {

        const told: string[] = [];
        const wait = async (name: string) => {

            await endOfTurn();
            told.push(name);
            if (name === 'b') {
                void wait('c');
            }
        };

        void wait('a');
        void wait('b');
        await Promise.resolve();
        expect(told).to.equal([]);
        await nextTurn();
        expect(told).to.equal(['a', 'b']);
        await nextTurn();
        expect(told).to.equal(['a', 'b', 'c']);
    });
});

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
