import { gzipSync } from 'node:zlib';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { forcedValues } from '../../../plugin/inject/forced.js';
import { forceBody } from '../../../plugin/inject/forced-body.js';


export const lab = Lab.script();
const { describe, it } = lab;

const forced = forcedValues([{ name: 'customer.id', value: '%customer_id%', force: true }], { type: 'customer', id: '7' });

const call = { format: 'json', isBulk: false } as const;
const bulk = { format: 'json', isBulk: true } as const;
const xml = { format: 'xml', isBulk: false } as const;

describe('forceBody()', () => {

    for (const [shape, body, expected] of [
        [call, '{"customer":{"id":2,"firstname":"Zoë 🐘"}}', '{"customer":{"id":7,"firstname":"Zoë 🐘"}}'],
        [bulk, '[{"customer":{"email":"a"}}]', '[{"customer":{"id":7,"email":"a"}}]'],
        [xml, '<r><customer><id>2</id></customer></r>', '<r><customer><id>7</id></customer></r>']
    ] as const) {
        it(`forces ${body}`, () => {

            expect(forceBody(Buffer.from(body), forced, shape)).to.equal({ kind: 'forced', body: Buffer.from(expected) });
        });
    }

    for (const [shape, body] of [[call, ''], [call, '0'], [bulk, ''], [xml, ''], [xml, '<r/>'], [call, '{}'], [bulk, '[]']] as const) {
        it(`keeps ${body || 'an empty body'} byte for byte`, () => {

            expect(forceBody(Buffer.from(body), forced, shape)).to.equal({ kind: 'unchanged' });
        });
    }

    it('reads no body where nothing is forced', () => {

        expect(forceBody(Buffer.from('{'), [], call)).to.equal({ kind: 'unchanged' });
    });

    for (const [what, shape, body, why] of [
        ['invalid UTF-8', call, Buffer.from([0x22, 0xff, 0x22]), 'decoding'],
        ['UTF-8 that hides a quote', call, Buffer.from([0x22, 0xc0, 0xa2, 0x22]), 'decoding'],
        ['UTF-16', call, Buffer.from('{"customer":{"id":2}}', 'utf16le'), 'decoding'],
        ['a byte order mark before JSON', call, Buffer.from('\uFEFF{}'), 'decoding'],
        ['a compressed body', call, gzipSync('{"customer":{"id":2}}'), 'decoding'],
        ['JSON that is said to be XML', xml, Buffer.from('{}'), 'decoding'],
        ['an object in bulk', bulk, Buffer.from('{}'), 'not-a-list'],
        ['XML in bulk', { format: 'xml', isBulk: true }, Buffer.from('<r/>'), 'media-type']
    ] as const) {
        it(`refuses ${what}`, () => {

            expect(forceBody(body, forced, shape)).to.equal({ kind: 'refused', why });
        });
    }
});
