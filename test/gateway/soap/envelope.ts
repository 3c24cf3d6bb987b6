import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import * as FastCheck from 'fast-check';

import { refusalsFor } from '../../../plugin/refusals/refusal.js';
import { readEnvelope } from '../../../gateway/soap/envelope.js';
import { renderCallFault } from '../../../gateway/soap/fault.js';
import type { SoapRefused } from '../../../gateway/soap/refusal.js';
import { renderWsdl } from '../../../gateway/soap/wsdl.js';
import { hasPhpSoap, startPhpSoapServer } from '../../support/php.js';
import type { PhpSoapServer } from '../../support/php.js';


export const lab = Lab.script();
const { describe, it, before, after } = lab;

const refusals = refusalsFor('2.4');
const namespace = 'http://127.0.0.1/soap/default?services=integrationCustomerTokenServiceV1';
const open = 'integrationCustomerTokenServiceV1CreateCustomerAccessToken';
const secret = 'integrationCustomerTokenServiceV1RevokeCustomerAccessToken';
const soap11 = 'http://schemas.xmlsoap.org/soap/envelope/';
const soap12 = 'http://www.w3.org/2003/05/soap-envelope';

const call = (operation: string) => `<n:${operation}Request><username>u</username></n:${operation}Request>`;
const envelope = (content: string, of = soap12, attributes = '') => `<e:Envelope xmlns:e="${of}" xmlns:n="${namespace}"${attributes}>${content}</e:Envelope>`;
const body = (content: string, of = soap12) => envelope(`<e:Body>${content}</e:Body>`, of);

function read(text: Buffer | string) {

    return readEnvelope(Buffer.from(text), refusals, 'abc');
}

/** The operation that is read, or the sentence of the refusal. */
function tell(text: Buffer | string): string {

    const result = read(text);
    return result.kind === 'call' ? `${result.version} ${result.operation ?? 'none'}` : result.refusal.message;
}

// What PHP takes and we take, and it calls the same.
const accepted: readonly (readonly [name: string, text: Buffer | string, told: string])[] = [
    ['SOAP 1.2', body(call(open)), `1.2 ${open}`],
    ['SOAP 1.1', body(call(open), soap11), `1.1 ${open}`],
    ['a declaration, a byte order mark, space', `\uFEFF<?xml version="1.0" encoding="utf-8"?>\r\n${body(`\n  ${call(open)}\n`)}\r\n`, `1.2 ${open}`],
    ['a default namespace', `<Envelope xmlns="${soap12}"><Body><${open}Request xmlns="${namespace}"/></Body></Envelope>`, `1.2 ${open}`],
    ['an empty header', envelope(`<e:Header> text <!-- --></e:Header><e:Body>${call(open)}</e:Body>`), `1.2 ${open}`],
    ['comments and instructions before the operation', `<!-- a --><?b " ?>${body(`<!-- ${call(secret)} --><?x " ?>${call(open)}<?x " ?>`)}`, `1.2 ${open}`],
    ['text and CDATA before the operation', body(`text<![CDATA[${call(secret)}]]>${call(open)}`), `1.2 ${open}`],
    ['an envelope within the operation', body(`<n:${open}Request>${body(call(secret))}</n:${open}Request>`), `1.2 ${open}`],
    ['a namespace declared anew', `<n:Envelope xmlns:n="${soap12}"><n:Body><n:${open}Request xmlns:n="${namespace}"/></n:Body></n:Envelope>`, `1.2 ${open}`],
    ['a character reference in the namespace', body(call(open)).replace('127.0.0.1', '127.0.0&#46;1'), `1.2 ${open}`]
];

