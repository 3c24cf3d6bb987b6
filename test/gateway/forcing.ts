import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { forceWholeBody } from '../../gateway/forcing.js';
import { refusalsFor } from '../../plugin/refusals/refusal.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('forceWholeBody()', () => {

    const forced = [{ kind: 'set', path: ['customerId'], text: '7', json: '7' }] as const;
    const force = (body: string, contentType?: string, coding?: string) => {

        const result = forceWholeBody(Buffer.from(body), { 'content-type': contentType, 'content-encoding': coding }, forced, refusalsFor('2.4'));
        return result.kind === 'refused' ? result.refusal.message : result.body.toString();
    };

    it('sets the caller\'s own id in place of any other', () => {

        expect(force('{"customer_id":8,"a":1}', 'application/json')).to.equal('{"customerId":7,"a":1}');
    });

    it('leaves alone what PHP takes for no body', () => {

        expect(force('')).to.equal('');
        expect(force('0')).to.equal('0');
    });

    it('refuses what it cannot read, in Magento\'s words', () => {

        expect(force('{"a":1}')).to.equal('Content-Type header is empty.');
        expect(force('{"a":', 'application/json')).to.equal('Decoding error.');
    });

    it('refuses a body that somebody could decode to another one', () => {

        expect(force('{"customer_id":8}', 'application/json', 'deflate')).to.equal('Decoding error.');
        expect(force('{"customer_id":8}', 'application/json', 'identity, gzip')).to.equal('Decoding error.');
        expect(force('{"customer_id":8}', 'application/json', 'Identity')).to.equal('{"customerId":7}');
        expect(force('', 'application/json', 'gzip')).to.equal('');
    });

    it('leaves alone what says nothing of it', () => {

        expect(forceWholeBody(Buffer.from('{"a":1}'), { 'content-type': 'application/json' }, [], refusalsFor('2.4'))).to.equal({ kind: 'forced', body: Buffer.from('{"a":1}') });
    });
});
