import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readCall } from '../../gateway/entrance.js';
import { assemblePolicy } from '../../gateway/policy/assembly.js';
import { anyStore } from '../../gateway/target.js';
import { refusalsFor } from '../../plugin/refusals/refusal.js';


export const lab = Lab.script();
const { describe, it } = lab;

const policy = assemblePolicy([{ kind: 'webapi', path: 'etc/webapi.xml', text: '<routes><route url="/V1/a" method="POST"><service class="A\\B\\Api\\CInterface" method="d"/><resources><resource ref="self"/></resources></route></routes>' }]);

describe('readCall()', () => {

    const isShop = (name: string) => name === 'shop.example';
    const readWith = (isHost: (name: string) => boolean, target: string, ...rawHeaders: string[]) => {

        const [, host] = rawHeaders;
        const frame = { method: 'POST', httpVersion: '1.1', rawHeaders, headers: host === undefined ? {} : { host } };
        const call = readCall(frame, target, { policy, refusals: refusalsFor('2.4'), isStore: anyStore, isHost });
        return call.kind === 'refused' ? call.refusal.message : call.kind;
    };

    const read = (target: string, ...rawHeaders: string[]) => readWith(isShop, target, ...rawHeaders);

    it('takes a call for one host that is served', () => {

        expect(read('/rest/V1/a', 'Host', 'shop.example')).to.equal('route');
        expect(read('/rest/V1/a', 'Host', 'shop.example', 'Host', 'shop.example')).to.contain('one host');
        expect(read('/rest/V1/a', 'Host', 'evil.example')).to.contain('one host');
        expect(read('/rest/V1/a')).to.contain('one host');
    });

    it('takes whatever is a host where any is served, and nothing that is none', () => {

        for (const host of ['shop.example', 'SHOP_1.example.:8080', '10.0.0.1', '[::1]:80', '[::ffff:10.0.0.1]', 'localhost:', '']) {
            expect(readWith(() => true, '/rest/V1/a', 'Host', host), host).to.equal('route');
        }

        for (const host of ['a b', 'a,b', 'a, b', 'x@a', 'a/b', 'a#', 'a?b', 'a:80:80', 'a:x', '[::1', '::1', '"a"', '<a>', 'a\\b', 'a\tb', 'é']) {
            expect(readWith(() => true, '/rest/V1/a', 'Host', host), host).to.contain('one host');
        }
    });

    it('refuses what the address alone forbids', () => {

        expect(read('nowhere', 'Host', 'shop.example')).to.contain('must be a path');
    });

    it('takes headers that say what a body is once, but for logins, which nobody else reads', () => {

        const twice = ['Host', 'shop.example', 'Content-Type', 'a/b', 'content-type', 'c/d'];
        expect(read('/rest/V1/a', ...twice)).to.equal('Only one Content-Type header may be sent.');
        expect(read('/rest/V1/integration/customer/token', ...twice)).to.equal('login');
    });
});
