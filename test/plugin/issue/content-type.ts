import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readContentType } from '../../../plugin/issue/content-type.js';
import { refusalsFor } from '../../../plugin/refusals/refusal.js';


export const lab = Lab.script();
const { describe, it } = lab;

const refusals = refusalsFor('2.4');

describe('readContentType()', () => {

    const empty = 'Content-Type header is empty.';
    const invalid = 'Content-Type header is invalid.';
    const charset = 'UTF-8 is the only supported charset.';
    const unknown = 'Server cannot understand Content-Type HTTP header media type';

    const table: readonly (readonly [contentType: string | readonly string[] | undefined, answer: string])[] = [
        ['application/json', 'json'],
        ['application/xml', 'xml'],
        ['application/xhtml+xml', 'xml'],
        ['text/xml', 'xml'],
        ['application/json;charset=UTF-8', 'json'],
        ['application/json; charset=utf-8', 'json'],
        ['application/json ; Charset="utf-8"', 'json'],
        ['application/json;', 'json'],
        ['application/json; boundary', 'json'],
        ['application/json; charset=latin1; charset=utf-8', 'json'],
        [['application/json', 'application/xml'], 'json'],

        [undefined, empty],
        [[], empty],
        ['', empty],
        ['0', empty],
        [';', empty],

        ['*/*', invalid],
        ['application/json, application/json', invalid],
        ['application/json; boundary=x', invalid],
        ['application/json; charset=', invalid],
        ['application json', invalid],

        ['application/json; charset=iso-8859-1', charset],
        ['application/json; charset=utf8', charset],
        ['application/json;charset=utf-8; v=1', charset],

        ['json', `${unknown} json`],
        ['APPLICATION/JSON', `${unknown} APPLICATION/JSON`],
        ['Application/json; charset=utf-8', `${unknown} Application/json`],
        ['application/x-www-form-urlencoded', `${unknown} application/x-www-form-urlencoded`]
    ];

    for (const [contentType, answer] of table) {
        it(`reads ${JSON.stringify(contentType)}`, () => {

            const read = readContentType(contentType, refusals);
            expect(read.kind === 'refused' ? read.refusal.message : read.kind).to.equal(answer);
            expect(read.kind === 'refused' ? read.refusal.status : 400).to.equal(400);
        });
    }

    it('costs little however long a header is', () => {

        const before = performance.now();
        readContentType(`a; ${'x="'.repeat(5000)}`, refusals);
        readContentType(`a;${' '.repeat(15000)}x`, refusals);
        readContentType(`a${';a=b'.repeat(4000)}`, refusals);
        expect(performance.now() - before).to.be.below(200);
    });
});
