import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { print } from 'graphql';

import { readDocument } from '../../../gateway/graphql/document.js';
import { mentionsTokenField } from '../../../gateway/graphql/schema.js';


export const lab = Lab.script();
const { describe, it } = lab;

const generate = 'generateCustomerToken(email: "a", password: "b") { token }';

describe('mentionsTokenField()', () => {

    for (const [text, expected] of [
        [`mutation { ${generate} }`, true],
        ['{"query":"mutation{revokeCustomerToken{result}}"}', true],
        ['# generateCustomerToken', true],
        ['mutation { generateCustomerTokenAsAdmin(input: {customer_email: "a"}) { customer_token } }', false],
        ['mutation { generatecustomertoken }', false],
        ['{ customer { email } }', false]
    ] as const) {
        it(`is ${expected} for ${text}`, () => {

            expect(mentionsTokenField(text)).to.equal(expected);
        });
    }
});

describe('readDocument()', () => {

    for (const [what, source, name, document] of [
        ['a mutation', `mutation { ${generate} }`, undefined, `mutation { ${generate} }`],
        ['a named mutation, whatever name is asked for', `mutation A { ${generate} }`, 'B', `mutation A { ${generate} }`],
        ['an alias', 'mutation { generateCustomerTokenAsAdmin: revokeCustomerToken { result } }', undefined, 'mutation { generateCustomerTokenAsAdmin: revokeCustomerToken { result } }'],
        ['__typename beside it', 'mutation { __typename t: __typename revokeCustomerToken { result } }', undefined, 'mutation { __typename t: __typename revokeCustomerToken { result } }'],
        ['two of them', `mutation { a: ${generate} b: ${generate} }`, undefined, `mutation { a: ${generate} b: ${generate} }`],
        ['directives', 'mutation($a: Boolean!) { revokeCustomerToken @skip(if: $a) { result } }', undefined, 'mutation($a: Boolean!) { revokeCustomerToken @skip(if: $a) { result } }'],
        ['inline fragments', `mutation { ... { ... on Mutation @include(if: true) { ${generate} } } }`, undefined, `mutation { ... { ... on Mutation @include(if: true) { ${generate} } } }`],
        ['fragments, of which one spreads itself', `mutation { ...A } fragment A on Mutation { ...B ...A } fragment B on Mutation { ${generate} }`, undefined,
            `mutation { ...A } fragment A on Mutation { ...B ...A } fragment B on Mutation { ${generate} }`],
        ['the operation that is chosen, with its own fragments only', `query Q { ...F } fragment F on Query { a } mutation M { ...G } fragment G on Mutation { ${generate} }`, 'M',
            `mutation M { ...G } fragment G on Mutation { ${generate} }`],
        ['text in strange spellings', `\uFEFF#c\r\nmutation,M@a{${generate}}`, undefined, `mutation M @a { ${generate} }`]
    ] as const) {
        it(`finds tokens in a document with ${what}`, () => {

            const found = readDocument(source, name);
            const squeeze = (text: string) => text.replace(/\s+/g, ' ').replace(/^mutation\(/, 'mutation (').trim();
            expect(found.kind === 'tokens' && squeeze(print(found.document))).to.equal(squeeze(document));
        });
    }

    for (const [what, source] of [
        ['a comment', '# generateCustomerToken\n{ a }'],
        ['a string', '{ a(b: "generateCustomerToken") }'],
        ['a block string', 'mutation { a(b: """mutation { generateCustomerToken }""") }'],
        ['an alias', 'mutation { generateCustomerToken: a }'],
        ['a deeper field', 'mutation { a { generateCustomerToken } }'],
        ['a query', `query { ${generate} }`],
        ['a fragment that is not spread', `mutation { ...B a } fragment A on Mutation { ${generate} }`],
        ['a fragment of a query', `query { ...A } fragment A on Query { ${generate} }`],
        ['a variable', 'mutation($generateCustomerToken: Int) { a }'],
        ['a type', 'type Mutation { generateCustomerToken: String }']
    ] as const) {
        it(`finds none in ${what} of that name`, () => {

            expect(readDocument(source, undefined)).to.equal({ kind: 'none' });
        });
    }

    for (const [what, source, name] of [
        ['another field', `mutation { ${generate} createEmptyCart }`, undefined],
        ['another field in a fragment', `mutation { ${generate} ...A } fragment A on Mutation { createEmptyCart }`, undefined],
        ['a field of the schema', `mutation { ${generate} __schema { types { name } } }`, undefined],
        ['another operation, which is chosen', `query A { a } mutation B { ${generate} }`, 'A'],
        ['another mutation, which is chosen', `mutation A { a } mutation B { ${generate} }`, 'A'],
        ['an operation of __typename alone, which is chosen', `mutation A { __typename } mutation B { ${generate} }`, 'A']
    ] as const) {
        it(`takes a document for mixed that has ${what}`, () => {

            expect(readDocument(source, name)).to.equal({ kind: 'mixed' });
        });
    }

    for (const [what, source, name, fault, message] of [
        ['is broken off', `mutation { ${generate}`, undefined, 'syntax', 'Syntax Error: Expected Name, found <EOF>.'],
        ['is too long', `mutation { ${generate} ${'a '.repeat(1000)} }`, undefined, 'syntax', 'Syntax Error: Document contains more that 1000 tokens. Parsing aborted.'],
        ['has two operations of which none is chosen', `query A { a } mutation B { ${generate} }`, undefined, 'choice', 'Must provide operation name if query contains multiple operations.'],
        ['has two operations without a name', `{ a } mutation { ${generate} }`, undefined, 'choice', 'Must provide operation name if query contains multiple operations.'],
        ['lacks the operation that is chosen', `query A { a } mutation B { ${generate} }`, 'C', 'choice', 'Unknown operation named "C".']
    ] as const) {
        it(`takes a document for malformed that ${what}`, () => {

            const found = readDocument(source, name);
            expect(found.kind === 'malformed' && [found.fault, found.error.message]).to.equal([fault, message]);
        });
    }

    it('lets a mistake of ours through', () => {

        const notText = 5 as unknown as string;
        expect(() => readDocument(notText, undefined)).to.throw('Body must be a string. Received: 5.');
    });
});
