import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readClient } from '../../../gateway/forward/client.js';
import { createTrust } from '../../../gateway/forward/trust.js';


export const lab = Lab.script();
const { describe, it } = lab;

const nobody = createTrust([]);
const proxies = createTrust(['127.0.0.1', '10.0.0.0/8']);
const lies = ['X-Forwarded-For', '1.1.1.1', 'X-Forwarded-Proto', 'https', 'X-Forwarded-Host', 'evil.example'];

describe('readClient()', () => {

    it('believes only the connection', () => {

        const client = readClient(lies, { address: '127.0.0.1', isEncrypted: false }, nobody);
        expect(client).to.equal({ address: '127.0.0.1', isSecure: false, forwardedFor: '127.0.0.1', forwardedHost: undefined });
        expect(readClient([], { address: '::1', isEncrypted: true }, nobody)).to.equal({ address: '::1', isSecure: true, forwardedFor: '::1', forwardedHost: undefined });
    });

    it('writes an IPv4 address as one', () => {

        expect(readClient([], { address: '::ffff:192.0.2.1', isEncrypted: false }, nobody).address).to.equal('192.0.2.1');
        expect(readClient([], { address: '::ffff:1:2', isEncrypted: false }, nobody).address).to.equal('::ffff:1:2');
        expect(readClient(lies, { address: '::ffff:10.0.0.1', isEncrypted: false }, proxies).forwardedFor).to.equal('1.1.1.1, 10.0.0.1');
    });

    it('calls a client that is gone unknown', () => {

        expect(readClient([], { address: undefined, isEncrypted: false }, nobody).forwardedFor).to.equal('unknown');
    });

    it('believes a trusted proxy, and extends its list', () => {

        expect(readClient(lies, { address: '127.0.0.1', isEncrypted: false }, proxies)).to.equal({ address: '1.1.1.1', isSecure: true, forwardedFor: '1.1.1.1, 127.0.0.1', forwardedHost: 'evil.example' });
    });

    it('knows no more than the connection where a trusted proxy is silent', () => {

        expect(readClient(['Host', 'a', 'X-Forwarded-For', ''], { address: '10.0.0.1', isEncrypted: true }, proxies))
            .to.equal({ address: '10.0.0.1', isSecure: true, forwardedFor: '10.0.0.1', forwardedHost: undefined });
    });

    it('takes the first address from the right that is no trusted proxy', () => {

        const table: readonly (readonly [forwardedFor: string, address: string])[] = [
            ['6.6.6.6, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
            ['203.0.113.9,10.0.0.2,10.0.0.3', '203.0.113.9'],
            ['10.0.0.2', '10.0.0.2'],
            ['2001:db8::1', '2001:db8::1'],
            ['203.0.113.9, unknown, 10.0.0.2', '10.0.0.2'],
            ['<script>', '10.0.0.1']
        ];
        for (const [forwardedFor, address] of table) {
            expect(readClient(['X-Forwarded-For', forwardedFor], { address: '10.0.0.1', isEncrypted: false }, proxies).address, forwardedFor).to.equal(address);
        }
    });

    it('reads a list over several lines, whatever the case of the name', () => {

        const client = readClient(['X-Forwarded-For', '203.0.113.9', 'Accept', '*/*', 'x-forwarded-for', '10.0.0.2, '], { address: '10.0.0.1', isEncrypted: false }, proxies);
        expect(client.forwardedFor).to.equal('203.0.113.9, 10.0.0.2, 10.0.0.1');
        expect(client.address).to.equal('203.0.113.9');
    });

    it('takes only exact names from a trusted proxy', () => {

        expect(readClient(['X_Forwarded_For', '1.1.1.1', 'X-Forwarded-For_', '1.1.1.1'], { address: '10.0.0.1', isEncrypted: false }, proxies).forwardedFor).to.equal('10.0.0.1');
    });

    it('calls a call secure only where every hop was', () => {

        const isSecure = (...values: string[]): boolean => readClient(values.flatMap((value) => ['X-Forwarded-Proto', value]), { address: '10.0.0.1', isEncrypted: true }, proxies).isSecure;
        expect(isSecure('HTTPS')).to.be.true();
        expect(isSecure('https, https')).to.be.true();
        expect(isSecure('http')).to.be.false();
        expect(isSecure('https, http')).to.be.false();
        expect(isSecure('http', 'https')).to.be.false();
        expect(isSecure('wss')).to.be.false();
    });

    it('takes the host from the nearest proxy', () => {

        expect(readClient(['X-Forwarded-Host', 'evil.example, shop.example'], { address: '10.0.0.1', isEncrypted: false }, proxies).forwardedHost).to.equal('shop.example');
    });
});
