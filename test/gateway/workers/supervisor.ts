import { setTimeout as wait } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { OpsAnswer } from '../../../gateway/workers/line.js';
import type { Supervisor, SupervisorParts, WorkerProcess } from '../../../gateway/workers/supervisor.js';
import { createSupervisor } from '../../../gateway/workers/supervisor.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { beforeEach, describe, it } = lab;

/** A worker that does as the test says. */
class FakeWorker implements WorkerProcess {

    readonly url: Promise<string | undefined>;
    readonly ended: Promise<string>;
    stops = 0;
    isOver = false;
    #tellReady: (url: string | undefined) => void = () => undefined;
    #tellEnd: (how: string) => void = () => undefined;

    constructor() {

        this.url = new Promise((resolve) => {

            this.#tellReady = resolve;
        });
        this.ended = new Promise((resolve) => {

            this.#tellEnd = resolve;
        });
    }

    begin(): this {

        this.#tellReady('http://127.0.0.1:8080');
        return this;
    }

    die(how: string): void {

        this.isOver = true;
        this.#tellReady(undefined);
        this.#tellEnd(how);
    }

    readonly ask = (): Promise<OpsAnswer> => Promise.reject(new Error('nobody asks'));

    readonly stop = (): void => {

        ++this.stops;
        this.die('exit code 0');
    };
}

describe('createSupervisor()', () => {

    let workers: FakeWorker[];
    let notices: string[];

    beforeEach(() => {

        workers = [];
        notices = [];
    });

    const make = (isWell: (worker: FakeWorker, index: number) => void, more: Partial<SupervisorParts> = {}): Supervisor => {

        return createSupervisor({
            count: 2, firstPauseMs: 1, maxPauseMs: 4, notice: (sentence) => notices.push(sentence), ...more,
            spawn() {

                const worker = new FakeWorker();
                workers.push(worker);
                isWell(worker, workers.length - 1);
                return worker;
            }
        });
    };

    const untilThereAre = (count: number) => until(() => workers.length === count);
    const begins = (worker: FakeWorker) => worker.begin();

    it('starts as many as it is told, and stops them', async () => {

        const supervisor = make(begins);
        expect(await supervisor.start()).to.equal('http://127.0.0.1:8080');
        expect(supervisor.workers()).to.equal(workers);
        await supervisor.stop();
        expect(workers.map(({ stops }) => stops)).to.equal([1, 1]);
        expect(notices).to.equal([]);
    });

    it('starts none where one cannot', async () => {

        const supervisor = make((worker, index) => {

            if (index === 0) {
                worker.begin();
            }
            else {
                worker.die('exit code 1');
            }
        });
        await expect(supervisor.start()).to.reject('A worker did not start, and has said why');
        expect(workers.every(({ isOver }) => isOver)).to.be.true();
    });

    it('starts another one in the place of one that died, later each time that it dies soon', async () => {

        const supervisor = make(begins);
        await supervisor.start();
        for (const [index, count] of [[0, 3], [2, 4], [3, 5], [4, 6]] as const) {
            workers[index]!.die('SIGKILL');
            await untilThereAre(count);
        }

        expect(notices).to.equal([1, 2, 4, 4].map((pauseMs) => `A worker ended (SIGKILL): another one is started in ${pauseMs} ms`));
        await supervisor.stop();
        expect(workers).to.have.length(6);
    });

    it('forgives one that lived long', async () => {

        const supervisor = make(begins, { soundMs: 0, firstPauseMs: 3 });
        await supervisor.start();
        for (const [index, count] of [[0, 3], [2, 4]] as const) {
            workers[index]!.die('exit code 1');
            await untilThereAre(count);
        }

        expect(notices).to.equal(['A worker ended (exit code 1): another one is started in 3 ms', 'A worker ended (exit code 1): another one is started in 3 ms']);
        await supervisor.stop();
    });

    it('starts none once it is told to stop', async () => {

        const supervisor = make(begins, { firstPauseMs: 60_000, maxPauseMs: 60_000 });
        await supervisor.start();
        workers[0]!.die('SIGKILL');
        await until(() => notices.length === 1);
        await supervisor.stop();
        expect(workers).to.have.length(2);
    });

    it('replaces them one by one, the new one first', async () => {

        const supervisor = make(begins);
        await supervisor.start();
        await Promise.all([supervisor.reload(), supervisor.reload()]);
        expect(workers).to.have.length(6);
        expect(workers.map(({ stops }) => stops)).to.equal([1, 1, 1, 1, 0, 0]);
        expect(notices).to.equal([]);
        await supervisor.stop();
    });

    it('keeps the old ones where a new one does not start', async () => {

        const supervisor = make((worker, index) => {

            if (index < 2) {
                worker.begin();
            }
            else {
                worker.die('exit code 1');
            }
        });
        await supervisor.start();
        await supervisor.reload();
        expect(workers.map(({ isOver }) => isOver)).to.equal([false, false, true]);
        expect(notices).to.equal(['A new worker did not start: the others go on as they are']);
        await supervisor.stop();
    });

    it('starts nobody else in a place that is taken meanwhile', async () => {

        const supervisor = make((worker, index) => {

            if (index !== 2) {
                worker.begin();
            }
        }, { count: 1, firstPauseMs: 50 });
        await supervisor.start();
        const reloaded = supervisor.reload();
        await until(() => workers.length === 2);
        workers[0]!.die('SIGKILL');
        await reloaded;
        await wait(100);
        expect(workers).to.have.length(2);
        expect(workers[1]!.isOver).to.be.false();
        await supervisor.stop();
    });

    it('puts nobody in a place while all are told to stop', async () => {

        const supervisor = make((worker, index) => {

            if (index < 2) {
                worker.begin();
            }
        });
        await supervisor.start();
        const reloaded = supervisor.reload();
        await until(() => workers.length === 3);
        const stopped = supervisor.stop();
        workers[2]!.begin();
        await Promise.all([reloaded, stopped]);
        expect(workers[2]!.stops).to.equal(1);
    });
});
