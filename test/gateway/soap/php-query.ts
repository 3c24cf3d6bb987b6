import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import * as FastCheck from 'fast-check';

import { readPhpQuery } from '../../../gateway/soap/php-query.js';
import { hasPhpSoap, runPhp } from '../../support/php.js';


export const lab = Lab.script();
const { describe, it } = lab;

const parse = 'echo json_encode(array_map(function ($q) { parse_str($q, $v); return array_map(fn ($x) => [is_string($x) ? $x : null], $v) ?: (object) []; }, '
    + 'json_decode($argv[1])), JSON_INVALID_UTF8_SUBSTITUTE);';

function tell(query: string): Record<string, readonly [string | null]> {

    return Object.fromEntries([...readPhpQuery(query).values].map(([name, value]) => [name, [value ?? null]]));
}

describe('readPhpQuery()', () => {

    const cases: readonly (readonly [query: string, values: Record<string, readonly [string | null]>])[] = [
        ['', {}],
        ['&&=x&a&', { a: [''] }],
        ['a=1&b=2&a=3=4', { a: ['3=4'], b: ['2'] }],
        ['a+b=c+d%2C%2c', { 'a_b': ['c d,,'] }],
        ['%77sdl&a%zz=%4', { 'wsdl': [''], 'a%zz': ['%4'] }],
        ['+services=1&wsdl%00x=2', { services: ['1'], wsdl: ['2'] }],
        ['wsdl.list=1', { 'wsdl_list': ['1'] }],
        ['wsdl[list=1&services[=2', { 'wsdl_list': ['1'], 'services_': ['2'] }],
        ['services[]=1&a.b[c.d]=2&[x]=3&[x=4', { services: [null], 'a_b': [null] }],
        ['services[]=1&services=2', { services: ['2'] }],
        ['a]=1', { 'a]': ['1'] }],
        ['a=%FF', { a: ['\uFFFD'] }]
    ];

    for (const [query, values] of cases) {
        it(`reads "${query}"`, () => {

            expect(tell(query)).to.equal(values);
        });
    }

    it('counts what was sent, not what is left', () => {

        expect(readPhpQuery('a=1&a=2&&b').count).to.equal(3);
    });

    it('reads whatever PHP reads', { skip: !hasPhpSoap }, async () => {

        const piece = FastCheck.constantFrom('services', 'wsdl', 'list', 'a', '=', '&', '[', ']', '.', '+', '_', '%5B', '%5d', '%00', '%20', '%', '%2', ',', 'V1');
        const query = FastCheck.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
        const queries = [...cases.map(([given]) => given), ...FastCheck.sample(query, { seed: 9, numRuns: 4000 })];
        expect(await runPhp('-r', parse, '--', JSON.stringify(queries))).to.equal(queries.map(tell));
    });
});
