import type { IncomingMessage } from 'node:http';

import type { Login } from '../../plugin/issue/login.js';
import type { Refusals } from '../../plugin/refusals/refusal.js';
import type { Answer } from '../../plugin/refusals/render.js';
import type { Stores } from '../authorize.js';
import type { ClientOf } from '../client-of.js';
import type { Forward } from '../forwarder.js';
import type { Door } from '../gate.js';
import type { GraphqlReading } from '../graphql/read.js';
import type { LogOut } from '../log-out.js';
import type { Passage } from '../visit.js';
import { readBody } from '../../plugin/issue/body.js';
import { placeOf } from '../authorize.js';
import { hasBody } from '../forwarder.js';
import { answerGenerated, answerNotAuthenticated, answerNotCustomer, answerRefusal, answerRevoked } from '../graphql/answer.js';
import { readGraphql } from '../graphql/read.js';


interface GraphqlParts {
    readonly refusals: Refusals;
    readonly clientOf: ClientOf;
    readonly login: Login;
    readonly logOut: LogOut;
    readonly forward: Forward;
    readonly stores: Stores | undefined;
    /** A document is read whole before it is decided on. */
    readonly maxBytes: number;
}

type TokenReading = Exclude<GraphqlReading, { readonly kind: 'other' }>;

/** Makes the door of GraphQL: everything goes through with the caller's identity but the token mutations, which are answered here (SPEC 10.4). */
export function graphqlDoor({ refusals, clientOf, login, logOut, forward, stores, maxBytes }: GraphqlParts): Door<'graphql'> {

    const answerTokens = async (reading: TokenReading, passage: Passage): Promise<Answer> => {

        const { req, standing } = passage;
        switch (reading.kind) {
            case 'answered':
                return reading.answer;
            case 'revoke':
                if (standing.session?.type !== 'customer') {
                    return standing.credential === 'unchecked' ? answerRefusal(refusals.storeUnavailable()) : answerNotCustomer(reading.operation);
                }

                await logOut(standing.session, passage, storeOf(req));
                return answerRevoked(reading.operation);
            case 'generate': {
                const { email: username, password } = reading;
                const issued = await login({ type: 'customer', username, password, source: clientOf(req).address, ...placeOf(stores, 'customer', storeOf(req)) });
                if (issued.kind === 'issued') {
                    return answerGenerated(reading.operation, issued.token);
                }

                return issued.refusal.status === 401 ? answerNotAuthenticated(reading.operation, issued.refusal) : answerRefusal(issued.refusal);
            }
        }
    };

    return async function graphql({ query }, passage) {

        const { req } = passage;
        const body = hasBody(req) ? await readBody(req, maxBytes) : undefined;
        if (body === 'too-large') {
            return answerRefusal(refusals.bodyTooLarge(maxBytes));
        }

        const { 'content-type': contentType, 'content-encoding': contentEncoding } = req.headers;
        const reading = readGraphql({ method: String(req.method), contentType, contentEncoding, query, body: body ?? Buffer.alloc(0) });
        return reading.kind === 'other' ? forward(passage, body && { body }) : answerTokens(reading, passage);
    };
}

/** The store view that the header `Store` names (SPEC 1.3); whatever is no code names none. */
function storeOf({ headers }: IncomingMessage): string | undefined {

    const store = headers['store']?.toString();
    return store !== undefined && /^[a-z][\w-]*$/i.test(store) ? store : undefined;
}