// What PHP refuses in the same words.
const refused: readonly (readonly [name: string, text: string, told: string])[] = [
    ['another namespace of the envelope', body(call(open), 'urn:soap'), 'Wrong Version'],
    ['an envelope without namespace', '<Envelope><Body/></Envelope>', 'Wrong Version'],
    ['another root', '<a/>', 'Wrong Version'],
    ['a body without envelope', `<e:Body xmlns:e="${soap12}"/>`, 'Wrong Version'],
    ['no body', envelope('<e:Header/>'), 'Body must be present in a SOAP envelope'],
    ['nothing', envelope(''), 'Body must be present in a SOAP envelope'],
    ['something else before the body', envelope(`<a/><e:Body>${call(open)}</e:Body>`), 'Body must be present in a SOAP envelope'],
    ['two headers', envelope(`<e:Header/><e:Header/><e:Body>${call(open)}</e:Body>`), 'Body must be present in a SOAP envelope'],
    ['a header of another version', envelope(`<o:Header xmlns:o="${soap11}"/><e:Body>${call(open)}</e:Body>`), 'Body must be present in a SOAP envelope'],
    ['a body of another version', envelope(`<o:Body xmlns:o="${soap12}">${call(open)}</o:Body>`, soap11), 'Body must be present in a SOAP envelope'],
    ['two bodies', envelope(`<e:Body>${call(open)}</e:Body><e:Body>${call(secret)}</e:Body>`), 'A SOAP 1.2 envelope can contain only Header and Body'],
    ['a header after the body', envelope(`<e:Body>${call(open)}</e:Body><e:Header/>`), 'A SOAP 1.2 envelope can contain only Header and Body'],
    ['an empty body', body(''), 'looks like we got "Body" without function call'],
    ['text alone', body('text', soap11), 'looks like we got "Body" without function call'],
    ['two operations', body(call(open) + call(secret)), 'Error cannot find parameter'],
    ['two operations in SOAP 1.1', body(call(open) + call(open), soap11), 'Error cannot find parameter']
];

// What PHP takes, or refuses otherwise, and we refuse.
const internal = 'Internal Error. Details are available in Magento log file. Report ID: webapi-abc';
const stricter: readonly (readonly [name: string, text: Buffer | string, told: string])[] = [
    ['nothing at all', '', 'Invalid XML'],
    ['no XML', 'x', internal],
    ['half an envelope', body(call(open)).slice(0, -1), internal],
    ['a NUL', `${body(call(open))}\0`, internal],
    ['an entity', body(`<n:${open}Request>&a;</n:${open}Request>`), internal],
    ['an undeclared prefix', body(`<p:${open}Request/>`), internal],
    ['a document type', `<!DOCTYPE a [<!ENTITY b "c">]>${body(call(open))}`, 'Invalid XML: Detected use of illegal DOCTYPE'],
    ['another encoding by name', `<?xml version="1.0" encoding="ISO-8859-1"?>${body(call(open))}`, 'Invalid XML: UTF-8 is the only supported encoding.'],
    ['another encoding', Buffer.from(`\uFEFF${body(call(open))}`, 'utf16le'), 'Invalid XML: UTF-8 is the only supported encoding.'],
    ['two bodies in SOAP 1.1', envelope(`<e:Body>${call(open)}</e:Body><e:Body>${call(secret)}</e:Body>`, soap11), 'A SOAP 1.2 envelope can contain only Header and Body'],
    ['an operation in the header', envelope(`<e:Header>${call(secret)}</e:Header><e:Body>${call(open)}</e:Body>`), `Operation "${secret}Request" not found.`],
    ['an operation in the header by its bare name', envelope(`<e:Header><${secret}/></e:Header><e:Body>${call(open)}</e:Body>`, soap11), `Operation "${secret}" not found.`],
    ['any other header block', envelope(`<e:Header><s:Security xmlns:s="urn:s"/></e:Header><e:Body>${call(open)}</e:Body>`), 'Operation "Security" not found.']
];

describe('readEnvelope()', () => {

    for (const [name, text, told] of [...accepted, ...refused, ...stricter]) {
        it(`reads ${name}`, () => {

            expect(tell(text)).to.equal(told);
        });
    }

    it('has no operation where the element is no request', () => {

        expect(read(body(`<n:${open}/>`))).to.include({ kind: 'call', version: '1.2', operation: undefined });
    });

    it('keeps the element whole', () => {

        const result = read(body(`<n:${open}Request><username>a</username></n:${open}Request>`));
        expect(result.kind === 'call' && [result.element.namespace, result.element.children[0]?.text]).to.equal([namespace, 'a']);
    });

    it('gives an empty body the status of Magento, and one in another encoding its own', () => {

        expect(['', '<!DOCTYPE a>', Buffer.from([0xFF])].map((text) => {

            const result = read(text);
            return result.kind === 'refused' && [result.raisedBy, result.refusal.status];
        })).to.equal([['magento', 500], ['magento', 500], ['magento', 400]]);
    });
});

