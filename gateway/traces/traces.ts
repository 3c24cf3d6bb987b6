import type { TracerProvider } from '@opentelemetry/api';

import type { Stand } from '../../plugin/authenticate/stand.js';
import type { Login } from '../../plugin/issue/login.js';
import type { Services } from '../../plugin/services.js';
import type { Authorize } from '../authorize.js';
import type { Addresses } from '../call.js';
import type { ClientOf } from '../client-of.js';
import type { ReadRequest } from '../entrance.js';
import type { Force } from '../force.js';
import type { Upstream } from '../forward/upstream.js';
import type { Forward } from '../forwarder.js';
import type { Gate } from '../gate.js';
import type { Journal } from '../journal/journal.js';
import type { DecideRoute } from '../route-decision.js';
import type { DecideSoap } from '../soap-decision.js';
import { createReadRequest } from '../entrance.js';
import { traceAuthorize, traceDecideRoute, traceDecideSoap, traceLogin, traceReadRequest, traceStand, traceTokenRequest } from './decisions.js';
import { traceGate, traceJournal } from './requests.js';
import { traceForce, traceForward, traceUpstream } from './sending.js';
import { findSdk } from './tracer.js';


/** What puts the stages of the gate into spans: each is given a stage, and gives it back. */
export interface Traces {
    readonly gate: (gate: Gate) => Gate;
    readonly readRequest: (addresses: () => Addresses) => ReadRequest;
    readonly stand: (stand: Stand) => Stand;
    readonly authorize: (authorize: Authorize) => Authorize;
    readonly decideRoute: (decide: DecideRoute) => DecideRoute;
    readonly decideSoap: (decide: DecideSoap) => DecideSoap;
    readonly login: (login: Login) => Login;
    readonly answerTokenRequest: (answer: Services['answerTokenRequest']) => Services['answerTokenRequest'];
    readonly force: (force: Force) => Force;
    readonly forward: (forward: Forward) => Forward;
    readonly upstream: (upstream: Upstream) => Upstream;
    /** Ends the spans of requests that are over. */
    readonly journal: (journal: Journal) => Journal;
    /** Sends off what has ended. */
    readonly close: () => Promise<void>;
}

/** How long a collector is waited for when the gate stops. */
const flushPatienceMs = 2_000;

const asItIs = <Stage>(stage: Stage): Stage => stage;

/** Without an SDK every stage stays the very function that it is, so that traces cost nothing. */
const noTraces: Traces = {
    gate: asItIs, readRequest: createReadRequest, stand: asItIs, authorize: asItIs, decideRoute: asItIs, decideSoap: asItIs, login: asItIs, answerTokenRequest: asItIs,
    force: asItIs, forward: asItIs, upstream: asItIs, journal: asItIs, close: () => Promise.resolve()
};

/** Opens the traces of a gate where an OpenTelemetry SDK was loaded before it. */
export function openTraces(provider: TracerProvider, clientOf: ClientOf): Traces {

    const sdk = findSdk(provider);
    if (sdk === undefined) {
        return noTraces;
    }

    const { tracer, flush } = sdk;
    return {
        gate: (gate) => traceGate(tracer, clientOf, gate),
        readRequest: (addresses) => traceReadRequest(tracer, addresses),
        stand: (stand) => traceStand(tracer, stand),
        authorize: (authorize) => traceAuthorize(tracer, authorize),
        decideRoute: (decide) => traceDecideRoute(tracer, decide),
        decideSoap: (decide) => traceDecideSoap(tracer, decide),
        login: (login) => traceLogin(tracer, login),
        answerTokenRequest: (answer) => traceTokenRequest(tracer, answer),
        force: (force) => traceForce(tracer, force),
        forward: (forward) => traceForward(tracer, forward),
        upstream: (upstream) => traceUpstream(tracer, upstream),
        journal: (journal) => traceJournal(clientOf, journal),
        close: () => flush(flushPatienceMs)
    };
}
