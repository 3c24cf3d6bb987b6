import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readAnswers } from '../../../gateway/attack/answers.js';


export const lab = Lab.script();
const { describe, it } = lab;

const read = (text: string) => readAnswers(Buffer.from(text)).map(({ status, headers, body }) => [status, Object.fromEntries(headers), body]);

describe('readAnswers()', () => {

    it('reads one answer after the other, by length and by chunks', () => {

        expect(read('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.0 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n1\r\nd\r\n0\r\nX: y\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n')).to.equal([
            [200, { 'content-length': '2' }, 'ok'], [404, { 'transfer-encoding': 'chunked' }, 'abcd'], [204, {}, '']
        ]);
    });

    it('leaves interim answers out, and reads on until the end where no length is told', () => {

        expect(read('HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nA: 1\r\na:2\r\nx\r\n\r\n\u00e9\r\n\r\n')).to.equal([[200, { a: '1\n2', '': 'x' }, '\u00e9\r\n\r\n']]);
    });

    it('counts what is broken off', () => {

        expect(read('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok')).to.equal([[200, { 'content-length': '9' }, 'ok']]);
        expect(read('HTTP/1.1 200 OK\r\nContent-Length: nine\r\n\r\nok')).to.equal([[200, { 'content-length': 'nine' }, 'ok']]);
        expect(read('HTTP/1.1 400 Bad Request\r\nA: b')).to.equal([[400, { a: 'b' }, '']]);
        expect(read('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab')).to.equal([[200, { 'transfer-encoding': 'chunked' }, 'ab']]);
        expect(read('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n')).to.equal([[200, { 'transfer-encoding': 'chunked' }, '']]);
        expect(read('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0')).to.equal([[200, { 'transfer-encoding': 'chunked' }, '']]);
        expect(read('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n')).to.equal([[200, { 'transfer-encoding': 'chunked' }, '']]);
    });

    it('ends at what is none', () => {

        for (const text of ['', 'SSH-2.0-x\r\n\r\n', 'HTTP/2 200\r\n\r\n', 'HTTP/1.1 20 OK\r\n\r\n']) {
            expect(read(text), text).to.equal([]);
        }

        expect(read('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nrest')).to.have.length(1);
        expect(read('HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\n\r\n')).to.have.length(2);
    });
});
