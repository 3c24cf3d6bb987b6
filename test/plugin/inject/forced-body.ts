import { gzipSync } from 'node:zlib';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { forcedValues } from '../../../plugin/inject/forced.js';
import { forceBody } from '../../../plugin/inject/forced-body.js';


export const lab = Lab.script();
const { describe, it } = lab;

const forced = forcedValues([{ name: 'customer.id', value: '%customer_id%', force: true }], { type: 'customer', id: '7' });

describe('forceBody()', () => {

    for (const [format, body, expected] of [
        ['json', '{"customer":{"id":2,"firstname":"Zoë 🐘"}}', '{"customer":{"id":7,"firstname":"Zoë 🐘"}}'],
        ['xml', '<r><customer><id>2</id></customer></r>', '<r><customer><id>7</id></customer></r>']
    ] as const) {
        it(`forces ${body}`, () => {

            expect(forceBody(Buffer.from(body), forced, format)).to.equal({ kind: 'forced', body: Buffer.from(expected) });
        });
    }

    for (const [format, body] of [['json', ''], ['json', '0'], ['xml', ''], ['xml', '<r/>'], ['json', '{}']] as const) {
        it(`keeps ${body || 'an empty body'} byte for byte`, () => {

            expect(forceBody(Buffer.from(body), forced, format)).to.equal({ kind: 'unchanged' });
        });
    }

    it('reads no body where nothing is forced', () => {

        expect(forceBody(Buffer.from('{'), [], 'json')).to.equal({ kind: 'unchanged' });
    });

    for (const [what, format, body] of [
        ['invalid UTF-8', 'json', Buffer.from([0x22, 0xff, 0x22])],
        ['UTF-8 that hides a quote', 'json', Buffer.from([0x22, 0xc0, 0xa2, 0x22])],
        ['UTF-16', 'json', Buffer.from('{"customer":{"id":2}}', 'utf16le')],
        ['a byte order mark before JSON', 'json', Buffer.from('\uFEFF{}')],
        ['a compressed body', 'json', gzipSync('{"customer":{"id":2}}')],
        ['JSON that is said to be XML', 'xml', Buffer.from('{}')]
    ] as const) {
        it(`refuses ${what}`, () => {

            expect(forceBody(body, forced, format)).to.equal({ kind: 'refused' });
        });
    }
});
