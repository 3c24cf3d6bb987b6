import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import FastCheck from 'fast-check';

import { readName } from '../../../plugin/accounts/name.js';

export const lab = Lab.script();
const { describe, it } = lab;

describe('readName()', { timeout: 20_000 }, () => {

    for (const [text, canonical] of [
        ['admin', 'admin'],
        ['ADMIN', 'admin'],
        ['Roni_Cost@Example.com', 'roni_cost@example.com'],
        ['ａｄｍｉｎ', 'admin'],
        ['\u212Aelvin', 'kelvin'],
        ['e\u0301mile', '\u00E9mile'],
        ['ádmin', 'ádmin'],
        ['john  doe', 'john  doe'],
        ['\' or 1=1 --', '\' or 1=1 --'],
        ['a'.repeat(255), 'a'.repeat(255)]
    ] as const) {
        it(`reads ${JSON.stringify(text.slice(0, 40))} as one that somebody may have`, () => {

            expect(readName(text)).to.equal({ canonical, possible: true });
        });
    }

    for (const [text, canonical] of [
        [' admin', 'admin'],
        ['admin ', 'admin'],
        ['\u00A0admin\u3000', 'admin'],
        ['\tadmin\r\n', 'admin'],
        ['admin\0', 'admin'],
        ['ad\u200Bmin', 'admin'],
        ['ad\nmin', 'admin'],
        ['admin\uD800', 'admin'],
        ['\uFEFFadmin', 'admin'],
        ['', ''],
        ['  ', ''],
        ['\0', '']
    ] as const) {
        it(`reads ${JSON.stringify(text)} as one that nobody has, and counts it as ${JSON.stringify(canonical)}`, () => {

            expect(readName(text)).to.equal({ canonical, possible: false });
        });
    }

    it('bounds what it makes of a long one, and nobody has that', () => {

        expect(readName('A'.repeat(5000))).to.equal({ canonical: 'a'.repeat(256), possible: false });
        expect(readName('a'.repeat(256))).to.equal({ canonical: 'a'.repeat(256), possible: false });
        expect(readName('\uFDFA'.repeat(100)).canonical).to.have.length(256);
    });

    it('does not mistake the beginning of a long one for a name', () => {

        expect(readName(`admin${'\u0301'.repeat(2000)}`).possible).to.be.false();
        expect(readName(`${'a'.repeat(200)}${'\0'.repeat(2000)}`).possible).to.be.false();
    });

    it('finds the canonical form of a canonical form in itself', () => {

        FastCheck.assert(FastCheck.property(FastCheck.string({ unit: 'binary', maxLength: 40 }), (text) => {

            const { canonical } = readName(text);
            return readName(canonical).canonical === canonical;
        }), { numRuns: 300 });
    });

    it('puts nothing into a canonical form that breaks a line of redis-cli', () => {

        FastCheck.assert(FastCheck.property(FastCheck.string({ unit: 'binary' }), (text) => {

            return !/[\p{Cc}\p{Cs}]/u.test(readName(text).canonical);
        }), { numRuns: 300 });
    });
});
