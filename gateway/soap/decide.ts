import type { CallerType } from '../../plugin/caller.js';
import type { Profile } from '../../plugin/refusals/messages.js';
import type { Refusal, Refusals } from '../../plugin/refusals/refusal.js';
import type { Route, SoapOperation } from '../policy/policy.js';
import type { SoapEndpoint } from './endpoint.js';
import type { SoapCall } from './envelope.js';
import type { SoapRefused } from './refusal.js';
import { isEndpointNamespace } from './endpoint.js';
import { procedureNotPresent, refusedByMagento, servicesMissing } from './refusal.js';
import { tokenServices } from './token.js';


/** What an operation asks for: all of a `SoapOperation` that a decision needs. */
export interface OperationRule extends Pick<SoapOperation, 'resources' | 'secure'> {
    readonly routes: readonly Pick<Route, 'parameters' | 'resources'>[];
}

/** The operations of a service, by full name: `customerCustomerRepositoryV1GetById`. */
export interface ServiceRules {
    readonly operations: ReadonlyMap<string, OperationRule>;
}

/** What a SOAP request is decided by. */
export interface SoapQuestion {
    readonly endpoint: SoapEndpoint;
    readonly services: ReadonlyMap<string, ServiceRules>;
    readonly callerType: CallerType;
    readonly isHttps: boolean;
    readonly profile: Profile;
    readonly refusals: Refusals;
    /** For the service that nobody knows, an error that Magento masks. */
    readonly reportId: string;
    /** Whether the caller is granted every resource of a list. */
    readonly isAllowed: (resources: readonly string[]) => boolean;
    /** What a caller hears who is not; another reason than `not-authorized` says that it could not be told. */
    readonly refuse: (resources: readonly string[]) => Refusal;
}

/** `parameters` are those of the operation's only route: what several declare, SOAP forgets (SPEC 9.7). */
export type SoapDecision = { readonly kind: 'allowed'; readonly operation: string; readonly parameters: Route['parameters'] } | SoapRefused;
export type WsdlDecision = { readonly kind: 'allowed'; readonly operations: readonly string[] } | SoapRefused;

type Operations = ReadonlyMap<string, OperationRule>;

/** Decides whether a call may be made. Every difference to a REST call stems from the WSDL, which Magento makes for the caller alone (SPEC 9.6). */
export function decideCall(call: SoapCall, question: SoapQuestion): SoapDecision {

    const known = findOperations(question);
    if (known.kind === 'refused') {
        return known;
    }

    const { operation: name, element, version } = call;
    const operation = name === undefined || !isEndpointNamespace(element.namespace, question.endpoint) ? undefined : known.operations.get(name);
    if (name === undefined || operation === undefined) {
        return procedureNotPresent(version, element.name);
    }

    if (!isPermitted(operation, question)) {
        const refusal = question.refuse(operation.resources);
        return question.profile === '2.4' && refusal.reason === 'not-authorized' ? procedureNotPresent(version, element.name) : refusedByMagento(refusal);
    }

    if (operation.secure && !question.isHttps) {
        return refusedByMagento(question.refusals.notHttps());
    }

    const { routes } = operation;
    return { kind: 'allowed', operation: name, parameters: routes.length > 1 ? [] : routes.flatMap(({ parameters }) => parameters) };
}

/** Decides which operations of the requested services a WSDL may show. */
export function decideWsdl(question: SoapQuestion): WsdlDecision {

    const known = findOperations(question);
    if (known.kind === 'refused') {
        return known;
    }

    const shown = [...known.operations].filter(([, operation]) => isShown(operation, question));
    return { kind: 'allowed', operations: shown.map(([name]) => name) };
}

/** The operations of the requested services, of which the caller may use one at least. */
function findOperations(question: SoapQuestion): { readonly kind: 'known'; readonly operations: Operations } | SoapRefused {

    const { endpoint: { services: names }, services, refusals, reportId, refuse } = question;
    if (names.length === 0) {
        return refusedByMagento(servicesMissing());
    }

    const requested = names.map((name) => tokenServices.get(name) ?? services.get(name));
    const found = requested.filter((service) => service !== undefined);
    if (found.length < requested.length) {
        return refusedByMagento(refusals.internal(reportId));
    }

    const operations = new Map(found.flatMap((service) => [...service.operations]));
    return [...operations.values()].some((operation) => isShown(operation, question)) ? { kind: 'known', operations } : refusedByMagento(refuse(names));
}

// 2.0.0 shows every operation to everybody.
function isShown(operation: OperationRule, question: SoapQuestion): boolean {

    return question.profile === '2.0' || isPermitted(operation, question);
}

/**
 * 2.4 asks for all resources, 2.0.0 for any one. What a route forces, SOAP forgets, in 2.0.0 always and later where routes share the operation, so
 * that a customer could name another one's id: there a customer is let in by a route that forces nothing, or not at all (SPEC 9.6, 9.7).
 */
function isPermitted({ resources, routes }: OperationRule, { profile, callerType, isAllowed }: SoapQuestion): boolean {

    const isNew = profile === '2.4';
    const isGranted = (list: readonly string[]) => (isNew ? isAllowed(list) : list.some((resource) => isAllowed([resource])));
    const isForced = isNew && routes.length === 1;
    return isGranted(resources) &&
        (isForced || callerType !== 'customer' || routes.some((route) => isGranted(route.resources) && !route.parameters.some((parameter) => parameter.force)));
}
