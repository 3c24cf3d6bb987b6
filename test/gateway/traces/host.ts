import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readHost } from '../../../gateway/traces/host.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('readHost()', () => {

    it('tells a name or an address from a port', () => {

        expect(readHost('shop.example')).to.equal({ address: 'shop.example' });
        expect(readHost('shop.example:8443')).to.equal({ address: 'shop.example', port: 8443 });
        expect(readHost('[2001:db8::1]:80')).to.equal({ address: '2001:db8::1', port: 80 });
        expect(readHost('[::1]')).to.equal({ address: '::1' });
    });

    it('finds nothing in what is no host', () => {

        for (const text of [undefined, '', 'user@shop.example', 'a b', ':80', '[x]', 'x'.repeat(300), 'shop.example:port']) {
            expect(readHost(text), text).to.equal({});
        }
    });
});
