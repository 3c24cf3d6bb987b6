import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { anyStore, hasAmbiguousSegment, plainPath, readTarget } from '../../gateway/target.js';
import type { Target } from '../../gateway/target.js';


export const lab = Lab.script();
const { describe, it } = lab;

const isStore = (code: string): boolean => ['admin', 'default', 'fr'].includes(code);
const rest = (path: string, store?: string, query = ''): Target => ({ kind: 'rest', store, path, query });
const soap = (path: string, store?: string, query = ''): Target => ({ kind: 'soap', store, path, query });
const unknown: Target = { kind: 'unknown' };

describe('readTarget()', () => {

    const table: readonly (readonly [raw: string, target: Target])[] = [
        ['/rest/V1/customers/me', rest('/V1/customers/me')],
        ['/rest/V1/customers/me/', rest('/V1/customers/me')],
        ['/rest/V1/customers/me//', rest('/V1/customers/me')],
        ['/rest//V1/customers/me', rest('/V1/customers/me')],
        ['/rest/V1//customers/me', rest('/V1//customers/me')],
        ['//rest/V1/customers/me', rest('/V1/customers/me')],
        ['/rest/default/V1/customers/me', rest('/V1/customers/me', 'default')],
        ['/rest/default//V1/customers/me', rest('//V1/customers/me', 'default')],
        ['/rest//default/V1/customers/me', rest('/V1/customers/me', 'default')],
        ['/rest/default/default/V1/x', rest('/default/V1/x', 'default')],
        ['/rest/all/V1/customers/me', rest('/V1/customers/me', 'all')],
        ['/rest/all/default/V1/customers/me', rest('/default/V1/customers/me', 'all')],
        ['/rest/DEFAULT/V1/customers/me', rest('/DEFAULT/V1/customers/me')],
        ['/rest/All/V1/customers/me', rest('/All/V1/customers/me')],
        ['/rest/admin/V1/customers/me', rest('/admin/V1/customers/me')],
        ['/rest/nosuch/V1/customers/me', rest('/nosuch/V1/customers/me')],
        ['/rest/%64efault/V1/x', rest('/%64efault/V1/x')],
        ['/rest/default', rest('/', 'default')],
        ['/rest', rest('/')],
        ['/rest/', rest('/')],
        ['/rest?x=/rest/V1', rest('/', undefined, 'x=/rest/V1')],
        ['/rest/V1/customers/me?', rest('/V1/customers/me')],
        ['/rest/V1/customers/me/?a=1?b=/', rest('/V1/customers/me', undefined, 'a=1?b=/')],
        ['/rest/index.php/V1/x', rest('/index.php/V1/x')],
        ['/rest/./V1/customers/me', rest('/./V1/customers/me')],
        ['/rest/x/../V1/customers/me', rest('/x/../V1/customers/me')],
        ['/rest/V1/customers/me%2F', rest('/V1/customers/me%2F')],
        ['/index.php/rest/V1/x', rest('/V1/x')],
        ['/index.php//rest/V1/x', rest('/V1/x')],
        ['//index.php/rest/V1/x', rest('/V1/x')],
        ['/index.php/rest/fr/V1/x?a=b', rest('/V1/x', 'fr', 'a=b')],
        ['/index.php/index.php/rest/V1/x', unknown],
        ['/INDEX.PHP/rest/V1/x', unknown],
        ['/index.phprest/V1/x', unknown],
        ['/index.php', unknown],
        ['/index.php?rest', unknown],
        ['/pub/index.php/rest/V1/x', unknown],
        ['/x/../rest/V1/x', unknown],
        ['/REST/V1/x', unknown],
        ['/Rest/V1/x', unknown],
        ['/restx/V1/x', unknown],
        ['/rest.php', unknown],
        ['/rest%2FV1/x', unknown],
        ['/default/rest/V1/x', unknown],
        ['/V1/x', unknown],
        ['/', unknown],
        ['/?/rest/V1/x', unknown],
        ['/soap/default?services=a', soap('/', 'default', 'services=a')],
        ['/soap?services=a', soap('/', undefined, 'services=a')],
        ['/soap/nosuch/x?wsdl', soap('/nosuch/x', undefined, 'wsdl')],
        ['/index.php/soap/all', soap('/', 'all')],
        ['/SOAP/default', unknown],
        ['/graphql', { kind: 'graphql', path: '/', query: '' }],
        ['/index.php/graphql/?query={a}', { kind: 'graphql', path: '/', query: 'query={a}' }],
        ['/graphql/../rest/V1/x', { kind: 'graphql', path: '/../rest/V1/x', query: '' }],
        ['/GRAPHQL', unknown]
    ];

    for (const [raw, target] of table) {
        it(`reads ${raw}`, () => {

            expect(readTarget(raw, isStore)).to.equal(target);
        });
    }

    it('refuses whatever is no path', () => {

        for (const raw of ['', '*', 'http://127.0.0.1/rest/V1/x', 'rest/V1/x', '?x', '#/rest']) {
            expect(readTarget(raw, isStore), raw).to.equal({ kind: 'malformed', sentence: 'The request target must be a path that starts with "/".' });
        }
    });

    it('refuses bytes that do not belong into a target, in path and query', () => {

        for (const raw of ['/rest\\V1/x', '/rest/V1/x#', '/#/../rest', '/rest/V1/x y', '/rest/V1/\x00', '/rest/V1/\x7f', '/rest/V1/x?\xe9', '/rest/V1/x?a#b', '/rest?\\']) {
            expect(readTarget(raw, isStore).kind, raw).to.equal('malformed');
        }
    });

    it('takes linear time on a target of slashes', () => {

        const start = performance.now();
        readTarget(`${'/'.repeat(200_000)}x${'/'.repeat(200_000)}x`, isStore);
        expect(performance.now() - start).to.be.below(200);
    });
});

