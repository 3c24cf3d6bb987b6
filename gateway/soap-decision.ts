import type { Standing } from '../plugin/authenticate/standing.js';
import type { Caller } from '../plugin/caller.js';
import type { Forced } from '../plugin/inject/forced.js';
import type { Profile } from '../plugin/refusals/messages.js';
import type { Refusal, Refusals } from '../plugin/refusals/refusal.js';
import type { Authorize } from './authorize.js';
import type { Store } from './call.js';
import type { Policy } from './policy/policy.js';
import type { SoapQuestion } from './soap/decide.js';
import type { SoapCall } from './soap/envelope.js';
import type { SoapRefused } from './soap/refusal.js';
import type { XmlElement } from './soap/xml.js';
import { forcedValues } from '../plugin/inject/forced.js';
import { findOperation, forceXml } from '../plugin/inject/forced-xml.js';
import { decideCall, decideWsdl } from './soap/decide.js';
import { endpointUrl } from './soap/endpoint.js';
import { readEnvelope } from './soap/envelope.js';
import { refusedByMagento } from './soap/refusal.js';
import { readSoapRequest } from './soap/request.js';
import { tokenOperations } from './soap/token.js';
import { hasOwnWsdl } from './soap/wsdl.js';


/** A request to a SOAP address, but for its body. */
export interface SoapAsk {
    readonly store: Store;
    readonly query: string;
    readonly method: string;
    /** The client's `Host`, which is a part of the names in what is written. */
    readonly host: string;
    readonly isSecure: boolean;
    /** Whether the body is in a content coding: whoever undoes it runs another call than the one that is read here. */
    readonly isCoded: boolean;
    /** For what Magento would mask. */
    readonly reportId: string;
}

/** What a whole body comes to. `body` is what may be forwarded of it: what the operation's route forces is forced. A refused one may name an operation. */
export type EnvelopeDecision = { readonly kind: 'allowed'; readonly call: SoapCall; readonly operation: string; readonly body: Buffer } | (SoapRefused & { readonly operation?: string });

/** What a request comes to before its body is read; `url` names the endpoint in what is written. `plain`: a refusal that is no fault. */
export type SoapDecision =
    | { readonly kind: 'forward' }
    | { readonly kind: 'plain'; readonly refusal: Refusal }
    | { readonly kind: 'fault'; readonly refusal: Refusal; readonly url: string }
    | { readonly kind: 'wsdl'; readonly operations: readonly string[]; readonly url: string }
    | { readonly kind: 'call'; readonly decide: (body: Buffer) => EnvelopeDecision; readonly url: string };

export type DecideSoap = (ask: SoapAsk, standing: Standing) => SoapDecision;

interface SoapRuleParts {
    readonly policy: () => Policy;
    readonly refusals: Refusals;
    readonly authorize: Authorize;
    readonly profile: Profile;
}

/** Makes the decision on SOAP requests (SPEC 9). It knows nothing of the transport: the door carries it out. */
export function createDecideSoap({ policy, refusals, authorize, profile }: SoapRuleParts): DecideSoap {

    return function decideSoap({ store, query, method, host, isSecure, isCoded, reportId }, standing) {

        const asked = readSoapRequest(query);
        if ((asked.kind === 'list' || asked.kind === 'wsdl') && method !== 'GET') {

            // Whatever the query asks for, a SoapServer that is not Magento's takes the body of a POST for a call

            return { kind: 'plain', refusal: refusals.methodUnsupported(method, 'GET') };
        }

        if (asked.kind === 'list') {
            return { kind: 'forward' };
        }

        const endpoint = { store, services: 'services' in asked ? asked.services ?? [] : [] };
        const url = endpointUrl(`${isSecure ? 'https' : 'http'}://${host}`, endpoint);
        const question: SoapQuestion = {
            endpoint, refusals, reportId, profile,
            services: policy().soapServices,
            callerType: standing.caller.type,
            isHttps: isSecure,
            isAllowed: (resources) => authorize({ resources, store }, standing) === undefined,
            refuse: (resources) => authorize({ resources, store }, standing) ?? refusals.notAuthorized(resources, 'insufficient')
        };

        switch (asked.kind) {
            case 'refused':
                return { kind: 'fault', refusal: asked.refusal, url };
            case 'wsdl': {
                const shown = decideWsdl(question);
                if (shown.kind === 'refused') {
                    return { kind: 'fault', refusal: shown.refusal, url };
                }

                return hasOwnWsdl(asked.services) ? { kind: 'wsdl', operations: shown.operations, url } : { kind: 'forward' };
            }

            case 'call':
                return { kind: 'call', decide: (body) => decideEnvelope(body, question, standing.caller, isCoded), url };
        }
    };
}

function decideEnvelope(body: Buffer, question: SoapQuestion, caller: Caller, isCoded: boolean): EnvelopeDecision {

    const call = readEnvelope(body, question.refusals, question.reportId);
    if (call.kind === 'refused') {
        return call;
    }

    const { operation: named } = call;
    const decision = decideCall(call, question);
    if (decision.kind === 'refused') {
        return { ...decision, ...named !== undefined && { operation: named } };
    }

    const { operation, parameters } = decision;
    const forced = forcedValues(parameters, caller);
    const isReadOtherwise = isCoded || (forced.length > 0 && hasReference(call.element));
    return isReadOtherwise && !tokenOperations.has(operation) ?
        { ...refusedByMagento(question.refusals.decodingFailed()), operation } :
        { kind: 'allowed', call, operation, body: forceEnvelope(body, forced) };
}

/**
 * Whether something in an element is said to stand elsewhere: PHP's SoapServer follows `href` and `enc:ref` in any message (SOAP 1.1 section 5.4.1, SOAP 1.2 part 2 section 3.1.5.1),
 * past the place where a parameter is forced.
 */
function hasReference({ attributes, children }: XmlElement): boolean {

    return [...attributes.keys()].some((name) => /(?:^|\})(?:href|ref)$/.test(name)) || children.some(hasReference);
}

/** Magento forces by itself. Others behind the gate would read whom the client names (SPEC 7.5, 9.7). */
function forceEnvelope(body: Buffer, forced: readonly Forced[]): Buffer {

    // Whatever is an envelope can be read once more

    const result = forced.length === 0 ? undefined : forceXml(body.toString(), forced, findOperation);
    return result?.kind === 'forced' ? Buffer.from(result.text) : body;
}
