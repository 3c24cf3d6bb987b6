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

    const read = (target: string, ...rawHeaders: string[]) => {

        const [, host] = rawHeaders;
        const frame = { method: 'POST', httpVersion: '1.1', rawHeaders, headers: host === undefined ? {} : { host } };
        const call = readCall(frame, target, { policy, refusals: refusalsFor('2.4'), isStore: anyStore, isHost: (name) => name === 'shop.example' });
        return call.kind === 'refused' ? call.refusal.message : call.kind;
    };

    it('takes a call for one host that is served', () => {

        expect(read('/rest/V1/a', 'Host', 'shop.example')).to.equal('route');
        expect(read('/rest/V1/a', 'Host', 'shop.example', 'Host', 'shop.example')).to.contain('one host');
        expect(read('/rest/V1/a', 'Host', 'evil.example')).to.contain('one host');
        expect(read('/rest/V1/a')).to.contain('one host');
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
