import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { errors } from 'undici';

import type { Failure } from '../../../gateway/forward/failure.js';
import { failureOf } from '../../../gateway/forward/failure.js';


export const lab = Lab.script();
const { describe, it } = lab;

const withCode = (code: string, syscall?: string): Error => Object.assign(new Error(code), { code, ...(syscall !== undefined && { syscall }) });

describe('failureOf()', () => {

    it('reads what happened on a connection', () => {

        const table: readonly (readonly [error: Error, why: Failure | undefined])[] = [
            [new errors.HeadersTimeoutError(), 'timeout'],
            [new errors.BodyTimeoutError(), 'timeout'],
            [withCode('ETIMEDOUT', 'read'), 'timeout'],
            [new errors.SocketError('other side closed'), 'closed'],
            [new errors.ClientDestroyedError(), 'closed'],
            [withCode('ECONNRESET', 'read'), 'closed'],
            [withCode('EPIPE', 'write'), 'closed'],
            [withCode('ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR'), 'closed'],
            [new errors.HTTPParserError('no HTTP'), 'garbled'],
            [new errors.HeadersOverflowError(), 'garbled'],
            [new errors.ResponseContentLengthMismatchError(), 'garbled']
        ];
        for (const [error, why] of table) {
            expect(failureOf(error, true), error.message).to.equal(why);
        }
    });

    it('reads why there is no connection', () => {

        expect(failureOf(new errors.ConnectTimeoutError(), false)).to.equal('timeout');
        for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ERR_TLS_CERT_ALTNAME_INVALID', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UND_ERR_DESTROYED', 'UND_ERR_SOCKET']) {
            expect(failureOf(withCode(code), false), code).to.equal('refused');
        }
    });

    it('tells mistakes of ours apart', () => {

        for (const error of [new errors.InvalidArgumentError('invalid header'), new errors.NotSupportedError('expect'), new TypeError('x is not a function')]) {
            expect(failureOf(error, false), error.message).to.be.undefined();
            expect(failureOf(error, true), error.message).to.be.undefined();
        }

        for (const error of [new errors.RequestContentLengthMismatchError(), withCode('ERR_HTTP_HEADERS_SENT'), withCode('ERR_ASSERTION')]) {
            expect(failureOf(error, true), error.message).to.be.undefined();
        }
    });
});