describe('anyStore()', () => {

    it('takes every code that Magento allows by default, except what the web API itself uses', () => {

        expect(['default', 'fr', 'b2b_en', 'v1', 'all', 'x'].filter(anyStore)).to.equal(['default', 'fr', 'b2b_en', 'v1', 'all', 'x']);
        expect(['', 'V1', 'DEFAULT', '1a', '_a', 'a-b', 'a.b', 'a%20', '..', 'async', 'schema', 'admin', 'asyncProducts'].filter(anyStore)).to.equal([]);
    });

    it('lets readTarget() find any store', () => {

        expect(readTarget('/rest/nosuch/V1/x', anyStore)).to.equal(rest('/V1/x', 'nosuch'));
        expect(readTarget('/rest/async/V1/x', anyStore)).to.equal(rest('/async/V1/x'));
        expect(readTarget('/rest/schema/V1', anyStore)).to.equal(rest('/schema/V1'));
        expect(readTarget('/rest/admin/V1/x', anyStore)).to.equal(rest('/admin/V1/x'));
    });
});

describe('hasAmbiguousSegment()', () => {

    it('finds dot segments, controls and backslashes, however often they are encoded', () => {

        const ambiguous = [
            '/V1/..', '/V1/../x', '/V1/./x', '/../x', '/V1/x/.', '/V1/%2e%2e/x', '/V1/.%2E/x', '/V1/%2e', '/V1/%252e%252e/x', '/V1/%25252e./x', '/V1/..;/x', '/V1/.;a=b/x', '/V1/%2e%2e%3bx/y',
            '/V1/x%2f..%2fcustomers', '/V1/..%2fx', '/V1/x%252f%252e%252e', '/V1/a%5Cb', '/V1/a%255cb', '/V1/..\\x', '/V1/%00', '/V1/a%2500', '/V1/a%0d%0ab', '/V1/%7f', '/V1/%09',
            '/V1/..%3fx', '/V1/..%23x/y', '/V1/%u002e%u002e/x', '/V1/a%u005cb', '/V1/%25%32%65%25%32%65/x',
            '/V1/%25252525252e%25252525252e', '/V1/%25252541', '/V1/%c0%ae%c0%ae/x', '/V1/a%c0%afb', '/V1/%e0%80%ae', '/V1/%f0%80%80%ae'
        ];
        expect(ambiguous.filter((path) => !hasAmbiguousSegment(path))).to.equal([]);
    });

    it('lets plain segments pass', () => {

        const plain = [
            '/', '/V1/customers/me', '/V1/products/a%2Fb', '/V1/products/a%252Fb', '/V1/products/%252541', '/V1/products/%u20ac', '/V1/customers/me%2F', '/V1/products/%20', '/V1/products/a+b', '/V1/products/a;b', '/V1/customers/1.0',
            '/V1/products/..a', '/V1/products/a..', '/V1/products/...', '/V1/products/a.;b', '/V1/products/.htaccess', '/V1/products/%C3%A9', '/V1/products/%E2%82%AC', '/V1/products/%F0%9F%98%80', '/V1/products/100%',
            '/V1/products/%zz', '/V1//x', '/V1/customers/%3Ca%26b%3E', '/V1/products/a%3Fb%23c'
        ];
        expect(plain.filter(hasAmbiguousSegment)).to.equal([]);
    });
});

describe('plainPath()', () => {

    it('writes a path as a lenient upstream reads it', () => {

        for (const [path, plain] of [
            ['/V1/customers/me', '/V1/customers/me'], ['/V1/%63ustomers/m%65', '/V1/customers/me'], ['/V1/%2563', '/V1/c'], ['/V1/a%2Fb', '/V1/a/b'], ['/V1/me;a=b/c;', '/V1/me/c'], ['/V1/me%3ba', '/V1/me'], ['/V1/me%3Fa', '/V1/me'], ['/V1/me%23a', '/V1/me'],
            ['//a///b', '/a/b'], ['/a%20b%C3%A9%zz', '/a%20b%C3%A9%zz'], ['/%u0061', '/a']
        ] as const) {
            expect(plainPath(path), path).to.equal(plain);
        }
    });
});
