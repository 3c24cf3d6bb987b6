import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Head } from '../../../gateway/forward/head.js';
import { bringsBody, headersOf, reasonOf } from '../../../gateway/forward/head.js';


export const lab = Lab.script();
const { describe, it } = lab;

const head = (more: Partial<Head> = {}, method = 'GET'): Head => ({ status: 200, statusText: 'OK', rawHeaders: ['Trailer', 'X-Sum'], headers: {}, request: { method, isAuthenticated: false }, ...more });

describe('bringsBody()', () => {

    it('knows which answers have none', () => {

        expect([head(), head({ status: 404 }), head({ status: 204 }), head({ status: 304 }), head({}, 'HEAD')].map(bringsBody)).to.equal([true, true, false, false, false]);
    });
});

describe('reasonOf()', () => {

    it('keeps a reason that Node writes, and no other', () => {

        expect(['OK', '', 'Not\tFound', 'Caf\xe9', 'a\x7f'].map((statusText) => reasonOf(head({ statusText })))).to.equal(['OK', '', 'Not\tFound', '', '']);
    });
});

describe('headersOf()', () => {

    it('announces trailers where there can be some', () => {

        expect(headersOf(head(), true)).to.equal(['Trailer', 'X-Sum']);
        expect(headersOf(head(), false)).to.equal([]);
        expect(headersOf(head({}, 'HEAD'), true)).to.equal([]);
    });

    it('says to browsers what the gate says, and not what the upstream does', () => {

        const rawHeaders = ['Access-Control-Allow-Origin', '*', 'X-Name', 'x'];
        expect(headersOf(head({ rawHeaders }), true)).to.equal(rawHeaders);
        expect(headersOf(head({ rawHeaders, request: { method: 'GET', isAuthenticated: false, cors: ['access-control-allow-origin', 'https://shop.example'] } }), true))
            .to.equal(['X-Name', 'x', 'access-control-allow-origin', 'https://shop.example']);
    });
});
