import { randomBytes } from 'node:crypto';

import type { Login } from '../../plugin/issue/login.js';
import type { Refusals } from '../../plugin/refusals/refusal.js';
import type { Answer } from '../../plugin/refusals/render.js';
import type { Stores } from '../authorize.js';
import type { ClientOf } from '../client-of.js';
import type { Forward } from '../forwarder.js';
import type { Door } from '../gate.js';
import type { LogOut } from '../log-out.js';
import type { DecideSoap } from '../soap-decision.js';
import type { SoapCall } from '../soap/envelope.js';
import type { Passage } from '../visit.js';
import { readBody } from '../../plugin/issue/body.js';
import { refuse } from '../../plugin/refusals/refuse.js';
import { placeOf } from '../authorize.js';
import { hasBody } from '../forwarder.js';
import { isCoded } from '../framing.js';
import { renderCallFault, renderWsdlFault } from '../soap/fault.js';
import { refusedByMagento } from '../soap/refusal.js';
import { readSoapCredentials, renderTokenAnswer, tokenOperations } from '../soap/token.js';
import { renderWsdl } from '../soap/wsdl.js';


interface SoapParts {
    readonly decide: DecideSoap;
    readonly refusals: Refusals;
    readonly clientOf: ClientOf;
    readonly login: Login;
    readonly logOut: LogOut;
    readonly forward: Forward;
    readonly stores: Stores | undefined;
    /** An envelope is read whole before it is decided on. */
    readonly maxBytes: number;
}

const noBody = Buffer.alloc(0);

/**
 * Makes the door of SOAP: a call is what the Body says and no header (SPEC 9). The token services are answered here, WSDL included;
 * everything else is authorized and forwarded byte for byte.
 */
export function soapDoor({ decide, refusals, clientOf, login, logOut, forward, stores, maxBytes }: SoapParts): Door<'soap'> {

    const answerToken = async (call: SoapCall, operation: string, store: string | undefined, passage: Passage): Promise<Answer | undefined> => {

        const { req, standing } = passage;
        const token = tokenOperations.get(operation);
        if (token === undefined) {
            return undefined;
        }

        const endpoint = call.element.namespace;
        if (token.kind === 'logout') {
            if (standing.session?.type !== 'customer') {
                return renderCallFault(refusedByMagento(refusals.fieldsMissing(['customerId'])), endpoint);
            }

            await logOut(standing.session, passage, store);
            return renderTokenAnswer(call, operation, 'true');
        }

        const credentials = readSoapCredentials(call, refusals);
        if (credentials.kind === 'refused') {
            return renderCallFault(credentials, endpoint);
        }

        const { username, password } = credentials;
        const issued = await login({ type: token.type, username, password, source: clientOf(req).address, ...placeOf(stores, token.type, store) });
        return issued.kind === 'issued' ? renderTokenAnswer(call, operation, issued.token) : renderCallFault(refusedByMagento(issued.refusal), endpoint);
    };

    return async function soap({ store, query }, passage) {

        const { req, trail, standing } = passage;
        const reportId = randomBytes(7).toString('hex').slice(1);
        const decision = decide({ store, query, method: String(req.method), host: req.headers.host ?? '', isSecure: clientOf(req).isSecure, isCoded: isCoded(req.headers), reportId }, standing);
        switch (decision.kind) {
            case 'forward':

                // A SoapServer that is not Magento's takes any body for a call, whatever the query asks for

                return forward(passage, hasBody(req) ? { body: noBody } : undefined);
            case 'plain':
                return refuse(decision.refusal, req);
            case 'fault':
                return renderWsdlFault(decision.refusal, decision.url);
            case 'wsdl':
                return renderWsdl(decision.url, decision.operations);
            case 'call':
                break;
        }

        const body = await readBody(req, maxBytes);
        if (body === 'too-large') {
            return renderCallFault(refusedByMagento(refusals.bodyTooLarge(maxBytes)), decision.url);
        }

        const decided = decision.decide(body);
        if (decided.kind === 'refused') {
            return renderCallFault(decided, decision.url);
        }

        trail.operation = decided.operation;
        const answer = await answerToken(decided.call, decided.operation, store, passage);
        return answer === undefined ? forward(passage, { body: decided.body }) : answer;
    };
}
