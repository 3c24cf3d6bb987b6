import { buildSchema } from 'graphql';


/** What of Magento's schema the gate answers itself (SPEC 10.4), in Magento's own types, so that arguments are judged and answers shaped as there. */
export const tokenSchema = buildSchema(`
    type Mutation {
        generateCustomerToken(email: String!, password: String!): CustomerToken
        revokeCustomerToken: RevokeCustomerTokenOutput
    }
    type CustomerToken {
        token: String
    }
    type RevokeCustomerTokenOutput {
        result: Boolean!
    }
`, { assumeValid: true });              // it has no queries, which the specification asks for

/** The fields of a mutation that the gate answers. */
export const tokenFields: ReadonlySet<string> = new Set(['generateCustomerToken', 'revokeCustomerToken']);

/** Whether a text says the name of such a field at all, be it in a comment or in a string. `generateCustomerTokenAsAdmin` is another's. */
export function mentionsTokenField(text: string): boolean {

    return /(?:generate|revoke)CustomerToken(?!\w)/.test(text);
}
