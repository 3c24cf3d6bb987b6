import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { refusalsFor } from '../../../plugin/refusals/refusal.js';
import { giveValue, refuse } from '../../../plugin/refusals/refuse.js';


export const lab = Lab.script();
const { describe, it } = lab;

const refusal = refusalsFor('2.4').notAuthorized(['self'], 'bad');

describe('refuse()', () => {

    it('answers in the format that is accepted, in JSON where none is', () => {

        const json = '{"message":"The consumer isn\'t authorized to access %resources.","parameters":{"resources":"self"}}';
        for (const accept of [undefined, '*/*', 'image/png']) {
            const { status, headers, body, reason } = refuse(refusal, { headers: { accept } });
            expect([status, body, reason]).to.equal([401, json, 'not-authorized']);
            expect(headers).to.include({ 'content-type': 'application/json; charset=utf-8', 'www-authenticate': 'Bearer error="invalid_token"', 'cache-control': 'no-store' });
        }

        const xml = refuse(refusal, { headers: { accept: 'text/xml' } });
        expect(xml.headers['content-type']).to.equal('application/xml; charset=utf-8');
        expect(xml.body).to.startWith('<?xml version="1.0"?>\n<response>\n  <message>');
    });
});

describe('giveValue()', () => {

    it('answers with the bare value, in the format that is accepted', () => {

        const { status, headers, body, reason } = giveValue(true, { headers: { accept: 'application/xml' } });
        expect([status, headers, body, reason]).to.equal([200, { 'content-type': 'application/xml; charset=utf-8', 'cache-control': 'no-store' }, '<?xml version="1.0"?>\n<response>true</response>\n', undefined]);
        expect(giveValue('t', { headers: {} }).body).to.equal('"t"');
    });
});
