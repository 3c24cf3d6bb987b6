import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { headerNames, origins } from '../../../gateway/settings/browsers.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('origins', () => {

    it('reads origins, and writes them as browsers do', () => {

        expect(origins.parse('https://Shop.example, http://localhost:3000,https://shop.example:8443,https://münchen.example/')).to.equal(['https://shop.example', 'http://localhost:3000', 'https://shop.example:8443', 'https://xn--mnchen-3ya.example']);
        expect(origins.parse('https://shop.test:443,http://[::1]:80')).to.equal(['https://shop.test', 'http://[::1]']);
        expect(origins.parse('https://*.shop.example,https://*.a.shop.example:8443')).to.equal(['https://*.shop.example', 'https://*.a.shop.example:8443']);
    });

    it('takes nothing that would let in more than it seems to', () => {

        for (const text of [
            '', '*', 'null', 'shop.example', '//shop.example', 'ftp://shop.example', 'file://', 'https://', 'https://shop.example/path', 'https://shop.example?x', 'https://shop.example#', 'https://user@shop.example', 'https://:x@shop.example',
            'http://*.shop.example', 'https://*', 'https://*.', 'https://*.example', 'https://*.10.0.0.1', 'https://*.[::1]', 'https://shop.*', 'https://*shop.example', 'https://*.*.example', 'https://a.*.shop.example',
            'https://shop.example,https://SHOP.example', 'https://shop.example,'
        ]) {
            expect(origins.parse(text), text).to.be.undefined();
        }
    });
});

describe('headerNames', () => {

    it('reads names of headers, each once, and no "*"', () => {

        expect(headerNames.parse('Authorization, X-A')).to.equal(['Authorization', 'X-A']);
        for (const text of ['', '*', 'X A', 'X-A,x-a', 'X-A:', 'X(']) {
            expect(headerNames.parse(text), text).to.be.undefined();
        }
    });
});
