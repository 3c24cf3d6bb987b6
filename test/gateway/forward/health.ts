import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { firstPauseMs, Health, longestPauseMs, toleratedFailures } from '../../../gateway/forward/health.js';


export const lab = Lab.script();
const { describe, it } = lab;

const another = () => true;
const alone = () => false;

/** Lets requests fail that begin one millisecond after the other, from `atMs` on. */
function failInRow(health: Health, times: number, atMs: number, mayEject = another): void {

    for (let i = 0; i < times; ++i) {
        health.fail(atMs + i, atMs + i, mayEject);
    }
}

/** An origin that was left out at 2. */
function ejected(): Health {

    const health = new Health();
    failInRow(health, toleratedFailures, 0);
    return health;
}

describe('Health', () => {

    it('leaves an origin out after three failures in a row', () => {

        const health = new Health();
        failInRow(health, 2, 0);
        health.succeed();
        failInRow(health, 2, 10);
        expect([health.isUp, health.downSinceMs, health.ejections]).to.equal([true, undefined, 0]);
        health.fail(20, 20, another);
        expect([health.isUp, health.downSinceMs, health.ejections]).to.equal([false, 20, 1]);
    });

    it('leaves the last one in, until there is another one', () => {

        const health = new Health();
        failInRow(health, 10, 0, alone);
        expect(health.isUp).to.be.true();
        health.fail(20, 20, another);
        expect(health.isUp).to.be.false();
    });

    it('gives it another try after a pause, which is longer each time that it fails, up to a bound', () => {

        const health = ejected();
        expect([health.isDue(2 + firstPauseMs - 1), health.isDue(2 + firstPauseMs)]).to.equal([false, true]);

        let nowMs = 2 + firstPauseMs;
        for (const pauseMs of [2 * firstPauseMs, 4 * firstPauseMs, 8 * firstPauseMs, longestPauseMs, longestPauseMs]) {
            health.fail(nowMs, nowMs, another);
            expect([health.isDue(nowMs + pauseMs - 1), health.isDue(nowMs + pauseMs)]).to.equal([false, true]);
            nowMs += pauseMs;
        }

        expect([health.downSinceMs, health.ejections]).to.equal([2, 1]);
    });

    it('takes it in again as soon as it answers, and out again at its next failure until an answer was whole', () => {

        const health = ejected();
        health.begin(1_100, 1_200);
        expect([health.isUp, health.downSinceMs]).to.equal([true, undefined]);
        health.fail(1_100, 1_150, another);
        expect(health.isUp).to.be.true();
        health.fail(1_300, 1_300, another);
        expect([health.isUp, health.ejections]).to.equal([false, 2]);
        expect([health.isDue(1_300 + 2 * firstPauseMs - 1), health.isDue(1_300 + 2 * firstPauseMs)]).to.equal([false, true]);

        health.begin(4_000, 4_000);
        health.succeed();
        failInRow(health, 2, 4_100);
        expect(health.isUp).to.be.true();
    });

    it('forgets how often it was left out once it has been well for long', () => {

        const health = ejected();
        health.fail(1_100, 1_100, another);
        health.begin(5_000, 5_000);
        health.succeed();
        failInRow(health, 3, 5_001 + longestPauseMs);
        expect([health.isUp, health.isDue(5_003 + longestPauseMs + firstPauseMs)]).to.equal([false, true]);
    });

    it('learns nothing from requests that began before the last change', () => {

        const health = ejected();
        health.fail(1, 1_500, another);                 // hung since before it was left out
        expect([health.isDue(1_001), health.isDue(1_002)]).to.equal([false, true]);
        health.begin(1, 1_600);
        expect(health.isUp).to.be.false();

        health.begin(1_700, 1_700);
        health.fail(1, 1_800, another);
        expect(health.isUp).to.be.true();
    });

    it('learns from a request that was given to it because nobody was up', () => {

        const health = ejected();
        health.fail(500, 600, another);
        expect(health.isDue(1_002)).to.be.true();
        health.begin(700, 800);
        expect(health.isUp).to.be.true();
    });

    it('takes an origin out after two checks that fail, and in after two that succeed', () => {

        const health = new Health();
        health.check(false, 1);
        health.check(true, 2);
        health.check(false, 3);
        expect(health.isUp).to.be.true();
        health.check(false, 4);
        expect([health.isUp, health.downSinceMs, health.ejections, health.isDue(1e9)]).to.equal([false, 4, 0, false]);
        health.check(true, 5);
        health.check(false, 6);
        health.check(true, 7);
        expect(health.isUp).to.be.false();
        health.check(true, 8);
        expect([health.isUp, health.downSinceMs]).to.equal([true, undefined]);
    });

    it('is up only where both say so', () => {

        const health = ejected();
        health.check(false, 100);
        health.check(false, 200);
        expect([health.isDue(1e9), health.downSinceMs]).to.equal([false, 2]);
        health.check(true, 300);
        health.check(true, 400);
        expect([health.isUp, health.downSinceMs, health.isDue(1e9)]).to.equal([false, 2, true]);
        health.begin(1_500, 1_500);
        expect(health.isUp).to.be.true();
    });

    it('is not due where it was never left out, or a check says that it is down', () => {

        const health = ejected();
        expect(new Health().isDue(1_000_000)).to.be.false();
        for (let i = 0; i < 10; ++i) {
            health.check(false, 3);
        }

        expect(health.isDue(1_000_000)).to.be.false();
    });

    it('takes no answer to a request from before it was left out for a sign of life', () => {

        const health = ejected();
        health.begin(1, 5);
        expect(health.isUp).to.be.false();
        health.begin(2, 5);
        expect(health.isUp).to.be.true();
        health.begin(3, 6);
        expect(health.isUp).to.be.true();
    });
});
