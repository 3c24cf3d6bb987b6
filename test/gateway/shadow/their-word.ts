import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Form } from '../../../gateway/shadow/their-word.js';
import { formOf, isTelling, readTheirWord } from '../../../gateway/shadow/their-word.js';


export const lab = Lab.script();
const { describe, it } = lab;

function say(status: number, text: string | undefined, form: Form = 'rest'): string {

    const word = readTheirWord({ status, text }, form);
    switch (word.kind) {
        case 'refused':
            return `${word.reason} ${word.asks.join('+')}`.trim();
        case 'served':
            return word.hasErrors ? 'served with errors' : 'served';
        case 'unclear':
            return word.kind;
    }
}

const notAuthorized = '{"message":"The consumer isn\'t authorized to access %resources.","parameters":{"resources":"Magento_Sales::actions_view, self"}}';

const fault = (code: string, reason: string, detail = '') =>

    `<?xml version="1.0"?><env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"><env:Body><env:Fault><env:Code><env:Value>${code}</env:Value></env:Code>`
    + `<env:Reason><env:Text xml:lang="en">${reason}</env:Text></env:Reason>${detail}</env:Fault></env:Body></env:Envelope>`;

describe('readTheirWord()', () => {

    it('knows refusals for want of a resource, in JSON and XML, in any language, and cut short', () => {

        expect(say(401, notAuthorized)).to.equal('not-authorized Magento_Sales::actions_view+self');
        expect(say(401, '{"message":"Der Konsument darf nicht auf %resources zugreifen.","code":0,"parameters":{"resources":"A_B::\\u0063"},"trace":"#0 /var/')).to.equal('not-authorized A_B::c');
        expect(say(401, ' {\n "message": "No \\"x\\"", "parameters": { "resources": "self" } }')).to.equal('not-authorized self');
        expect(say(401, '<?xml version="1.0"?>\n<response>\n  <message>The consumer isn\'t authorized to access %resources.</message>\n  <parameters>\n    <resources>A_B::c&amp;d</resources>\n  </parameters>\n</response>\n')).to.equal('not-authorized A_B::c&d');
    });

    it('takes another 401 of Magento\'s for an answer of the service, and one of somebody else\'s for none', () => {

        expect(say(401, '{"message":"The account sign-in was incorrect."}')).to.equal('served');
        expect(say(401, '<response><message>Invalid code.</message></response>')).to.equal('served');
        expect(say(401, '<h1>Authorization Required</h1>')).to.equal('unclear');
        expect(say(401, '')).to.equal('unclear');
        expect(say(401, undefined)).to.equal('unclear');
    });

    it('knows what is said of addresses and methods, in the words of both profiles', () => {

        expect(say(404, '{"message":"Request does not match any route."}')).to.equal('unknown-route');
        expect(say(404, '{"message":"No such entity with %fieldName = %fieldValue","parameters":{"fieldName":"id","fieldValue":7}}')).to.equal('served');
        expect(say(404, '<!doctype html>')).to.equal('served');
        expect(say(405, '')).to.equal('method-unsupported');
        expect(say(400, '{"message":"Request method is invalid."}')).to.equal('method-unsupported');
        expect(say(400, '{"message":"Specified request cannot be processed."}')).to.equal('unprocessable');
        expect(say(400, '{"message":"Operation allowed only in HTTPS"}')).to.equal('not-https');
        expect(say(400, '{"message":"Decoding error."}')).to.equal('served');
    });

    it('reads nothing into answers that are good, failed, or somebody else\'s', () => {

        expect(say(200, undefined)).to.equal('served');
        expect(say(302, '')).to.equal('served');
        for (const status of [403, 407, 429, 500, 502, 503]) {
            expect(say(status, notAuthorized), String(status)).to.equal('unclear');
        }
    });

    it('reads the faults of SOAP, whatever their status', () => {

        const detail = '<env:Detail><m:GenericFault><m:Parameters><m:GenericFaultParameter><m:key>resources</m:key><m:value>customerV1,salesV1</m:value></m:GenericFaultParameter></m:Parameters></m:GenericFault></env:Detail>';
        expect(say(200, fault('env:Sender', 'The consumer isn&#039;t authorized to access %resources.', detail), 'soap')).to.equal('not-authorized customerV1+salesV1');
        expect(say(500, fault('rpc:ProcedureNotPresent', 'Procedure not present'), 'soap')).to.equal('unknown-route');
        expect(say(500, '<SOAP-ENV:Fault><faultcode>SOAP-ENV:Server</faultcode><faultstring>Procedure \'aV1Get\' not present</faultstring></SOAP-ENV:Fault>', 'soap')).to.equal('unknown-route');
        expect(say(200, fault('env:Sender', 'No such entity'), 'soap')).to.equal('served with errors');
        expect(say(200, '<Fault></Fault>', 'soap')).to.equal('served with errors');
        expect(say(200, '<env:Envelope><env:Body><ns1:aV1GetResponse/></env:Body></env:Envelope>', 'soap')).to.equal('served');
        expect(say(500, '<h1>Error</h1>', 'soap')).to.equal('unclear');
        expect(say(200, undefined, 'soap')).to.equal('unclear');
    });

    it('sees in GraphQL whether there were errors', () => {

        expect(say(200, '{"errors":[{"message":"x"}],"data":null}', 'graphql')).to.equal('served with errors');
        expect(say(200, '{"data":{"errors":1}}', 'graphql')).to.equal('served');
        expect(say(500, '{"errors":[]}', 'graphql')).to.equal('unclear');
        expect(say(200, undefined, 'graphql')).to.equal('unclear');
    });

    it('leaves entities that it does not know', () => {

        expect(readTheirWord({ status: 401, text: '<response><message>a &unknown; &#65; &lt;</message><parameters><resources>x</resources></parameters></response>' }, 'rest')).to.include({ message: 'a &unknown; A <' });
    });
});

describe('formOf()', () => {

    it('tells SOAP and GraphQL from all that is answered as over REST', () => {

        expect(formOf({ kind: 'soap', store: undefined, path: '', query: '' })).to.equal('soap');
        expect(formOf({ kind: 'graphql', path: '', query: '' })).to.equal('graphql');
        expect(formOf({ kind: 'schema' })).to.equal('rest');
        expect(formOf(undefined)).to.equal('rest');
    });
});

describe('isTelling()', () => {

    it('wants the body of refusals over REST, and of every answer elsewhere', () => {

        expect([200, 304, 400, 401, 404, 500].map((status) => isTelling('rest', status))).to.equal([false, false, true, true, true, false]);
        expect([isTelling('soap', 200), isTelling('graphql', 200)]).to.equal([true, true]);
    });
});
