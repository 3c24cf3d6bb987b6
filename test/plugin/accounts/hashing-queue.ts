import { setImmediate as settle } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createHashingQueue } from '../../../plugin/accounts/hashing-queue.js';

export const lab = Lab.script();
const { describe, it } = lab;

/** A task that ends when it is told to. */
const makeTask = (log: string[], name: string) => {

    let end: (error?: Error) => void = () => undefined;
    const ended = new Promise<void>((resolve, reject) => {

        end = (error) => {

            if (error === undefined) {
                resolve();
            }
            else {
                reject(error);
            }
        };
    });

    const run = async () => {

        log.push(name);
        await ended;
        return name;
    };

    return { run, end };
};


describe('createHashingQueue()', () => {

    it('runs as many at once as there are threads, and the others in their order', async () => {

        const queue = createHashingQueue({ threads: 2, maxWaiting: 10 });
        const log: string[] = [];
        const tasks = ['a', 'b', 'c', 'd'].map((name) => makeTask(log, name));
        const results = tasks.map((task) => queue.admit((inTurn) => inTurn(task.run)));

        await settle();
        expect(log).to.equal(['a', 'b']);
        expect(queue.counts()).to.equal({ running: 2, waiting: 2, shed: 0 });

        tasks[1]!.end();
        await settle();
        expect(log).to.equal(['a', 'b', 'c']);

        tasks.forEach((task) => {

            task.end();
        });
        expect(await Promise.all(results)).to.equal(['a', 'b', 'c', 'd']);
        expect(queue.counts()).to.equal({ running: 0, waiting: 0, shed: 0 });
    });

    it('sheds what would wait too long, and says when to come again', async () => {

        const queue = createHashingQueue({ threads: 1, maxWaiting: 20, taskSeconds: 0.3 });
        const task = makeTask([], 'a');
        const results = Array.from({ length: 21 }, () => queue.admit((inTurn) => inTurn(task.run)));

        expect(await queue.admit((inTurn) => inTurn(task.run))).to.equal({ kind: 'busy', retryAfterSeconds: 6 });
        expect(queue.counts()).to.equal({ running: 1, waiting: 20, shed: 1 });

        task.end();
        await Promise.all(results);
        expect(await queue.admit((inTurn) => inTurn(task.run))).to.equal('a');
    });

    it('counts a login from when it comes, whatever it does before it hashes and after', async () => {

        const queue = createHashingQueue({ threads: 1, maxWaiting: 0 });
        const ready = makeTask([], 'ready');
        const result = queue.admit(async (inTurn) => {

            await ready.run();
            return await inTurn(() => Promise.resolve('hashed'));
        });
        expect(queue.counts()).to.equal({ running: 0, waiting: 1, shed: 0 });
        expect(await queue.admit(() => Promise.resolve('never'))).to.equal({ kind: 'busy', retryAfterSeconds: 1 });

        ready.end();
        expect(await result).to.equal('hashed');
        expect(queue.counts()).to.equal({ running: 0, waiting: 0, shed: 1 });
    });

    it('lets nobody wait where nobody may', async () => {

        const queue = createHashingQueue({ threads: 1, maxWaiting: 0 });
        const task = makeTask([], 'a');
        const result = queue.admit((inTurn) => inTurn(task.run));
        expect(await queue.admit((inTurn) => inTurn(task.run))).to.equal({ kind: 'busy', retryAfterSeconds: 1 });

        task.end();
        await result;
    });

    it('goes on after a task that failed', async () => {

        const queue = createHashingQueue({ threads: 1, maxWaiting: 1 });
        const log: string[] = [];
        const [bad, good] = [makeTask(log, 'bad'), makeTask(log, 'good')];
        const results = [queue.admit((inTurn) => inTurn(bad.run)), queue.admit((inTurn) => inTurn(good.run))] as const;

        bad.end(new Error('broken'));
        await expect(results[0]).to.reject('broken');
        good.end();
        expect(await results[1]).to.equal('good');
        expect(queue.counts()).to.equal({ running: 0, waiting: 0, shed: 0 });
    });
});
