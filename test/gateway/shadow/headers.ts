import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { findUnsendable, headersAsTheyCame, shadowBounds } from '../../../gateway/shadow/headers.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('headersAsTheyCame()', () => {

    const send = (...rawHeaders: readonly string[]) => headersAsTheyCame(rawHeaders, { address: '192.0.2.1', isSecure: false });

    it('leaves headers, their order and their letters, credentials included', () => {

        expect(send('HOST', 'shop.example', 'authorization', 'Bearer x', 'Cookie', 'a=b', 'X-Two', '1', 'x-two', '2', 'X-Real-IP', '203.0.113.1', 'X-Request-Id', 'theirs')).to.equal([
            'HOST', 'shop.example', 'authorization', 'Bearer x', 'Cookie', 'a=b', 'X-Two', '1', 'x-two', '2', 'X-Real-IP', '203.0.113.1', 'X-Request-Id', 'theirs',
            'X-Forwarded-For', '192.0.2.1', 'X-Forwarded-Proto', 'http', 'X-Forwarded-Host', 'shop.example'
        ]);
    });

    it('takes away what only the gate says of callers, in any spelling', () => {

        expect(send('X-Caller-Id', '1', 'x_caller_type', 'admin', 'X.Session.Id', 's', 'X-Postern-Anything', 'x', 'HTTP_X_CALLER_ASSERTION', 'y')).to.equal(['X-Forwarded-For', '192.0.2.1', 'X-Forwarded-Proto', 'http']);
    });

    it('takes away what is for one connection alone, and whatever Connection names', () => {

        expect(send('Connection', 'close, X-Hop, host, TE', 'Keep-Alive', 'timeout=5', 'Upgrade', 'h2c', 'X-Hop', '1', 'Host', 'a', 'TE', 'trailers, deflate', 'Expect', '100-continue').slice(0, 4)).to.equal(['Host', 'a', 'TE', 'trailers']);
        expect(send('TE', 'deflate', 'X-Forwarded-Proto', 'https', 'Connection', 'x-forwarded-proto')).to.equal(['X-Forwarded-For', '192.0.2.1', 'X-Forwarded-Proto', 'http']);
    });

    it('continues what earlier proxies say of the client', () => {

        expect(send('X-Forwarded-For', '203.0.113.7', 'x-forwarded-proto', 'https', 'Host', 'inner', 'X-Forwarded-Host', 'shop.example', 'X-Forwarded-For', '198.51.100.2')).to.equal([
            'x-forwarded-proto', 'https', 'Host', 'inner', 'X-Forwarded-Host', 'shop.example', 'X-Forwarded-For', '203.0.113.7, 198.51.100.2, 192.0.2.1'
        ]);
        expect(headersAsTheyCame([], { address: '192.0.2.1', isSecure: true })).to.equal(['X-Forwarded-For', '192.0.2.1', 'X-Forwarded-Proto', 'https']);
    });
});

describe('findUnsendable()', () => {

    const frame = (rawHeaders?: readonly string[]) => ({ httpVersion: '1.1', headers: {}, ...rawHeaders && { rawHeaders } });

    it('finds nothing in whatever can be written again', () => {

        expect(findUnsendable(frame(), '/')).to.be.undefined();
        expect(findUnsendable(frame(['Host', 'a', 'Authorization', 'a', 'Authorization', 'b', 'Content-Type', 'c', 'Content-Type', 'd']), '//..%2f;#')).to.be.undefined();
        expect(findUnsendable(frame(Array<string>(2 * shadowBounds.maxLines).fill('x')), 'http://shop.example/')).to.be.undefined();
    });

    it('finds what cannot', () => {

        expect(findUnsendable(frame(['Host', 'a', 'host', 'a']), '/')).to.equal('The Host header must name one host.');
        expect(findUnsendable(frame(), '*')).to.equal('The request target must be a path that starts with "/".');
        expect(findUnsendable(frame(Array<string>(2 * shadowBounds.maxLines + 2).fill('x')), '/')).to.equal('A request may have at most 1000 header lines.');
        expect(findUnsendable({ httpVersion: '1.1', headers: { 'transfer-encoding': 'gzip, chunked' } }, '/')).to.contain('transfer coding');
    });
});
