import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { endpointUrl, isEndpointNamespace, phpUrlEncode } from '../../../gateway/soap/endpoint.js';
import { hasPhpSoap, runPhp } from '../../support/php.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('endpointUrl()', () => {

    it('encodes the services, and names the default store', () => {

        expect(endpointUrl('https://shop:8443', { store: undefined, services: ['aV1', 'bV1'] })).to.equal('https://shop:8443/soap/default?services=aV1%2CbV1');
        expect(endpointUrl('http://shop', { store: 'all', services: ['aV1'] })).to.equal('http://shop/soap/all?services=aV1');
    });
});

describe('isEndpointNamespace()', () => {

    const cases: readonly (readonly [namespace: string, store: string | undefined, services: readonly string[], is: boolean])[] = [
        ['http://shop/soap/default?services=aV1', 'default', ['aV1'], true],
        ['https://other:1/sub/index.php/soap/default?services=aV1', 'default', ['aV1'], true],
        ['http://shop/soap/en?services=aV1', undefined, ['aV1'], true],
        ['http://shop/soap/en-GB?services=aV1', 'en-GB', ['aV1'], true],
        ['http://shop/soap/default?services=aV1%2CbV1', 'default', ['aV1', 'bV1'], true],
        ['http://shop/soap/default?services=aV1,bV1', 'default', ['aV1', 'bV1'], false],
        ['http://shop/soap/default?services=bV1%2CaV1', 'default', ['aV1', 'bV1'], false],
        ['http://shop/soap/default?services=aV1', 'fr', ['aV1'], false],
        ['http://shop/soap/default?services=aV1&wsdl=1', 'default', ['aV1'], false],
        ['http://shop/soap/?services=aV1', undefined, ['aV1'], false],
        ['http://shop/soap?services=aV1', undefined, ['aV1'], false],
        ['http://shop/SOAP/default?services=aV1', 'default', ['aV1'], false],
        ['http://shop/soap/default?services=aV1/soap/x?services=aV1', undefined, ['aV1'], true],
        ['urn:a', undefined, ['aV1'], false],
        ['', undefined, ['aV1'], false]
    ];

    for (const [namespace, store, services, is] of cases) {
        it(`says ${is ? 'yes' : 'no'} to "${namespace}" at ${store ?? 'no store'} for ${services.join()}`, () => {

            expect(isEndpointNamespace(namespace, { store, services })).to.equal(is);
        });
    }
});

describe('phpUrlEncode()', () => {

    const text = String.fromCharCode(...Array.from({ length: 0x60 }, (_, i) => i + 0x20)) + 'é\u{1F600}\n';

    it('encodes all but letters, digits, "-", "_" and "."', () => {

        expect(phpUrlEncode(' !\'()*~-_.aé')).to.equal('+%21%27%28%29%2A%7E-_.a%C3%A9');
    });

    it('encodes as PHP does', { skip: !hasPhpSoap }, async () => {

        expect(await runPhp('-r', 'echo json_encode(urlencode($argv[1]));', '--', text)).to.equal(phpUrlEncode(text));
    });
});
