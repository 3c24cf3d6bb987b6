import { Socket } from 'node:net';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { findHandshakeFault, isAccepted, isHandshake } from '../../../gateway/forward/handshake.js';


export const lab = Lab.script();
const { describe, it } = lab;

const ask = { method: 'GET', httpVersion: '1.1' };
const key = 'dGhlIHNhbXBsZSBub25jZQ==';

describe('isHandshake()', () => {

    it('knows a WebSocket handshake from other requests', () => {

        for (const headers of [{ connection: 'Upgrade', upgrade: 'websocket' }, { connection: 'keep-alive,  UPGRADE', upgrade: 'WebSocket' }]) {
            expect(isHandshake({ ...ask, headers })).to.be.true();
        }

        for (const headers of [
            {}, { upgrade: 'websocket' }, { connection: 'Upgrade' }, { connection: 'Upgraded', upgrade: 'websocket' }, { connection: 'close', upgrade: 'websocket' },
            { connection: 'Upgrade', upgrade: 'h2c' }, { connection: 'Upgrade', upgrade: 'websocket, h2c' }, { connection: 'Upgrade', upgrade: 'websocket/2' }
        ]) {
            expect(isHandshake({ ...ask, headers }), JSON.stringify(headers)).to.be.false();
        }

        const headers = { connection: 'Upgrade', upgrade: 'websocket' };
        expect([isHandshake({ ...ask, method: 'POST', headers }), isHandshake({ ...ask, httpVersion: '1.0', headers })]).to.equal([false, false]);
    });
});

describe('findHandshakeFault()', () => {

    it('wants one key of 16 bytes, and no body', () => {

        const fault = (headers: Record<string, string>) => findHandshakeFault({ ...ask, headers });
        expect(fault({ 'sec-websocket-key': key })).to.be.undefined();
        expect(fault({ 'sec-websocket-key': key, 'content-length': '0' })).to.be.undefined();
        for (const headers of [{ 'content-length': '1' }, { 'transfer-encoding': 'chunked' }]) {
            expect(fault({ 'sec-websocket-key': key, ...headers })).to.equal('A WebSocket handshake has no body.');
        }

        for (const wrong of ['', 'short', `${key}, ${key}`, `x${key}`, 'dGhlIHNhbXBsZSBub25jZQ=x']) {
            expect(fault({ 'sec-websocket-key': wrong }), wrong).to.equal('A WebSocket handshake has one Sec-WebSocket-Key: 16 bytes in base64.');
        }

        expect(fault({})).to.be.a.string();
    });
});

describe('isAccepted()', () => {

    it('believes only whoever has read the key', () => {

        const accept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';           // RFC 6455 section 1.3
        const handshake = { socket: new Socket(), head: Buffer.alloc(0), key };
        const headers = { upgrade: 'websocket', 'sec-websocket-accept': accept };
        expect(isAccepted(handshake, { ...headers, upgrade: 'WebSocket' })).to.be.true();
        expect(isAccepted({ ...handshake, key: key.replace('d', 'e') }, headers)).to.be.false();
        expect(isAccepted(undefined, headers)).to.be.false();
        expect(isAccepted(handshake, { ...headers, upgrade: 'h2c' })).to.be.false();
        expect(isAccepted(handshake, { upgrade: 'websocket' })).to.be.false();
        expect(isAccepted(handshake, { 'sec-websocket-accept': accept })).to.be.false();
    });
});
