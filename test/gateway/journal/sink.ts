import { Writable } from 'node:stream';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { openSink } from '../../../gateway/journal/sink.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { describe, it } = lab;

type Taken = (error?: Error) => void;

/** A reader that takes what is written when `take` says so. */
function slowReader() {

    const waiting: { readonly text: string; readonly taken: Taken }[] = [];
    const texts: string[] = [];
    const stream = new Writable({
        write(chunk: Buffer, _encoding, taken) {

            waiting.push({ text: chunk.toString(), taken });
        }
    });
    const take = (error?: Error) => {

        const { text, taken } = waiting.shift()!;
        texts.push(text);
        taken(error);
    };

    return { stream, take, texts, waiting: () => waiting.length };
}

/** Settings that note what is said. */
function noting() {

    const said: (number | string)[] = [];
    return { said, onLoss: (reason: string) => said.push(reason), onRecovery: (lost: number) => said.push(lost) };
}

describe('openSink()', () => {

    it('writes lines together, after a pause or when they fill a batch, and never cuts one', async () => {

        const { stream, take, texts, waiting } = slowReader();
        const sink = openSink(stream, { isShared: true, pauseMs: 10 });
        sink.write('one\n');
        sink.write('two\n');
        expect(waiting()).to.equal(0);
        await until(() => waiting() === 1);
        take();

        const line = `${'x'.repeat(3_000)}\n`;
        sink.write(line);
        sink.write(line);
        sink.write(`${'y'.repeat(5_000)}\n`);
        expect(waiting()).to.equal(1);
        take();
        await until(() => waiting() === 1);
        take();
        await until(() => waiting() === 1);
        take();
        expect(texts.map((text) => text.length)).to.equal([8, 3_001, 3_001, 5_001]);
        expect(sink.lost()).to.equal(0);
        await sink.close();
    });

    it('hands over more at a time where nobody else writes', async () => {

        const { stream, take, texts, waiting } = slowReader();
        const sink = openSink(stream, { pauseMs: 60_000 });
        const line = `${'x'.repeat(99)}\n`;
        for (let i = 0; i < 654; ++i) {
            sink.write(line);
        }

        await until(() => waiting() === 1);
        take();
        expect(texts.map((text) => text.length)).to.equal([65_300]);
        const closed = sink.close();
        await until(() => waiting() === 1);
        take();
        await closed;
        expect(texts[1]).to.equal(line);
    });

    it('writes every character, and cuts none', async () => {

        const { stream, take, texts, waiting } = slowReader();
        const sink = openSink(stream, { isShared: true, pauseMs: 60_000 });
        const line = `${'€😀é'.repeat(300)}\n`;
        for (let i = 0; i < 5; ++i) {
            sink.write(line);
        }

        const closed = sink.close();
        while (texts.length < 5) {
            await until(() => waiting() === 1);
            take();
        }

        await closed;
        expect(texts).to.equal(Array<string>(5).fill(line));
    });

    it('loses lines rather than let them pile up, and says so once until somebody reads', async () => {

        const { stream, take, waiting } = slowReader();
        const { said, ...settings } = noting();
        const sink = openSink(stream, { ...settings, maxWaiting: 10, pauseMs: 1 });
        for (const lost of [0, 2, 4]) {
            sink.write('a line of some length\n');
            sink.write('and another one\n');
            await until(() => waiting() === 1 && sink.lost() === lost);
        }

        expect(said).to.equal(['nobody reads it fast enough']);
        take();
        expect(said).to.equal(['nobody reads it fast enough', 4]);
        sink.write('a line again\n');
        await until(() => waiting() === 1);
        take();
        await sink.close();
        expect(sink.lost()).to.equal(4);
        expect(said).to.have.length(2);
    });

    it('goes on where the stream is broken, and tells how many lines that cost each time', async () => {

        // As Node's own standard output, which can be written to again after an error

        let error: Error | null = new Error('EPIPE');
        const stream = new Writable();
        stream.write = ((_text: string, written: (error: Error | null) => void) => {

            written(error);
            return true;
        }) as typeof stream.write;
        const { said, ...settings } = noting();
        const sink = openSink(stream, { ...settings, pauseMs: 1 });
        sink.write('lost\n');
        await until(() => sink.lost() === 1);
        error = null;
        sink.write('kept\n');
        await until(() => said.length === 2);
        expect(said).to.equal(['EPIPE', 1]);
        await sink.close();
    });

    it('hands over what is held back when it is closed, and waits no longer for a reader than it is told to', async () => {

        const { stream, take, texts, waiting } = slowReader();
        const before = process.listenerCount('exit');
        const sink = openSink(stream, { patienceMs: 20 });
        sink.write('last words\n');
        await sink.close();
        expect(waiting()).to.equal(1);

        const closing = sink.close();
        take();
        await until(() => waiting() === 1);
        take();
        await closing;
        expect(texts[0]).to.equal('last words\n');
        expect(process.listenerCount('exit')).to.equal(before);
    });

    it('hands over what is held back when the process exits', async () => {

        const { stream, waiting } = slowReader();
        const before = process.listeners('exit');
        const sink = openSink(stream, { patienceMs: 1 });
        sink.write('last words\n');
        process.listeners('exit').filter((listener) => !before.includes(listener)).forEach((listener) => {

            listener(1);
        });
        expect(waiting()).to.equal(1);
        await sink.close();
    });

    it('says that it is written again when all that waited is', async () => {

        const { stream, take, waiting } = slowReader();
        const { said, ...settings } = noting();
        const sink = openSink(stream, { ...settings, pauseMs: 1, maxWaiting: 10 });
        sink.write('first, which is long\n');
        await until(() => waiting() === 1);
        sink.write('lost\n');
        await until(() => said.length === 1);
        stream.write('from somebody else\n');
        take();
        await until(() => waiting() === 1);
        expect(said).to.have.length(1);
        take();
        sink.write('last\n');
        await until(() => waiting() === 1);
        take();
        await until(() => said.length === 2);
        expect(said[1]).to.equal(1);
        await sink.close();
    });
});
