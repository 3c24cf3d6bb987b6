import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { renderCallFault, renderWsdlFault } from '../../../gateway/soap/fault.js';
import { parametersNotAllowed, procedureNotPresent, refusedByMagento, refusedByPhp } from '../../../gateway/soap/refusal.js';
import { refusalsFor } from '../../../plugin/refusals/refusal.js';


export const lab = Lab.script();
const { describe, it } = lab;

const refusals = refusalsFor('2.4');
const endpoint = 'http://127.0.0.1:8181/soap/default?services=aV1%2CbV1';

function fault(attributes: string, code: string, reason: string, detail: string): string {

    return `<?xml version="1.0" encoding="UTF-8"?>
<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" ${attributes}>
   <env:Body>
      <env:Fault>
         <env:Code>
            <env:Value>env:${code}</env:Value>
         </env:Code>
         <env:Reason>
            <env:Text xml:lang="en">${reason}</env:Text>
         </env:Reason>
         ${detail}
      </env:Fault>
   </env:Body>
</env:Envelope>`;
}

const details = 'xmlns:m="http%3A%2F%2F127.0.0.1%3A8181%2Fsoap%2Fdefault%3Fservices%3DaV1%252CbV1%26wsdl%3D1"';

describe('renderCallFault()', () => {

    it('writes a fault of Magento\'s under HTTP 200, without a challenge', () => {

        expect(renderCallFault(refusedByMagento(refusals.loginFailed('customer')), endpoint)).to.equal({
            status: 200,
            reason: 'login-failed',
            headers: { 'content-type': 'application/soap+xml; charset=UTF-8', 'cache-control': 'no-store' },
            body: fault('', 'Sender', 'The account sign-in was incorrect or your account is disabled temporarily. Please wait and try again later.', '')
        });
    });

    it('writes parameters by name', () => {

        const resource = '<m:GenericFaultParameter><m:key>resources</m:key><m:value>aV1, bV1</m:value></m:GenericFaultParameter>';
        expect(renderCallFault(refusedByMagento(refusals.notAuthorized(['aV1', 'bV1'], 'bad')), endpoint)).to.include({
            status: 200,
            body: fault(details, 'Sender', 'The consumer isn&#039;t authorized to access %resources.', `<env:Detail><m:GenericFault><m:Parameters>${resource}</m:Parameters></m:GenericFault></env:Detail>`)
        });
    });

    it('numbers parameters by position from 1', () => {

        const refusal = { status: 400, reason: 'bad-request', message: '%1 & %2', parameters: [6, '<b>'] } as const;
        const parameters = '<m:GenericFaultParameter><m:key>1</m:key><m:value>6</m:value></m:GenericFaultParameter>'
            + '<m:GenericFaultParameter><m:key>2</m:key><m:value>&lt;b&gt;</m:value></m:GenericFaultParameter>';
        expect(renderCallFault(refusedByMagento(refusal), endpoint).body)
            .to.equal(fault(details, 'Sender', '%1 &amp; %2', `<env:Detail><m:GenericFault><m:Parameters>${parameters}</m:Parameters></m:GenericFault></env:Detail>`));
    });

    it('writes several errors, with parameters or without', () => {

        const refusal = { ...refusals.fieldsMissing(['username', 'password']), errors: [{ message: '"%a" < b', parameters: { a: '"x"' } }, { message: 'c' }] };
        const first = '<m:WrappedError><m:message>"%a" &lt; b</m:message><m:parameters><m:parameter><m:key>a</m:key><m:value>"x"</m:value></m:parameter></m:parameters></m:WrappedError>';
        expect(renderCallFault(refusedByMagento(refusal), endpoint).body).to.equal(fault(details, 'Sender', 'One or more input exceptions have occurred.',
            `<env:Detail><m:GenericFault><m:WrappedErrors>${first}<m:WrappedError><m:message>c</m:message></m:WrappedError></m:WrappedErrors></m:GenericFault></env:Detail>`));
    });

    it('blames the receiver for a masked error', () => {

        expect(renderCallFault(refusedByMagento(refusals.internal('0123456789abc')), endpoint).body)
            .to.equal(fault('', 'Receiver', 'Internal Error. Details are available in Magento log file. Report ID: webapi-0123456789abc', ''));
    });

    it('keeps the status of what the gate alone refuses', () => {

        const { status, headers } = renderCallFault(refusedByMagento(refusals.storeUnavailable()), endpoint);
        expect([status, headers['retry-after']]).to.equal([503, '1']);
        expect(renderCallFault(refusedByMagento(refusals.bodyTooLarge(1)), endpoint).status).to.equal(413);
        const refused = renderCallFault(refusedByMagento(refusals.badToken()), endpoint);
        expect([refused.status, refused.headers['www-authenticate']]).to.equal([401, 'Bearer error="invalid_token"']);
    });

    it('writes a fault of PHP\'s under HTTP 500', () => {

        expect(renderCallFault(procedureNotPresent('1.2', 'a'), endpoint)).to.equal({
            status: 500,
            reason: 'unknown-route',
            headers: { 'content-type': 'application/soap+xml; charset=utf-8', 'cache-control': 'no-store' },
            body: '<?xml version="1.0" encoding="UTF-8"?>\n<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"><env:Body><env:Fault><env:Code><env:Value>rpc:ProcedureNotPresent</env:Value>'
                + '</env:Code><env:Reason><env:Text>Procedure not present</env:Text></env:Reason></env:Fault></env:Body></env:Envelope>\n'
        });
        expect(renderCallFault(refusedByPhp('1.2', 'Receiver', 'a "b"'), endpoint).body).to.include('<env:Value>env:Receiver</env:Value></env:Code><env:Reason><env:Text>a "b"</env:Text>');
    });

    it('writes a fault of PHP\'s in SOAP 1.1', () => {

        expect(renderCallFault(procedureNotPresent('1.1', 'a'), endpoint)).to.include({
            status: 500,
            body: '<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Body><SOAP-ENV:Fault>'
                + '<faultcode>SOAP-ENV:Server</faultcode><faultstring>Procedure \'a\' not present</faultstring></SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>\n'
        });
    });
});

describe('renderWsdlFault()', () => {

    it('writes the real status, and the challenge with it', () => {

        const { status, headers, body } = renderWsdlFault(refusals.notAuthorized(['aV1', 'bV1'], 'absent'), endpoint);
        expect([status, headers['content-type'], headers['www-authenticate']]).to.equal([401, 'text/xml; charset=UTF-8', 'Bearer']);
        expect(body).to.include(details);
    });

    it('escapes what the client sent', () => {

        expect(renderWsdlFault(parametersNotAllowed(['<a>"\'&amp;']), endpoint))
            .to.include({ status: 400, body: fault('', 'Sender', 'Not allowed parameters: &lt;a&gt;&quot;&#039;&amp;amp;. Please use only wsdl and services.', '') });
    });
});
