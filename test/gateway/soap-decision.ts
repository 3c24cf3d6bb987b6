import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { SoapAsk } from '../../gateway/soap-decision.js';
import { createAuthorize } from '../../gateway/authorize.js';
import { assemblePolicy } from '../../gateway/policy/assembly.js';
import { createDecideSoap } from '../../gateway/soap-decision.js';
import { guest } from '../../plugin/caller.js';
import { refusalsFor } from '../../plugin/refusals/refusal.js';


export const lab = Lab.script();
const { describe, it } = lab;

const text = '<routes><route url="/V1/currency" method="GET"><service class="A\\B\\Api\\CInterface" method="get"/><resources><resource ref="anonymous"/></resources></route></routes>';
const policy = assemblePolicy([{ kind: 'webapi', path: 'etc/webapi.xml', text }]);
const refusals = refusalsFor('2.4');
const authorize = createAuthorize({ policy: () => policy, refusals, stores: undefined, profile: '2.4' });
const decideSoap = createDecideSoap({ policy: () => policy, refusals, authorize, profile: '2.4' });

const decide = (query: string, more: Partial<SoapAsk> = {}) => {

    return decideSoap({ store: undefined, query, method: 'GET', host: 'shop.example', isSecure: true, isCoded: false, reportId: 'ID', ...more }, { caller: guest, role: new Set(), credential: 'absent' });
};

describe('createDecideSoap()', () => {

    it('forwards the list of services, and WSDLs of the upstream\'s', () => {

        expect(decide('wsdl_list')).to.equal({ kind: 'forward' });
        expect(decide('wsdl&services=aBCV1')).to.equal({ kind: 'forward' });
    });

    it('shows the token services\' own WSDL', () => {

        expect(decide('wsdl&services=integrationCustomerTokenServiceV1')).to.include({ kind: 'wsdl', url: 'https://shop.example/soap/default?services=integrationCustomerTokenServiceV1' });
    });

    it('refuses before any body is read what is asked for wrongly', () => {

        expect(decide('wsdl_list', { method: 'POST' })).to.include({ kind: 'plain' });
        expect(decide('wsdl&services=aBCV1&x=1', { isSecure: false })).to.include({ kind: 'fault', url: 'http://shop.example/soap/default?services=' });
        expect(decide('wsdl&services=noSuchV1')).to.include({ kind: 'fault' });
    });

    it('decides on a call by its body', () => {

        const call = (operation: string, more: Partial<SoapAsk> = {}) => {

            const asked = decide('services=aBCV1', { method: 'POST', ...more });
            const namespace = 'http://x/soap/default?services=aBCV1';
            return asked.kind === 'call' && asked.decide(Buffer.from(`<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:n="${namespace}"><e:Body><n:${operation}/></e:Body></e:Envelope>`));
        };

        expect(call('aBCV1GetRequest', { isCoded: true })).to.include({ kind: 'refused', operation: 'aBCV1Get', refusal: refusals.decodingFailed() });
        expect(call('aBCV1GetRequest')).to.include({ kind: 'allowed', operation: 'aBCV1Get' });
        expect(call('aBCV1PutRequest')).to.include({ kind: 'refused', raisedBy: 'php' });
        const broken = decide('services=aBCV1', { method: 'POST' });
        expect(broken.kind === 'call' && broken.decide(Buffer.from('<'))).to.include({ kind: 'refused', raisedBy: 'magento' });
    });
});
