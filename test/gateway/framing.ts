import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { findFault, findRepeated, maxHeaderLines } from '../../gateway/framing.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('findFault()', () => {

    const faultOf = (rawHeaders: readonly string[], httpVersion = '1.1', coding?: string) => findFault({ httpVersion, rawHeaders, headers: coding === undefined ? {} : { 'transfer-encoding': coding } });

    it('finds none in an ordinary request', () => {

        expect(faultOf(['Host', 'x', 'Content-Type', 'application/json', 'Accept', 'a', 'accept', 'b'])).to.be.undefined();
        expect(faultOf(['Host', 'x'], '1.0')).to.be.undefined();
        expect(faultOf(['Host', 'x'], '1.1', 'Chunked')).to.be.undefined();
        expect(findFault({ httpVersion: '1.1', headers: {} })).to.be.undefined();
    });

    it('finds more header lines than anybody needs', () => {

        const lines = (count: number) => Array<string>(2 * count).fill('a');
        expect(faultOf(lines(maxHeaderLines))).to.be.undefined();
        expect(faultOf(lines(maxHeaderLines + 1))).to.equal('A request may have at most 128 header lines.');
    });

    it('finds versions that only look like HTTP/1.1, and a body whose end they disagree on', () => {

        for (const [version, coding] of [['0.9'], ['2.0'], ['1.0', 'chunked']] as const) {
            expect(faultOf([], version, coding), version).to.equal('Only HTTP/1.1 is spoken here, and HTTP/1.0 without Transfer-Encoding.');
        }
    });

    it('finds transfer codings that would be lost on the way', () => {

        for (const coding of ['gzip, chunked', 'identity', 'chunked, chunked', 'xchunked']) {
            expect(faultOf([], '1.1', coding), coding).to.equal('The only transfer coding that is understood is "chunked".');
        }
    });
});

describe('findRepeated()', () => {

    it('finds two lines of which everybody might read another one', () => {

        expect(findRepeated({ rawHeaders: ['Content-Type', 'application/json', 'content-type', 'application/json'] })).to.equal('Only one Content-Type header may be sent.');
        expect(findRepeated({ rawHeaders: ['Content-Encoding', 'identity', 'CONTENT-ENCODING', 'gzip'] })).to.equal('Only one Content-Encoding header may be sent.');
        expect(findRepeated({ rawHeaders: ['Content-Type', 'application/json', 'Accept', 'a', 'Accept', 'b'] })).to.be.undefined();
    });
});
