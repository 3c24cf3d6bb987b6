import { existsSync, readFileSync } from 'node:fs';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { CredentialsReading, CredentialsRequest } from '../../../plugin/issue/credentials.js';
import { readCredentials } from '../../../plugin/issue/credentials.js';
import { chooseFormat } from '../../../plugin/refusals/accept.js';
import { refusalsFor } from '../../../plugin/refusals/refusal.js';
import { renderRefusal } from '../../../plugin/refusals/render.js';


export const lab = Lab.script();
const { describe, it } = lab;

const shared = existsSync('../shared/conformance');
const refusals = refusalsFor('2.4');
const good = '{"username":"admin","password":"secret"}';

const read = (body: string | Buffer, more: Partial<CredentialsRequest> = {}): CredentialsReading => {

    return readCredentials({ query: '', contentType: 'application/json', ...more, body: Buffer.from(body) }, refusals);
};

/** What was read, or why not and of which fields. */
const told = (reading: CredentialsReading): readonly unknown[] => {

    if (reading.kind === 'read') {
        return [reading.username, reading.password];
    }

    const { reason, parameters, errors } = reading.refusal;
    return [reason, ...[parameters, ...errors?.map((error) => error.parameters) ?? []].flatMap((named): unknown[] => Object.values(named ?? {}))];
};

