import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { openBody } from '../../../gateway/forward/body.js';


export const lab = Lab.script();
const { describe, it } = lab;

const streamOf = (source: Readable): Readable => openBody(source).content as Readable;

describe('openBody()', () => {

    it('gives a buffer as it is, and nothing for nothing', () => {

        const buffer = Buffer.from('x');
        const body = openBody(buffer);
        body.release();
        expect(body.content).to.shallow.equal(buffer);
        expect(openBody(undefined).content).to.be.null();
    });

    it('gives a stream of the same bytes', async () => {

        expect(await text(streamOf(Readable.from(['one', 'two'])))).to.equal('onetwo');
    });

    it('keeps the source when its stream is destroyed, even with an error that nobody hears', async () => {

        const source = new PassThrough();
        const stream = streamOf(source);
        stream.destroy(new Error('reset'));
        await new Promise((resolve) => stream.once('close', resolve));
        expect(source.destroyed).to.be.false();
    });

    it('reads the rest of the source away when it is released', async () => {

        const source = Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(10_000)));
        const body = openBody(source);
        body.release();
        await new Promise((resolve) => source.once('end', resolve));
        expect((body.content as Readable).destroyed).to.be.true();
    });
});
