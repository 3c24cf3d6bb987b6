import { randomBytes } from 'node:crypto';

import type { Lifecycle } from '@hapi/hapi';

import type { Login } from '../../plugin/issue/login.js';
import type { Profile } from '../../plugin/refusals/messages.js';
import type { Refusals } from '../../plugin/refusals/refusal.js';
import type { Answer } from '../../plugin/refusals/render.js';
import type { Authorize, Stores } from '../authorize.js';
import type { ClientOf } from '../client-of.js';
import type { Forward } from '../forwarder.js';
import type { Door, Passage } from '../gate.js';
import type { LogOut } from '../log-out.js';
import type { Policy } from '../policy/load.js';
import type { SoapQuestion } from '../soap/decide.js';
import type { SoapCall } from '../soap/envelope.js';
import { readBody } from '../../plugin/issue/body.js';
import { answerWith, respond } from '../../plugin/refusals/boom.js';
import { placeOf } from '../authorize.js';
import { decideCall, decideWsdl } from '../soap/decide.js';
import { endpointUrl } from '../soap/endpoint.js';
import { readEnvelope } from '../soap/envelope.js';
import { renderCallFault, renderWsdlFault } from '../soap/fault.js';
import { refusedByMagento } from '../soap/refusal.js';
import { readSoapRequest } from '../soap/request.js';
import { readSoapCredentials, renderTokenAnswer, tokenOperations } from '../soap/token.js';
import { hasOwnWsdl, renderWsdl } from '../soap/wsdl.js';


interface SoapParts {
    readonly policy: () => Policy;
    readonly refusals: Refusals;
    readonly authorize: Authorize;
    readonly clientOf: ClientOf;
    readonly login: Login;
    readonly logOut: LogOut;
    readonly forward: Forward;
    readonly stores: Stores | undefined;
    readonly profile: Profile;
    /** An envelope is read whole before it is decided on. */
    readonly maxBytes: number;
}

/**
 * Makes the door of SOAP: a call is what the Body says and no header (SPEC 9). The token services are answered here, WSDL included;
 * everything else is authorized and forwarded byte for byte.
 */
export function soapDoor({ policy, refusals, authorize, clientOf, login, logOut, forward, stores, profile, maxBytes }: SoapParts): Door<'soap'> {

    const answerToken = async (call: SoapCall, operation: string, store: string | undefined, passage: Passage): Promise<Answer | undefined> => {

        const { request, standing } = passage;
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
        const issued = await login({ type: token.type, username, password, source: clientOf(request.raw.req).address, ...placeOf(stores, token.type, store) });
        return issued.kind === 'issued' ? renderTokenAnswer(call, operation, issued.token) : renderCallFault(refusedByMagento(issued.refusal), endpoint);
    };

    return async function soap({ store, query }, passage): Promise<Lifecycle.ReturnValue> {

        const { request, h, standing } = passage;
        const { req } = request.raw;
        const asked = readSoapRequest(query);
        if ((asked.kind === 'list' || asked.kind === 'wsdl') && req.method !== 'GET') {

            // Whatever the query asks for, a SoapServer that is not Magento's takes the body of a POST for a call

            return respond(refusals.methodUnsupported(String(req.method), 'GET'), request, h);
        }

        if (asked.kind === 'list') {
            return forward(passage);
        }

        const isSecure = clientOf(req).isSecure;
        const endpoint = { store, services: 'services' in asked ? asked.services ?? [] : [] };
        const url = endpointUrl(`${isSecure ? 'https' : 'http'}://${req.headers.host ?? ''}`, endpoint);
        const reportId = randomBytes(7).toString('hex').slice(1);
        const question: SoapQuestion = {
            endpoint, refusals, reportId, profile,
            services: policy().soapServices,
            callerType: standing.caller.type,
            isHttps: isSecure,
            isAllowed: (resources) => authorize({ resources, store }, standing) === undefined,
            refuse: (resources) => authorize({ resources, store }, standing) ?? refusals.notAuthorized(resources, 'insufficient')
        };

        if (asked.kind === 'refused') {
            return answerWith(renderWsdlFault(asked.refusal, url), h);
        }

        if (asked.kind === 'wsdl') {
            const shown = decideWsdl(question);
            if (shown.kind === 'refused') {
                return answerWith(renderWsdlFault(shown.refusal, url), h);
            }

            return hasOwnWsdl(asked.services) ? answerWith(renderWsdl(url, shown.operations), h) : forward(passage);
        }

        const body = await readBody(req, maxBytes);
        if (body === 'too-large') {
            return answerWith(renderCallFault(refusedByMagento(refusals.bodyTooLarge(maxBytes)), url), h);
        }

        const call = readEnvelope(body, refusals, reportId);
        if (call.kind === 'refused') {
            return answerWith(renderCallFault(call, url), h);
        }

        const decision = decideCall(call, question);
        if (decision.kind === 'refused') {
            return answerWith(renderCallFault(decision, url), h);
        }

        request.app.trail.operation = decision.operation;
        const answer = await answerToken(call, decision.operation, store, passage);
        return answer === undefined ? forward(passage, { body }) : answerWith(answer, h);
    };
}
