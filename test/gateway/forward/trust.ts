import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createTrust } from '../../../gateway/forward/trust.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('createTrust()', () => {

    it('trusts nobody where nobody is named', () => {

        const isTrusted = createTrust([]);
        expect(['127.0.0.1', '::1', 'unknown', ''].some(isTrusted)).to.be.false();
    });

    it('trusts the addresses and networks that are named', () => {

        const isTrusted = createTrust(['10.0.0.0/8', '192.0.2.7', '::1', 'fd00::/8']);
        expect(['10.1.2.3', '192.0.2.7', '::1', 'fd00:1::2'].filter(isTrusted)).to.have.length(4);
        expect(['11.0.0.1', '192.0.2.8', '::2', 'fe80::1', 'unknown', ''].filter(isTrusted)).to.be.empty();
    });

    it('takes a prefix of 0 for everybody', () => {

        expect(createTrust(['0.0.0.0/0'])('203.0.113.9')).to.be.true();
    });

    it('refuses to start with anything else', () => {

        for (const entry of ['', 'localhost', '10.0.0.0/33', '::/129', '10.0.0/8', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', '1.2.3.4:80']) {
            expect(() => createTrust(['127.0.0.1', entry]), entry).to.throw(Error, `A trusted proxy is "${entry}": expected an IP address or a network in CIDR form, such as "10.0.0.0/8"`);
        }
    });
});
