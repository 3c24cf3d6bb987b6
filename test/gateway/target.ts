import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { anyStore, readTarget } from '../../gateway/target.js';
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
