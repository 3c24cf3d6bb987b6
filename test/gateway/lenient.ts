import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { foldPath, hasAmbiguousSegment, plainPath } from '../../gateway/lenient.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('hasAmbiguousSegment()', () => {

    it('finds dot segments, controls and backslashes, however often they are encoded', () => {

        const ambiguous = [
            '/V1/..', '/V1/../x', '/V1/./x', '/../x', '/V1/x/.', '/V1/%2e%2e/x', '/V1/.%2E/x', '/V1/%2e', '/V1/%252e%252e/x', '/V1/%25252e./x', '/V1/..;/x', '/V1/.;a=b/x', '/V1/%2e%2e%3bx/y',
            '/V1/x%2f..%2fcustomers', '/V1/..%2fx', '/V1/x%252f%252e%252e', '/V1/a%5Cb', '/V1/a%255cb', '/V1/..\\x', '/V1/%00', '/V1/a%2500', '/V1/a%0d%0ab', '/V1/%7f', '/V1/%09',
            '/V1/..%3fx', '/V1/..%23x/y', '/V1/%u002e%u002e/x', '/V1/a%u005cb', '/V1/%25%32%65%25%32%65/x',
            '/V1/%25252525252e%25252525252e', '/V1/%25252541', '/V1/%c0%ae%c0%ae/x', '/V1/a%c0%afb', '/V1/%e0%80%ae', '/V1/%f0%80%80%ae', '/V1/%f8%80%80%80%ae', '/V1/%fc%80%80%80%80%ae', '/V1/%EF%BC%8E%EF%BC%8E/x', '/V1/%E2%80%A5', '/V1/..%EF%BC%8Fx',
            '/V1/%uff0e%uff0e/x', '/V1/a%EF%BC%BCb', '/V1/a%ef%b9%a8b', '/V1/..%ef%bc%9bx', '/V1/%ef%bc%852e%ef%bc%852e/x', '/V1/..%u2215x', '/V1/x%E2%81%84../y', '/V1/a%E2%88%96b'
        ];
        expect(ambiguous.filter((path) => !hasAmbiguousSegment(path))).to.equal([]);
    });

    it('lets plain segments pass', () => {

        const plain = [
            '/', '/V1/customers/me', '/V1/products/a%2Fb', '/V1/products/a%252Fb', '/V1/products/%252541', '/V1/products/%u20ac', '/V1/customers/me%2F', '/V1/products/%20', '/V1/products/a+b', '/V1/products/a;b', '/V1/customers/1.0',
            '/V1/products/..a', '/V1/products/a..', '/V1/products/...', '/V1/products/a.;b', '/V1/products/.htaccess', '/V1/products/%C3%A9', '/V1/products/%E2%82%AC', '/V1/products/%F0%9F%98%80', '/V1/products/%EF%BC%A1%EF%BC%8F', '/V1/products/%E2%80%A6', '/V1/products/%E9', '/V1/products/%FF%FE', '/V1/products/100%',
            '/V1/products/%zz', '/V1//x', '/V1/customers/%3Ca%26b%3E', '/V1/products/a%3Fb%23c'
        ];
        expect(plain.filter(hasAmbiguousSegment)).to.equal([]);
    });
});

describe('plainPath()', () => {

    it('writes a path as a lenient upstream reads it', () => {

        for (const [path, plain] of [
            ['/V1/customers/me', '/V1/customers/me'], ['/V1/%63ustomers/m%65', '/V1/customers/me'], ['/V1/%2563', '/V1/c'], ['/V1/a%2Fb', '/V1/a/b'], ['/V1/me;a=b/c;', '/V1/me/c'], ['/V1/me%3ba', '/V1/me'], ['/V1/me%3Fa', '/V1/me'], ['/V1/me%23a', '/V1/me'],
            ['//a///b', '/a/b'], ['/a%20b%C3%A9%zz', '/a%20b%C3%A9%zz'], ['/%u0061', '/a'], ['/%ef%bd%8d%ef%bd%85', '/me'], ['/a%EF%BC%8Fb', '/a/b'], ['/a%u2215b', '/a/b'], ['/%E9', '/%E9'], ['/%u20ac', '/%E2%82%AC']
        ] as const) {
            expect(plainPath(path), path).to.equal(plain);
        }
    });
});

describe('foldPath()', () => {

    it('writes a path as one reads it that makes no difference of letters, and drops what stands at the end of a segment', () => {

        for (const [path, folded] of [
            ['/V1/customers/ME', '/v1/customers/me'], ['/V1/customers/Me./', '/v1/customers/me/'], ['/V1/customers%20/me%20.%2e', '/v1/customers/me'], ['/V1/customers/%2e.. /me', '/v1/customers/me'], ['/V1/orders.json', '/v1/orders'], ['/V1/orders.XML', '/v1/orders'], ['/V1/a.b/c.jpg', '/v1/a.b/c.jpg'], ['/V1/%41;B=c', '/v1/a'], ['/V1/%C3%89', '/v1/%C3%89']
        ] as const) {
            expect(foldPath(path), path).to.equal(folded);
        }
    });

    it('takes linear time on a path of dots', () => {

        const started = performance.now();
        foldPath(`/${'.'.repeat(200_000)}x`);
        expect(performance.now() - started).to.be.below(500);
    });
});
