import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { hearEnding, hearReload } from '../../../gateway/commands/signals.js';


export const lab = Lab.script();
const { describe, it } = lab;

const countListeners = () => ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect', 'uncaughtException'].map((name) => process.listenerCount(name)).join();

describe('hearEnding()', () => {

    it('hears the first signal, and leaves the second one to the system', async () => {

        const before = countListeners();
        const { ending, ignore } = hearEnding();
        process.emit('SIGTERM');
        expect(await ending).to.equal({ kind: 'asked' });
        expect(process.listenerCount('SIGINT')).to.equal(Number(before.split(',')[0]));
        ignore();
        expect(countListeners()).to.equal(before);
    });

    it('hears of errors that nobody caught, and of further ones, until they are to be ignored', async () => {

        const before = countListeners();
        const { ending, ignore } = hearEnding();
        const error = new Error('a mistake');
        const [hear] = process.listeners('uncaughtException').slice(-1);
        hear?.(error, 'uncaughtException');
        hear?.(new Error('another one'), 'uncaughtException');
        expect(await ending).to.equal({ kind: 'mistaken', error });
        ignore();
        expect(countListeners()).to.equal(before);
    });
});

describe('hearReload()', () => {

    it('hears every SIGHUP until it is made deaf', () => {

        let count = 0;
        const before = countListeners();
        const ignore = hearReload(() => Promise.resolve(++count));
        process.emit('SIGHUP');
        process.emit('SIGHUP');
        ignore();
        expect(count).to.equal(2);
        expect(countListeners()).to.equal(before);
    });
});
