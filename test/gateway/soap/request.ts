import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readSoapRequest } from '../../../gateway/soap/request.js';


export const lab = Lab.script();
const { describe, it } = lab;

const malformed = 'Incorrect format of request URI or Requested services are missing.';

describe('readSoapRequest()', () => {

    const calls: readonly (readonly [query: string, services: readonly string[] | undefined])[] = [
        ['services=aV1', ['aV1']],
        ['services=aV1,bV22', ['aV1', 'bV22']],
        ['services=aV1%2CbV1', ['aV1', 'bV1']],
        ['services=%61V1&other=1', ['aV1']],
        ['services=aV1&services=bV1', ['bV1']],
        ['services=V1', ['V1']],
        ['services=aV1%0A', ['aV1\n']],
        ['services=aV1&WSDL', ['aV1']],
        ['', undefined],
        ['services', undefined],
        ['services=all', undefined],
        ['services=a', undefined],
        ['services=aV1,', undefined],
        ['services=a_V1', undefined],
        ['services=aV1+', undefined],
        ['services=aV1%0A%0A', undefined],
        ['services[]=aV1', undefined]
    ];

    for (const [query, services] of calls) {
        it(`takes "${query}" for a call`, () => {

            expect(readSoapRequest(query)).to.equal({ kind: 'call', services });
        });
    }

    for (const query of ['wsdl&services=aV1', 'services=aV1&wsdl=0', '%77sdl=&services=aV1']) {
        it(`takes "${query}" for the request of a WSDL`, () => {

            expect(readSoapRequest(query)).to.equal({ kind: 'wsdl', services: ['aV1'] });
        });
    }

    for (const query of ['wsdl_list=1', 'wsdl_list', 'wsdl.list&services=aV1']) {
        it(`takes "${query}" for the request of the list`, () => {

            expect(readSoapRequest(query)).to.equal({ kind: 'list' });
        });
    }

    const refused: readonly (readonly [query: string, message: string])[] = [
        ['wsdl', malformed],
        ['wsdl&services=a', malformed],
        ['wsdl&services=aV1&wsdl[]=1', malformed],
        [`wsdl_list${'[]'.repeat(65)}&services=aV1`, malformed],
        ['wsdl&services=aV1&b=1&wsdl_list=1', 'Not allowed parameters: b, wsdl_list. Please use only wsdl and services.'],
        [`services=aV1${'&a'.repeat(64)}`, 'A SOAP address takes at most 64 query parameters.']
    ];

    for (const [query, message] of refused) {
        it(`refuses "${query.slice(0, 40)}"`, () => {

            expect(readSoapRequest(query)).to.equal({ kind: 'refused', refusal: { status: 400, reason: 'bad-request', message } });
        });
    }
});
