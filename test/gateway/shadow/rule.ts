import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { assemblePolicy } from '../../../gateway/policy/assembly.js';
import { findRule } from '../../../gateway/shadow/rule.js';


export const lab = Lab.script();
const { describe, it } = lab;

const policy = assemblePolicy([{ kind: 'webapi', path: 'etc/webapi.xml', text: '<routes><route url="/V1/a" method="GET"><service class="A\\B\\Api\\CInterface" method="d"/><resources><resource ref="self"/></resources></route></routes>' }]);

describe('findRule()', () => {

    it('counts clients\' words by names of the policy, and by a few others', () => {

        const soap = (operation?: string) => findRule('POST', { kind: 'soap', store: undefined, path: '', query: '' }, operation, policy).route;
        expect([soap('aBCV1D'), soap('made up'), soap(), soap('integrationAdminTokenServiceV1CreateAdminAccessToken')]).to.equal(['SOAP aBCV1D', 'SOAP', 'SOAP', 'SOAP integrationAdminTokenServiceV1CreateAdminAccessToken']);
    });

    it('names file and line', () => {

        expect(findRule('POST', { kind: 'soap', store: undefined, path: '', query: '' }, 'aBCV1D', policy)).to.equal({ route: 'SOAP aBCV1D', asks: ['self'], rule: 'etc/webapi.xml:1' });
    });
});
