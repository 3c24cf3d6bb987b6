import { spawnSync } from 'node:child_process';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import * as FastCheck from 'fast-check';

import { listItems, listMembers, readJson } from '../../../plugin/inject/json-spans.js';


export const lab = Lab.script();
const { describe, it } = lab;

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('readJson()', () => {

    for (const [text, start, end] of [
        ['{}', 0, 2],
        [' \t\r\n{"a":[1,{"b":"]}\\""}]} \n', 4, 26],
        ['[]', 0, 2],
        ['"a\\\\"', 0, 5],
        ['-1.5e+10', 0, 8],
        ['null ', 0, 4],
        [nested(511), 0, 1022]
    ] as const) {
        it(`finds the value in ${text.slice(0, 40)}`, () => {

            expect(readJson(text)).to.equal({ start, end });
        });
    }

    const bad = ['', ' ', '{', '{"a":1,}', '[1 2]', '{"a":1}x', '\uFEFF{}', 'TRUE', '01', '\'a\'', '"\n"', '"', '"\\', '{"a', '{]', ']', '[1]\0', '\u00a0{}', nested(512), '['.repeat(100_000)];
    for (const text of bad) {
        it(`finds none in ${JSON.stringify(text.slice(0, 20))}`, () => {

            expect(readJson(text)).to.be.undefined();
        });
    }

    it('judges as PHP does', { skip: spawnSync('php', ['-v']).error !== undefined, timeout: 30_000 }, () => {

        const texts = ['{}', '[1e5,-0]', '{"a\\u0000b":1}', nested(511), ...bad];
        const php = 'foreach (json_decode(stream_get_contents(STDIN)) as $t) { json_decode($t, true); echo json_last_error() === 0 ? "y" : "n"; }';
        expect(spawnSync('php', ['-r', php], { input: JSON.stringify(texts), encoding: 'utf8' }).stdout).to.equal(texts.map((text) => (readJson(text) ? 'y' : 'n')).join(''));
    });
});

describe('listMembers()', () => {

    it('lists every member with its name unescaped, duplicates too', () => {

        const text = '{ "a" : 1 ,"\\u0061":[2, {"a":3}]\n, "":"}"}';
        const members = listMembers(text, { start: 0, end: text.length });
        expect(members.map(({ name, start, value, end }) => [name, text.slice(start, end), text.slice(value.start, value.end)])).to.equal([
            ['a', ' "a" : 1 ', '1'],
            ['a', '"\\u0061":[2, {"a":3}]\n', '[2, {"a":3}]'],
            ['', ' "":"}"', '"}"']
        ]);
    });

    it('finds none in an empty object', () => {

        expect(listMembers('{ \n}', { start: 0, end: 4 })).to.equal([]);
    });
});

describe('listItems()', () => {

    it('finds none in an empty list', () => {

        expect(listItems('[\t]', { start: 0, end: 3 })).to.equal([]);
    });

    it('agrees with JSON.parse() on any document', { timeout: 30_000 }, () => {

        FastCheck.assert(FastCheck.property(FastCheck.jsonValue(), FastCheck.constantFrom(undefined, 1, '\t'), (value, space) => {

            const text = ` ${JSON.stringify(value, null, space)}\r\n`;
            const root = readJson(text);
            expect(root && readAgain(text, root)).to.equal(JSON.parse(text));
        }));
    });
});

function readAgain(text: string, span: { readonly start: number; readonly end: number }): unknown {

    switch (text[span.start]) {
        case '{':
            return Object.fromEntries(listMembers(text, span).map(({ name, value }) => [name, readAgain(text, value)]));
        case '[':
            return listItems(text, span).map((item) => readAgain(text, item));
        default:
            return JSON.parse(text.slice(span.start, span.end));
    }
}
