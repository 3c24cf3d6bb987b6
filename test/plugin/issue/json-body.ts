import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readJsonFields } from '../../../plugin/issue/json-body.js';


export const lab = Lab.script();
const { describe, it } = lab;

const nest = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('readJsonFields()', () => {

    // [body, its named fields; undefined where PHP would not decode it]
    const table: readonly (readonly [body: string, fields: Readonly<Record<string, unknown>> | undefined])[] = [
        ['{"username":"a","password":"b"}', { username: 'a', password: 'b' }],
        [' {"username" : null, "n": 1.5 }\r\n', { username: null, n: 1.5 }],
        ['{"username":"a","username":"b"}', { username: 'b' }],
        ['{"username":"\\u0061\\ud83d\\ude00"}', { username: 'a😀' }],
        ['{"username":"é\\u0000"}', { username: 'é\0' }],

        // No named fields

        ['{}', {}],
        ['[]', {}],
        ['["username"]', {}],
        ['"x"', {}],
        ['5', {}],
        ['true', {}],
        ['null', {}],

        // Not JSON

        ['', undefined],
        ['{"username":', undefined],
        ['{"username":"a",}', undefined],
        ['{\'username\':\'a\'}', undefined],
        ['{"username":"a"}x', undefined],
        ['<login/>', undefined],
        ['\ufeff{}', undefined],
        ['True', undefined],
        ['"\t"', undefined],

        // Half of a pair

        ['"\\ud83d"', undefined],
        ['{"a":["\\ude00"]}', undefined],
        ['{"\\ud83d":1}', undefined],
        ['"\\ud83d\\\\\\ude00"', undefined],
        ['"\\ud83d\\ud83d\\ude00\\ude00"', undefined],
        ['{"a":"\\\\ud83d"}', { a: '\\ud83d' }],

        // Depth

        [`{"username":"a","deep":${nest(511)}}`, undefined],
        [nest(511), {}],
        [`{"a":"${'['.repeat(600)}\\"${'{'.repeat(600)}"}`, { a: `${'['.repeat(600)}"${'{'.repeat(600)}` }],
        [nest(512), undefined]
    ];

    for (const [body, fields] of table) {
        it(`reads ${JSON.stringify(body).slice(0, 60)}`, () => {

            const read = readJsonFields(Buffer.from(body));
            expect(read && Object.fromEntries(read)).to.equal(fields);
        });
    }

    it('refuses bytes that are no UTF-8', () => {

        expect(readJsonFields(Buffer.from('"\xff"', 'latin1'))).to.be.undefined();
        expect(readJsonFields(Buffer.from('"\xed\xa0\x80"', 'latin1'))).to.be.undefined();
    });

    it('touches no prototype', () => {

        const fields = readJsonFields(Buffer.from('{"__proto__":{"username":"a"},"constructor":{"prototype":{"password":"b"}}}'));
        expect([...fields?.keys() ?? []]).to.equal(['__proto__', 'constructor']);
        expect(fields?.get('username')).to.be.undefined();
        expect(Object.hasOwn(Object.prototype, 'username')).to.be.false();
    });

    it('refuses a megabyte of brackets at little cost', () => {

        const before = performance.now();
        expect(readJsonFields(Buffer.from('['.repeat(1024 * 1024)))).to.be.undefined();
        expect(readJsonFields(Buffer.from(nest(512 * 1024)))).to.be.undefined();
        expect(performance.now() - before).to.be.below(500);
    });
});