describe('readCredentials()', () => {

    it('reads JSON', () => {

        expect(read(good)).to.equal({ kind: 'read', username: 'admin', password: 'secret', fields: new Map([['username', 'admin'], ['password', 'secret']]) });
        expect(told(read('{"username":" a ","password":"\\u0000","_method":"GET","extra":{}}'))).to.equal([' a ', '\0']);
    });

    it('reads XML', () => {

        const body = '<login><username>admin</username><password>a&amp;b</password></login>';
        expect(read(body, { contentType: 'text/xml' })).to.equal({ kind: 'read', username: 'admin', password: 'a&b', fields: new Map([['username', 'admin'], ['password', 'a&b']]) });
    });

    // [user name as it stands in a JSON body, what becomes of it]
    const scalars = [
        ['12', '12'],
        ['-12', '-12'],
        ['1.0', '1'],
        ['1.50', '1.5'],
        ['0', '0'],
        ['"0"', '0'],
        ['1234567890123456', '1234567890123456'],
        ['110021356173586320', '110021356173586320'],
        ['12345678901234567890', '1.2345678901235E+19'],
        ['1.23456789012345678', '1.2345678901235'],
        ['0.0001', '0.0001'],
        ['0.00001', '1.0E-5'],
        ['-1.5e-7', '-1.5E-7'],
        ['1e25', '1.0E+25'],
        ['12345678901234.56', '12345678901235'],
        ['123456789012345.6', '1.2345678901235E+14'],
        ['true', '1']
    ] as const;

    for (const [json, username] of scalars) {
        it(`casts ${json} to "${username}", as PHP does`, () => {

            expect(told(read(`{"username":${json},"password":"b"}`))).to.equal([username, 'b']);
        });
    }

    // [body, the reason and the fields that it names]
    const refused = [
        ['{}', 'field-missing', 'username', 'password'],
        ['[]', 'field-missing', 'username', 'password'],
        ['"x"', 'field-missing', 'username', 'password'],
        ['{"Username":"a","password":"b"}', 'field-missing', 'username'],
        ['{"username":"a"}', 'field-missing', 'password'],
        ['{"username":null,"password":"b"}', 'field-missing', 'username'],
        ['{"username":"a","password":""}', 'field-missing', 'password'],
        ['{"username":false,"password":"b"}', 'field-missing', 'username'],
        ['{"username":"","password":""}', 'field-missing', 'username', 'password'],

        // What is absent is told before what is empty, and a wrong type before both

        ['{"username":"","password":null}', 'field-missing', 'password'],
        ['{"username":["a"],"password":"b"}', 'field-type'],
        ['{"username":"a","password":{}}', 'field-type'],
        ['{"password":[]}', 'field-type'],
        ['{"__proto__":{"username":"a","password":"b"}}', 'field-missing', 'username', 'password'],
        ['{"username":', 'decoding-failed'],
        ['<login/>', 'decoding-failed']
    ] as const;

    for (const [body, ...answer] of refused) {
        it(`refuses ${body} with ${answer.join(' ')}`, () => {

            expect(told(read(body))).to.equal(answer);
        });
    }

    it('refuses XML by the same rules', () => {

        const contentType = 'application/xml';
        expect(told(read('<l><username><a>b</a></username><password>c</password></l>', { contentType }))).to.equal(['field-type']);
        expect(told(read('<l><username>a</username><username>a</username><password>c</password></l>', { contentType }))).to.equal(['field-type']);
        expect(told(read('<l><username/><password>c</password></l>', { contentType }))).to.equal(['field-missing', 'username']);
        expect(told(read('<l a="1"/>', { contentType }))).to.equal(['field-missing', 'username', 'password']);
        expect(told(read('<l>', { contentType }))).to.equal(['decoding-failed']);
        expect(told(read(`<l>${' '.repeat(64 * 1024)}</l>`, { contentType }))).to.equal(['body-too-large']);
        expect(told(read(`{"username":"${'a'.repeat(64 * 1024)}"}`))).to.equal(['field-missing', 'password']);
    });

    it('does not look at a body that is false to PHP, nor at its Content-Type', () => {

        for (const body of ['', '0']) {
            expect(told(read(body, { contentType: undefined }))).to.equal(['field-missing', 'username', 'password']);
        }

        expect(told(read(' ', { contentType: undefined }))).to.equal(['media-type']);
        for (const contentType of ['multipart/form-data; boundary=x', 'Multipart/Form-Data;charset=x; BOUNDARY="x"']) {
            expect(told(read(good, { contentType })), contentType).to.equal(['field-missing', 'username', 'password']);
        }

        expect(told(read('00'))).to.equal(['decoding-failed']);
    });

    it('looks at Content-Type before the body', () => {

        expect(told(read('{', { contentType: 'text/plain' }))).to.equal(['media-type']);
        expect(['multipart/form-data', 'multipart/form-data; charset=x', 'multipart/mixed; boundary=x', 'x multipart/form-data; boundary=x'].map((contentType) => told(read(good, { contentType })))).to.equal([['media-type'], ['media-type'], ['media-type'], ['media-type']]);
        expect(told(read(good, { contentType: ['application/json', 'application/xml'] }))).to.equal(['admin', 'secret']);
    });

    it('reads a Content-Type once, however often it names what it lacks', () => {

        expect(told(read(good, { contentType: `multipart/form-data; ${'boundary'.repeat(200_000)}` }))).to.equal(['media-type']);
    });

    it('names credentials in the query before anything else', () => {

        for (const query of ['username=a&password=b', 'x=1&password=b', 'user%6eame=a', 'username']) {
            expect(told(read(good, { query })), query).to.equal(['credentials-in-query']);
            expect(told(read('{', { query, contentType: undefined })), query).to.equal(['credentials-in-query']);
        }
    });

    it('refuses any other query once the rest is in order', () => {

        for (const query of ['_method=GET', 'username[]=a', '___store=fr', 'a']) {
            expect(told(read(good, { query })), query).to.equal(['credentials-in-query']);
            expect(told(read('{}', { query })), query).to.equal(['field-missing', 'username', 'password']);
        }
    });

    it('takes a query without parameters for none', () => {

        expect(told(read(good, { query: '&' }))).to.equal(['admin', 'secret']);
    });

    it('refuses as a running Magento did, to the byte', { skip: !shared }, () => {

        const lines = readFileSync('../shared/conformance/cases.jsonl', 'utf8').trim().split('\n');
        const cases = lines.map((line) => JSON.parse(line) as RecordedCase).filter(({ group, judge, request }) => {

            return /^token-(customer|admin)$/.test(group) && judge === 'edge' && request.method === 'POST';
        });

        let refusedCases = 0;
        for (const { name, request, response } of cases) {
            const { 'Content-Type': contentType, Accept: accept, 'Transfer-Encoding': framing } = request.headers;
            const body = framing === 'chunked' ? request.body?.split('\r\n')[1] : request.body;
            const reading = read(body ?? '', { contentType: typeof contentType === 'string' ? contentType.trim() : contentType });
            expect(reading.kind, name).to.equal(response.status === 400 ? 'refused' : 'read');
            if (reading.kind === 'refused') {
                const answer = renderRefusal(reading.refusal, chooseFormat(accept) ?? 'json');
                expect([answer.status, answer.headers['content-type'], answer.body], name).to.equal([response.status, response.type, response.body]);
                ++refusedCases;
            }
        }

        expect(refusedCases).to.be.above(70);
    });
});

interface RecordedCase {
    readonly name: string;
    readonly group: string;
    readonly judge: string;
    readonly request: {
        readonly method: string;
        readonly body?: string;
        readonly headers: { readonly 'Content-Type'?: string | readonly string[]; readonly Accept?: string; readonly 'Transfer-Encoding'?: string };
    };
    readonly response: { readonly status: number; readonly type: string; readonly body: string };
}
