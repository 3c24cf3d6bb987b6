import type { DocumentNode, ExecutionResult, GraphQLFormattedError } from 'graphql';
import { executeSync, GraphQLError } from 'graphql';

import type { Reason, Refusal } from '../../plugin/refusals/refusal.js';
import type { Answer } from '../../plugin/refusals/render.js';
import { encodeJson } from '../../plugin/refusals/php-json.js';
import { refusalHeaders } from '../../plugin/refusals/render.js';
import { tokenSchema } from './schema.js';


/** One operation that the gate answers, and the values of its variables. */
export interface TokenOperation {
    readonly document: DocumentNode;
    readonly variables: Readonly<Record<string, unknown>>;
}

/** What becomes of the token fields of an operation: a value, or a GraphQLError that is thrown. */
export interface TokenResolvers {
    readonly generateCustomerToken?: (credentials: { readonly email: string; readonly password: string }) => { readonly token: string } | null;
    readonly revokeCustomerToken?: () => { readonly result: boolean } | null;
}

/** Runs an operation, with its aliases, fragments and directives. An absent resolver makes null. */
export function runOperation({ document, variables }: TokenOperation, resolvers: TokenResolvers): ExecutionResult {

    return executeSync({ schema: tokenSchema, document, variableValues: variables, rootValue: resolvers });
}

/** The answer to `generateCustomerToken` with good credentials. */
export function answerGenerated(operation: TokenOperation, token: string): Answer {

    return answerResult(runOperation(operation, { generateCustomerToken: () => ({ token }) }));
}

/** The answer to `revokeCustomerToken` of a customer. */
export function answerRevoked(operation: TokenOperation): Answer {

    return answerResult(runOperation(operation, { revokeCustomerToken: () => ({ result: true }) }));
}

/** The answer to `revokeCustomerToken` of anybody who is no customer (SPEC 10.4). */
export function answerNotCustomer(operation: TokenOperation): Answer {

    return answerError(operation, 'The current customer isn\'t authorized.', 'graphql-authorization', 'not-authorized');
}

/** The answer to credentials that are refused: 200 with the reason in the body, as Magento 2.4.7 does (SPEC 10.3). */
export function answerNotAuthenticated(operation: TokenOperation, { message, reason }: Refusal): Answer {

    return answerError(operation, message, 'graphql-authentication', reason);
}

/** The answer where no operation could be run: too large a body, no hashing or no store to be had. It keeps the refusal's status. */
export function answerRefusal(refusal: Refusal): Answer {

    const answer = write(refusal.status, { errors: [{ message: refusal.message }] }, refusal.reason);
    return { ...answer, headers: { ...refusalHeaders(refusal), ...answer.headers } };
}

/** The answer to a request of which no operation is run. */
export function answerFault(status: number, error: GraphQLFormattedError): Answer {

    return write(status, { errors: [error] }, 'bad-request');
}

/** Writes out what came of an operation, its errors before its data, as Magento does. `reason`: of the errors, where there are any. */
export function answerResult({ errors, data }: ExecutionResult, reason: Reason = 'bad-request'): Answer {

    return write(200, { errors, data }, errors && reason);
}

function write(status: number, content: unknown, reason: Reason | undefined): Answer {

    return { status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body: encodeJson(content), ...reason !== undefined && { reason } };
}

function answerError(operation: TokenOperation, message: string, category: string, reason: Reason): Answer {

    const fail = () => {

        throw new GraphQLError(message, { extensions: { category } });
    };

    return answerResult(runOperation(operation, { generateCustomerToken: fail, revokeCustomerToken: fail }), reason);
}
