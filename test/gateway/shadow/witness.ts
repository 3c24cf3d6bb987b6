import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Form } from '../../../gateway/shadow/their-word.js';
import { Witness } from '../../../gateway/shadow/witness.js';


export const lab = Lab.script();
const { describe, it } = lab;

function see(status: number, body: Buffer | string, coding?: string, form: Form = 'rest'): string | undefined {

    const witness = new Witness(form);
    witness.seeHead(status, ['Content-Type', 'application/json', ...coding === undefined ? [] : ['content-encoding', coding]]);
    for (const half of [Buffer.from(body).subarray(0, 10), Buffer.from(body).subarray(10)]) {
        witness.seeData(half);
    }

    return witness.answer()?.text;
}

describe('Witness', () => {

    const text = '{"message":"The consumer isn\'t authorized to access %resources.","parameters":{"resources":"self"}}';

    it('has nothing to say where no answer came', () => {

        expect(new Witness('rest').answer()).to.be.undefined();
    });

    it('keeps what a refusal says', () => {

        expect(see(401, text)).to.equal(text);
        expect(see(401, text, ' Identity ')).to.equal(text);
        expect(see(404, '')).to.equal('');
        expect(see(200, '<Fault/>', undefined, 'soap')).to.equal('<Fault/>');
    });

    it('keeps nothing of an answer whose status tells', () => {

        expect(see(200, text)).to.equal('');
    });

    it('reads compressed refusals', () => {

        for (const [coding, body] of [['gzip', gzipSync(text)], ['X-GZIP', gzipSync(text)], ['br', brotliCompressSync(text)], ['deflate', deflateSync(text)], ['deflate', deflateRawSync(text)]] as const) {
            expect(see(401, body, coding), coding).to.equal(text);
        }
    });

    it('reads the beginning of a long one, compressed or not', () => {

        const long = `${text.slice(0, -1)},"trace":"${Array.from({ length: 20_000 }, (_, i) => i.toString(36)).join(' ')}"}`;
        expect(see(401, long)).to.have.length(8_192);
        for (const [coding, body] of [['gzip', gzipSync(long)], ['br', brotliCompressSync(long)], ['deflate', deflateSync(long)]] as const) {
            expect(see(401, body, coding)?.startsWith(text.slice(0, -1)), coding).to.be.true();
        }
    });

    it('reads nothing that is broken, swells, or is in a coding that it does not know', () => {

        expect(see(401, text, 'gzip')).to.be.undefined();
        expect(see(401, text, 'br')).to.be.undefined();
        expect(see(401, text, 'zstd')).to.be.undefined();
        expect(see(401, gzipSync(Buffer.alloc(600_000)), 'gzip')).to.be.undefined();
    });

    it('keeps no more of a connection\'s memory than it needs', () => {

        const slab = Buffer.from(text);
        const witness = new Witness('rest');
        witness.seeHead(401, []);
        witness.seeData(slab);
        slab.fill(0);
        expect(witness.answer()).to.equal({ status: 401, text });
    });
});
