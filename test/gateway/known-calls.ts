import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Addresses } from '../../gateway/call.js';
import { rememberCalls } from '../../gateway/known-calls.js';


export const lab = Lab.script();
const { describe, it } = lab;

const addresses = () => ({}) as Addresses;

/** A resolver that says what it was asked, and how often. */
function countingResolver() {

    const asked: string[] = [];
    const resolve = rememberCalls((method, rawTarget) => {

        asked.push(`${method} ${rawTarget}`);
        return { kind: 'graphql', path: rawTarget, query: method };
    });
    return { asked, resolve };
}

describe('rememberCalls()', () => {

    it('works each call out once', () => {

        const { asked, resolve } = countingResolver();
        const meaning = addresses();
        for (let i = 0; i < 3; ++i) {
            for (const [method, target] of [['GET', '/a'], ['PUT', '/a'], ['GET', '/b'], ['GET', '/b?c']] as const) {
                expect(resolve(method, target, meaning)).to.equal({ kind: 'graphql', path: target, query: method });
            }
        }

        expect(asked).to.equal(['GET /a', 'PUT /a', 'GET /b', 'GET /b?c']);
    });

    it('forgets them all where addresses mean something else', () => {

        const { asked, resolve } = countingResolver();
        const [one, other] = [addresses(), addresses()];
        for (const meaning of [one, one, other, other, one]) {
            resolve('GET', '/a', meaning);
        }

        expect(asked.length).to.equal(3);
    });

    it('remembers a bounded number, and none that is long', () => {

        const { asked, resolve } = countingResolver();
        const meaning = addresses();
        const ask = (target: string) => {

            const before = asked.length;
            resolve('GET', target, meaning);
            return asked.length > before;
        };

        const long = `/${'a'.repeat(300)}`;
        expect([ask(long), ask(long)]).to.equal([true, true]);
        for (let i = 0; i < 1_000; ++i) {
            ask(`/${i}`);
        }

        expect([ask('/0'), ask('/999'), ask('/1000'), ask('/0'), ask('/1000')]).to.equal([false, false, true, true, false]);
    });
});
