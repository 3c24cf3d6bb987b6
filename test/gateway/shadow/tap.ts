import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { Tap } from '../../../gateway/shadow/tap.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('Tap', () => {

    it('passes a body on, and keeps a copy until it is released', async () => {

        const tank = { maxBytes: 100, heldBytes: 0 };
        const tap = new Tap(Readable.from([Buffer.from('one '), Buffer.from('two')]), 10, tank);
        expect((await buffer(tap)).toString()).to.equal('one two');
        expect((await tap.whole).toString()).to.equal('one two');
        expect(tank.heldBytes).to.equal(7);
        tap.release();
        tap.release();
        expect(tank.heldBytes).to.equal(0);
    });

    it('passes on what is too long to be kept', async () => {

        const tank = { maxBytes: 100, heldBytes: 0 };
        const tap = new Tap(Readable.from([Buffer.from('one '), Buffer.from('two'), Buffer.from('three')]), 6, tank);
        expect((await buffer(tap)).toString()).to.equal('one twothree');
        expect(await tap.whole).to.equal('too-large');
        expect(tank.heldBytes).to.equal(0);
    });

    it('passes on what there is no room for', async () => {

        const tap = new Tap(Readable.from([Buffer.from('one')]), 10, { maxBytes: 12, heldBytes: 10 });
        expect((await buffer(tap)).toString()).to.equal('one');
        expect(await tap.whole).to.equal('lost');
    });

    it('says when the client leaves within the body', async () => {

        const source = new PassThrough();
        const tap = new Tap(source, 10, { maxBytes: 100, heldBytes: 0 });
        source.write('o');
        source.destroy();
        expect(await tap.whole).to.equal('lost');
    });

    it('keeps a body also where it is taken later than it came', async () => {

        const source = Readable.from([Buffer.alloc(100_000)]);
        const tap = new Tap(source, 200_000, { maxBytes: 200_000, heldBytes: 0 });
        await new Promise((resolve) => source.once('close', resolve));
        expect(await buffer(tap)).to.have.length(100_000);
        expect(await tap.whole).to.have.length(100_000);
    });
});
