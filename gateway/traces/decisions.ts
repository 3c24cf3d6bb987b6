import type { Attributes, Tracer } from '@opentelemetry/api';

import type { Stand } from '../../plugin/authenticate/stand.js';
import type { Login } from '../../plugin/issue/login.js';
import type { Services } from '../../plugin/services.js';
import type { Authorize } from '../authorize.js';
import type { Addresses } from '../call.js';
import type { ReadRequest } from '../entrance.js';
import type { DecideRoute } from '../route-decision.js';
import type { DecideSoap, EnvelopeDecision } from '../soap-decision.js';
import { resolveCall } from '../call.js';
import { readCall } from '../entrance.js';
import { readTarget } from '../target.js';
import { ofCall, ofDecision, ofReason, ofStanding, ofTarget } from './attributes.js';
import { beginStage, endSpan, runStage } from './stages.js';


/** The first two stages, each with a span. */
export function traceReadRequest(tracer: Tracer, addresses: () => Addresses): ReadRequest {

    return (req) => {

        const raw = String(req.url);
        const target = runStage(tracer, 'target', () => readTarget(raw, addresses().isStore), ofTarget);
        return runStage(tracer, 'route', () => readCall(req, raw, addresses(), (method, asked, meaning) => resolveCall(method, asked, meaning, target)), ofCall);
    };
}

export function traceStand(tracer: Tracer, stand: Stand): Stand {

    return (authorization) => runStage(tracer, 'authenticate', () => stand(authorization), ofStanding);
}

export function traceAuthorize(tracer: Tracer, authorize: Authorize): Authorize {

    return (demand, standing) => runStage(tracer, 'authorize', () => authorize(demand, standing), (refusal) => ofDecision(demand.resources, refusal?.reason));
}

export function traceDecideRoute(tracer: Tracer, decide: DecideRoute): DecideRoute {

    return (call, standing, isSecure) => runStage(tracer, 'authorize', () => decide(call, standing, isSecure), (decision) => ofDecision(call.route.resources, decision.kind === 'refused' ? decision.refusal.reason : undefined));
}

/** A call over SOAP is decided on in two steps, for its body must be there: its span is that of the second one. */
export function traceDecideSoap(tracer: Tracer, decide: DecideSoap): DecideSoap {

    return (ask, standing) => {

        const startTime = performance.now();
        const decision = decide(ask, standing);
        if (decision.kind !== 'call') {
            const span = beginStage(tracer, 'authorize', startTime);
            if (span !== undefined) {
                endSpan(span, { attributes: ofReason('refusal' in decision ? decision.refusal.reason : undefined), isError: false });
            }

            return decision;
        }

        return {
            ...decision,
            decide: (body) => runStage(tracer, 'authorize', () => decision.decide(body), ofEnvelope)
        };
    };
}

function ofEnvelope(decided: EnvelopeDecision): Attributes {

    return { ...decided.operation !== undefined && { 'postern.operation': decided.operation }, ...ofReason(decided.kind === 'refused' ? decided.refusal.reason : undefined) };
}

export function traceLogin(tracer: Tracer, login: Login): Login {

    return (credentials) => runStage(tracer, 'login', () => login(credentials), (issued) => ({ 'postern.caller.type': credentials.type, ...ofReason(issued.kind === 'refused' ? issued.refusal.reason : undefined) }));
}

export function traceTokenRequest(tracer: Tracer, answer: Services['answerTokenRequest']): Services['answerTokenRequest'] {

    return (request) => runStage(tracer, 'login', () => answer(request), ({ reason }) => ({ 'postern.caller.type': request.type, ...ofReason(reason) }));
}
