import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createLru } from '../../../plugin/sessions/lru.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('createLru()', () => {

    it('keeps values by key and field', () => {

        const lru = createLru<number>(10);
        lru.set('a', 'x', 1);
        lru.set('a', 'y', 2);
        lru.set('a', 'x', 3);
        expect([lru.get('a', 'x'), lru.get('a', 'y'), lru.get('a', 'z'), lru.get('b', 'x')]).to.equal([3, 2, undefined, undefined]);
        expect(lru.size()).to.equal(2);
    });

    it('drops all of a key at once', () => {

        const lru = createLru<number>(10);
        lru.set('a', 'x', 1);
        lru.set('a', 'y', 2);
        lru.set('b', 'x', 3);
        lru.drop('a');
        lru.drop('never');
        expect([lru.get('a', 'x'), lru.get('a', 'y'), lru.get('b', 'x'), lru.size(), lru.evictions()]).to.equal([undefined, undefined, 3, 1, 0]);
    });

    it('makes room with the key that was used longest ago', () => {

        const lru = createLru<number>(3);
        lru.set('a', 'x', 1);
        lru.set('b', 'x', 2);
        lru.set('c', 'x', 3);
        lru.get('a', 'x');
        lru.get('b', 'absent');
        lru.set('d', 'x', 4);
        expect([lru.get('a', 'x'), lru.get('b', 'x'), lru.get('c', 'x'), lru.get('d', 'x')]).to.equal([1, undefined, 3, 4]);
        lru.set('a', 'y', 5);
        expect([lru.size(), lru.evictions(), lru.get('c', 'x')]).to.equal([3, 2, undefined]);
    });

    it('holds no more than its bound, whatever is under one key', () => {

        const lru = createLru<number>(3);
        for (let i = 0; i < 100; ++i) {
            lru.set('a', `${i}`, i);
            expect(lru.size()).to.be.at.most(3);
        }
    });

    it('clears', () => {

        const lru = createLru<number>(3);
        lru.set('a', 'x', 1);
        lru.clear();
        expect([lru.size(), lru.get('a', 'x'), lru.evictions()]).to.equal([0, undefined, 0]);
    });

    it('finds a value by its own name for as long as it is held, and by no name that it had before', () => {

        const lru = createLru<number>(3);
        lru.set('a', 'x', 1);
        lru.set('a', 'y', 2);
        lru.set('b', 'x', 3);
        lru.name('a', 'x', 'one');
        lru.name('a', 'y', 'two');
        lru.name('b', 'x', 'three');
        lru.name('b', 'x', 'drei');
        lru.name('b', 'none', 'none');
        lru.name('none', 'x', 'none');
        expect(['one', 'two', 'three', 'drei', 'none'].map((name) => lru.getNamed(name))).to.equal([1, 2, undefined, 3, undefined]);
        lru.set('a', 'x', 4);
        expect(['one', 'two'].map((name) => lru.getNamed(name))).to.equal([undefined, 2]);
        lru.drop('a');
        expect(['two', 'drei'].map((name) => lru.getNamed(name))).to.equal([undefined, 3]);
        lru.clear();
        expect(lru.getNamed('drei')).to.be.undefined();
    });

    it('takes a value that was asked for by its name for used, and drops the name with it', () => {

        const lru = createLru<number>(2);
        for (const [i, key] of ['a', 'b'].entries()) {
            lru.set(key, '', i);
            lru.name(key, '', key);
        }

        lru.getNamed('a');
        lru.set('c', '', 2);
        expect([lru.getNamed('a'), lru.getNamed('b'), lru.get('c', '')]).to.equal([0, undefined, 2]);
    });

    it('drops a key that was used all the same, where all were', () => {

        const lru = createLru<number>(20);
        for (let i = 0; i < 20; ++i) {
            lru.set(`key ${i}`, '', i);
            lru.get(`key ${i}`, '');
        }

        lru.set('one more', '', 20);
        expect([lru.size(), lru.evictions()]).to.equal([20, 1]);
        expect(lru.get('one more', '')).to.equal(20);
    });
});
