import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { encodeJson } from '../../../plugin/refusals/php-json.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('encodeJson()', () => {

    // [value, what PHP 8.2's json_encode makes of it]
    const table = [
        ['text/csv', '"text\\/csv"'],
        ['é☃😀\u2028', '"\\u00e9\\u2603\\ud83d\\ude00\\u2028"'],
        ['\x7f\x01\b\f<>&\'"\\', '"\x7f\\u0001\\b\\f<>&\'\\"\\\\"'],
        [true, 'true'],
        [{ message: 'No', parameters: { é: 'a/b' } }, '{"message":"No","parameters":{"\\u00e9":"a\\/b"}}'],
        [{ message: '%1', parameters: ['8', 6] }, '{"message":"%1","parameters":["8",6]}']
    ] as const;

    for (const [value, json] of table) {
        it(`writes ${json} as PHP does`, () => {

            expect(encodeJson(value)).to.equal(json);
            expect(JSON.parse(encodeJson(value))).to.equal(value);
        });
    }
});
