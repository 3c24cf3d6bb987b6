import { EventEmitter, once } from 'node:events';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { LineEnd } from '../../../gateway/workers/line.js';
import { answerOverLine, openWorkerLine } from '../../../gateway/workers/line.js';


export const lab = Lab.script();
const { describe, it } = lab;

/** Both ends of a line, and what went over it. */
function makeLine(): { readonly here: LineEnd; readonly there: LineEnd; readonly wire: EventEmitter } {

    const wire = new EventEmitter();
    const end = (mine: string, other: string): LineEnd => ({ send: (message) => wire.emit(other, message), listen: (hear) => wire.on(mine, hear) });
    return { here: end('here', 'there'), there: end('there', 'here'), wire };
}

const question = { method: 'GET', url: '/readyz', headers: {}, payload: '' };

describe('openWorkerLine()', () => {

    it('hears that a worker takes connections, and its answers to what it is asked', async () => {

        const { here, there } = makeLine();
        const { ready, ask } = openWorkerLine(here);
        answerOverLine(there, 'http://127.0.0.1:8080', ({ url }) => Promise.resolve({ status: 200, headers: {}, payload: url }));
        expect(await ready).to.equal('http://127.0.0.1:8080');
        const answers = await Promise.all([ask(question), ask({ ...question, url: '/other' })]);
        expect(answers.map(({ payload }) => payload)).to.equal(['/readyz', '/other']);
    });

    it('waits for an answer no longer than it is told, and hears none that comes later', async () => {

        const { here, wire } = makeLine();
        const { ask } = openWorkerLine(here, 10);
        const asked = once(wire, 'there') as Promise<[{ readonly id: number }]>;
        await expect(ask(question)).to.reject('A worker did not answer within 10 ms');
        const [{ id }] = await asked;
        wire.emit('here', { kind: 'answer', id, answer: { status: 200, headers: {}, payload: '' } });
    });

    it('does not mind what others send', async () => {

        const { here, there, wire } = makeLine();
        const { ready, ask } = openWorkerLine(here, 1_000);
        for (const message of [undefined, null, 'ready', {}, { kind: 'other' }, { kind: 'question', id: 1 }]) {
            wire.emit('here', message);
        }

        answerOverLine(there, 'x', () => Promise.resolve({ status: 204, headers: {}, payload: '' }));
        wire.emit('there', { kind: 'ready', url: 'y' });
        wire.emit('there', 'nothing');
        expect(await ready).to.equal('x');
        expect((await ask(question)).status).to.equal(204);
    });
});
