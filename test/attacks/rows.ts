import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { attacks } from '../../gateway/attack/all.js';


export const lab = Lab.script();
const { describe, it } = lab;

const listPath = '../shared/ATTACKS.md';
const hasList = existsSync(listPath);

/** The numbers of the rows in the list, in its order. */
const listed = () => Array.from(readFileSync(listPath, 'utf8').matchAll(/^\| (\d+) \|/gm), ([, row]) => Number(row));

/** The numbers that stand before a colon in the titles of tests: `4, 5, 7: …`, `1 to 3: …`. */
function claimed(): readonly number[] {

    const files = readdirSync('test/attacks').map((file) => readFileSync(join('test/attacks', file), 'utf8'));
    const titles = files.flatMap((text) => Array.from(text.matchAll(/\b(?:it|describe)\((['`])(\d[\d, to]*): .*/g), ([, , rows = '']) => rows));
    return titles.flatMap((rows) => rows.split(', ')).flatMap((part) => {

        const [first = 0, last = first] = part.split(' to ').map(Number);
        return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}

describe('The list of attacks', () => {

    it('has a test for each of its rows, and no test claims a row that is not there', { skip: !hasList }, () => {

        const rows = listed();
        const tested = new Set(claimed());
        expect(rows).to.have.length(59);
        expect(rows.filter((row) => !tested.has(row))).to.equal([]);
        expect([...tested].filter((row) => !rows.includes(row))).to.equal([]);
    });

    it('is told of by the command, too, where a row was seen in the wild and shows from outside', { skip: !hasList }, () => {

        const ids = new Set(readFileSync(listPath, 'utf8').match(/CVE-\d{4}-\d+|GHSA(?:-[\da-z]{4}){3}/g));
        const known = attacks.flatMap(({ known }) => known);
        expect(known.filter((id) => !ids.has(id))).to.equal([]);
        expect(new Set(known).size).to.be.above(35);
    });
});
