import { existsSync, readFileSync } from 'node:fs';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Format } from '../../../plugin/refusals/accept.js';
import { chooseFormat } from '../../../plugin/refusals/accept.js';


export const lab = Lab.script();
const { describe, it } = lab;

const formats = ['json', 'xml'] as const;
const shared = existsSync('../shared/conformance');

describe('chooseFormat()', () => {

    const table: readonly (readonly [accept: string | undefined, format: Format | undefined])[] = [
        [undefined, 'json'],
        ['', 'json'],
        [' ', 'json'],
        ['*/*', 'json'],
        ['application/*', 'json'],
        ['application/json', 'json'],
        ['application/xml', 'xml'],
        ['application/xhtml+xml', 'xml'],
        ['text/xml', 'xml'],
        ['text/*', 'xml'],

        // Nothing that can be written

        ['text/html', undefined],
        ['*', undefined],
        ['json', undefined],
        ['Application/Json', undefined],
        ['application/problem+xml', undefined],

        // What is not a media range is skipped, and nothing left is anything

        ['garbage!!', 'json'],
        ['application/', 'json'],
        ['application/json application/xml', 'json'],
        ['garbage!!, text/xml', 'xml'],
        ['application/xml,', 'xml'],

        // The first parameter is the quality, whatever its name

        ['application/xml;q=0.5, application/json;q=0.9', 'json'],
        ['application/json;q=0.5,application/xml', 'xml'],
        ['application/json ; q = 0.5 , application/xml', 'xml'],
        ['text/xml;level=1;q=0.1, application/json;q=0.2', 'xml'],
        ['application/json;q=.8, application/xml;q=.9', 'xml'],
        ['application/json;q="0.3", application/xml;q=0.4', 'xml'],
        ['application/xml;q=0.9;q=0.1, application/json;q=0.5', 'json'],
        ['application/json;;q=0.1, application/xml;q=0.5', 'xml'],
        ['application/json;q=0.5=1, application/xml;q=1.5', 'xml'],
        ['application/json;q, application/xml', 'json'],

        // No quality of 0, and 1 is not the key that 1.0 is

        ['application/json;q=0, application/xml', 'json'],
        ['application/json;q=0.0, application/xml', 'xml'],
        ['text/html;q=1, application/json, application/xml;q=1', 'xml'],

        // What is no number is compared as text

        ['application/json, application/xml;q=high', 'xml'],
        ['application/xml;q=high, application/json', 'xml'],
        ['application/json, application/xml;profile="urn:a"', 'json'],
        ['application/json, application/xml;profile="a,b"', 'json'],

        // A browser

        ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'xml']
    ];

    for (const [accept, format] of table) {
        it(`chooses ${String(format)} for ${String(accept)}`, () => {

            expect(chooseFormat(accept)).to.equal(format);
        });
    }

    it('costs little however a header is made to cost much', () => {

        const before = performance.now();
        chooseFormat(`"${'\\"'.repeat(8000)}`);
        chooseFormat('a/b,'.repeat(4000));
        expect(performance.now() - before).to.be.below(200);
    });

    it('chooses what a running Magento chose', { skip: !shared }, () => {

        const lines = readFileSync('../shared/conformance/cases.jsonl', 'utf8').trim().split('\n');
        const cases = lines.map((line) => JSON.parse(line) as RecordedCase).filter(({ group }) => group === 'accept');
        expect(cases.length).to.be.above(60);
        for (const { name, request, response } of cases) {
            const format = formats.find((known) => response.type.startsWith(`application/${known}`));
            expect(chooseFormat([request.headers.Accept].flat().join(', ')), name).to.equal(format);
        }
    });
});

interface RecordedCase {
    readonly name: string;
    readonly group: string;
    readonly request: { readonly headers: { readonly Accept: string | readonly string[] } };
    readonly response: { readonly type: string };
}
