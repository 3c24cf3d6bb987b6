import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { bearer, probe, rawProbe, write } from '../../../gateway/attack/request.js';


export const lab = Lab.script();
const { describe, it } = lab;

const site = { host: 'a', open: '/o', shut: '/s', beyond: '/b', token: undefined };

describe('write()', () => {

    it('adds what a request needs, unless it is there', () => {

        expect(write(site, { target: '/x' }).toString()).to.equal('GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
        expect(write(site, { method: 'PUT', target: '/x', body: '\u00e9' }).toString()).to.equal('PUT /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n\u00e9');
        expect(write(site, { target: '/x', version: 'HTTP/1.0', lines: ['HOST: b', 'connection: x', 'Transfer-Encoding: y'], body: Buffer.from('z') }).toString()).to.equal('GET /x HTTP/1.0\r\nHOST: b\r\nconnection: x\r\nTransfer-Encoding: y\r\n\r\nz');
    });
});

describe('probe() and rawProbe()', () => {

    it('hold bytes, and what the rules would send', () => {

        expect(probe(site, { target: '/x' })).to.equal({ bytes: write(site, { target: '/x' }) });
        expect(probe(site, { target: '/x', lines: [bearer('t')] }, { target: '/y' })).to.equal({ bytes: write(site, { target: '/x', lines: ['Authorization: Bearer t'] }), honest: write(site, { target: '/y' }) });
        expect(rawProbe('\xff').bytes).to.equal(Buffer.from([0xff]));
    });
});