/** Puts a piece in, mostly at the edge of a tag, where the document may well stay well-formed; elsewhere it may cut something out. */
function mutate(text: string, [at, cut, piece]: readonly [at: number, cut: number, piece: string]): string {

    const edges = [...text.matchAll(/(?<=>)|(?=<)/g)].map(({ index }) => index);
    const from = cut < 7 ? edges[at % edges.length] ?? 0 : at % (text.length + 1);
    return text.slice(0, from) + piece + text.slice(from + Math.max(0, cut - 6));
}

describe('readEnvelope() beside PHP', () => {

    let php: PhpSoapServer;

    before(async () => {

        if (hasPhpSoap) {
            php = await startPhpSoapServer(renderWsdl(namespace, [open, secret]).body);
        }
    });

    after(async () => {

        if (hasPhpSoap) {
            await php.stop();
        }
    });

    it('finds the operation that PHP runs', { skip: !hasPhpSoap }, async () => {

        for (const [name, text] of accepted) {
            expect([name, ...(await php.post(text)).called]).to.equal([name, open]);
        }
    });

    it('refuses as PHP does', { skip: !hasPhpSoap }, async () => {

        for (const [name, text] of refused) {
            const result = read(text);
            const { status, headers, body: written } = renderCallFault(result as SoapRefused, namespace);
            expect(await php.post(text), name).to.equal({ status, type: headers['content-type'] ?? '', body: written, called: [] });
        }
    });

    it('keeps the operations in a header from PHP, which runs them', { skip: !hasPhpSoap }, async () => {

        const headers = stricter.filter(([name]) => name.startsWith('an operation in the header'));
        for (const [, text] of headers) {
            expect((await php.post(text)).called).to.equal([secret, open]);
        }

        expect(headers).to.have.length(2);
    });

    it('never lets PHP run another operation than it found', { skip: !hasPhpSoap, timeout: 60_000 }, async () => {

        const piece = FastCheck.constantFrom(
            '<e:Envelope>', '</e:Envelope>', '<e:Header>', '</e:Header>', '<e:Header/>', '<e:Body>', '</e:Body>', '<e:Body/>', call(open), call(secret), call(open), call(secret),
            '<!--', '-->', '<![CDATA[', ']]>', '<?a ', '?>', '"', '\'', '>', ' ', 'text', '&#60;', '&lt;', `<a xmlns:n="${namespace}">`, '</a>', '<a b="', '"/>',
            `<!-- ${call(secret)} -->`, '<!-- " -->', '<?a " ?>', '<?a > ?>', `<?a ${call(secret)} ?>`, `<![CDATA[${call(secret)}]]>`, '<a b=">"/>', '<n:a>', '</n:a>',
            ` xmlns:e="${soap11}"`, '<n:', '\uFEFF', '\r', '\0', ' xmlns="', '<e:Body xmlns:e="'
        );
        const originals = [...accepted, ...refused].map(([, text]) => text.toString());
        const mutations = FastCheck.array(FastCheck.tuple(FastCheck.nat(), FastCheck.nat(8), piece), { maxLength: 4 });
        const documents = FastCheck.sample(FastCheck.tuple(FastCheck.constantFrom(...originals), mutations), { seed: 17, numRuns: 1500 });

        let runs = 0;
        for (const [original, changes] of documents) {
            const text = changes.reduce(mutate, original);
            const result = read(text);
            if (result.kind === 'call') {
                const { called } = await php.post(text);
                runs += called.length;
                expect([text, ...called.filter((operation) => operation !== result.operation)]).to.equal([text]);
                expect(called.length).to.be.at.most(1);
            }
        }

        expect(runs).to.be.above(100);
    });
});
