import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readSoapCredentials, renderTokenAnswer, tokenOperations, tokenServices } from '../../../gateway/soap/token.js';
import { readEnvelope } from '../../../gateway/soap/envelope.js';
import type { SoapCall } from '../../../gateway/soap/envelope.js';
import { refusalsFor } from '../../../plugin/refusals/refusal.js';


export const lab = Lab.script();
const { describe, it } = lab;

const refusals = refusalsFor('2.4');
const operation = 'integrationCustomerTokenServiceV1CreateCustomerAccessToken';
const namespaces = { '1.1': 'http://schemas.xmlsoap.org/soap/envelope/', '1.2': 'http://www.w3.org/2003/05/soap-envelope' };

function callWith(content: string, version: '1.1' | '1.2' = '1.2', namespace = 'urn:a'): SoapCall {

    const element = `<n:${operation}Request xmlns:n="${namespace}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">${content}</n:${operation}Request>`;
    return readEnvelope(Buffer.from(`<Envelope xmlns="${namespaces[version]}"><Body>${element}</Body></Envelope>`), refusals, '') as SoapCall;
}

describe('tokenServices', () => {

    it('hold the operations that the gate answers', () => {

        expect([...tokenServices.values()].flatMap((service) => [...service.operations.keys()])).to.equal([...tokenOperations.keys()]);
    });
});

describe('readSoapCredentials()', () => {

    const read = (content: string) => readSoapCredentials(callWith(content), refusals);

    const taken: readonly (readonly [content: string, username: string, password: string])[] = [
        ['<username>a</username><password>b</password>', 'a', 'b'],
        ['<n:password>b</n:password> <n:username>a</n:username><other>c</other><other>d</other>', 'a', 'b'],
        ['<username xmlns="urn:b" i:type="s">01234</username><password> 1e5\n</password>', '01234', ' 1e5\n'],
        ['<username>a&amp;<!-- -->b</username><password><![CDATA[<c>]]></password>', 'a&b', '<c>'],
        ['<username i:nil="false">a</username><password i:nil="0">b</password>', 'a', 'b']
    ];

    for (const [content, username, password] of taken) {
        it(`takes ${JSON.stringify(content)}`, () => {

            expect(read(content)).to.equal({ kind: 'credentials', username, password });
        });
    }

    const both = refusals.fieldsMissing(['username', 'password']);
    const array = refusals.fieldType('array', 'string');
    const refused: readonly (readonly [content: string, refusal: object])[] = [
        ['', both],
        ['<username></username><password/>', both],
        ['<username i:nil="true">a</username><password i:nil="1"/>', both],
        ['<username>a</username>', refusals.fieldsMissing(['password'])],
        ['<password>b</password><username/>', refusals.fieldsMissing(['username'])],
        ['<username/>', refusals.fieldsMissing(['password'])],
        ['<username>a</username><username>b</username><password>c</password>', array],
        ['<password>a</password><password>b</password>', array]
    ];

    for (const [content, refusal] of refused) {
        it(`refuses ${JSON.stringify(content)}`, () => {

            expect(read(content)).to.equal({ kind: 'refused', raisedBy: 'magento', refusal });
        });
    }

    it('refuses elements where text belongs, as PHP does', () => {

        const message = 'SOAP-ERROR: Encoding: Violation of encoding rules';
        expect(read('<username>a<b/></username><password>c</password>'))
            .to.equal({ kind: 'refused', raisedBy: 'php', version: '1.2', code: 'Receiver', refusal: { status: 500, reason: 'bad-request', message } });
    });
});

describe('renderTokenAnswer()', () => {

    it('answers in SOAP 1.2, in the namespace of the call', () => {

        expect(renderTokenAnswer(callWith('', '1.2', 'http://h/?a&amp;b=&quot;&lt;'), operation, 'a<b')).to.equal({
            status: 200,
            headers: { 'content-type': 'application/soap+xml; charset=utf-8', 'cache-control': 'no-store' },
            body: '<?xml version="1.0" encoding="UTF-8"?>\n<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:ns1="http://h/?a&amp;b=&quot;&lt;"><env:Body>'
                + `<ns1:${operation}Response><result>a&lt;b</result></ns1:${operation}Response></env:Body></env:Envelope>\n`
        });
    });

    it('answers SOAP 1.1 in kind', () => {

        const { headers, body } = renderTokenAnswer(callWith('', '1.1'), operation, 'true');
        expect(headers['content-type']).to.equal('text/xml; charset=utf-8');
        expect(body).to.equal('<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ns1="urn:a"><SOAP-ENV:Body>'
            + `<ns1:${operation}Response><result>true</result></ns1:${operation}Response></SOAP-ENV:Body></SOAP-ENV:Envelope>\n`);
    });
});
