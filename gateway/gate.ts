import { randomBytes, randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

import type { Lifecycle, Request, ResponseObject, ResponseToolkit, ServerRoute } from '@hapi/hapi';

import type { BadTokenRule } from '../plugin/authenticate/scheme.js';
import type { Stand } from '../plugin/authenticate/stand.js';
import type { Standing } from '../plugin/authenticate/standing.js';
import type { Addresses, OpenCall } from './call.js';
import type { Cors } from './cors.js';
import type { ReadRequest } from './entrance.js';
import type { Admit } from './limits/limits.js';
import { countHeader } from '../plugin/raw-headers.js';
import { rawPayload } from '../plugin/raw-payload.js';
import { respond } from '../plugin/refusals/boom.js';
import { StoreUnavailableError } from '../plugin/sessions/store.js';
import { meetBrowser, say } from './browsers.js';
import { findFault } from './framing.js';
import { judgeUpgrade } from './upgrade.js';


/** A request on its way through the gate. */
export interface Passage {
    readonly request: Request;
    readonly h: ResponseToolkit;
    readonly standing: Standing;
}

/** What becomes of one kind of call: the door answers it, refuses it, or lets it through to the upstream. */
export type Door<Kind extends OpenCall['kind']> = (call: Extract<OpenCall, { readonly kind: Kind }>, passage: Passage) => Lifecycle.ReturnValue;

export type Doors = { readonly [Kind in OpenCall['kind']]: Door<Kind> };

/** The hapi pieces that make a server the gate; `handler` is that of its one route. */
export interface Gate {
    readonly onRequest: Lifecycle.Method;
    readonly handler: Lifecycle.Method;
    readonly onPreResponse: Lifecycle.Method;
}

interface GateParts {
    readonly addresses: () => Addresses;
    readonly readRequest: ReadRequest;
    readonly stand: Stand;
    readonly badToken: BadTokenRule;
    readonly doors: Doors;
    /** Absent: clients call as often as they like. */
    readonly admit?: Admit | undefined;
    /** Absent: browsers of other origins are told nothing. */
    readonly cors?: Cors | undefined;
    /** Whether a client hears the word for why it was refused. */
    readonly tellsReason: boolean;
    readonly notice: (sentence: string) => void;
}

/**
 * Makes the gate: target ─▶ route in `onRequest`, then authenticate, then the door of the call: authorize ─▶ inject ─▶ forward.
 * It authenticates by itself: hapi's own way there takes three times as long, and ends in the same.
 */
export function createGate({ addresses, readRequest, stand, badToken, doors, admit, cors, tellsReason, notice }: GateParts): Gate {

    // What follows a request whose end is in doubt may be a part of it, or somebody else's: Node has read it already

    const distrusted = new WeakSet<Socket>();

    return {
        onRequest(request, h) {

            request.app.trail = { id: randomUUID(), startedMs: performance.now() };
            const { req } = request.raw;
            const { refusals } = addresses();
            const fault = distrusted.has(req.socket) ? 'A request before this one could be read in several ways.' : findFault(req);
            if (fault !== undefined) {
                distrusted.add(req.socket);
                return respond(refusals.badRequest(fault), request, h).header('connection', 'close').takeover();
            }

            const preflight = cors === undefined ? undefined : meetBrowser(request, cors, addresses());
            if (preflight !== undefined) {
                request.app.trail.isPreflight = true;
                return say(h.response().code(204), preflight).takeover();
            }

            const call = readRequest(req);
            if (call.kind === 'refused') {
                return respond(call.refusal, request, h).takeover();
            }

            const refusal = judgeUpgrade(req, call, refusals);
            if (refusal !== undefined) {
                return respond(refusal, request, h).takeover();
            }

            request.app.call = call;
            return h.continue;
        },

        async handler(request, h) {

            const { app: { call, trail }, raw: { req } } = request;
            if (countHeader(req, 'authorization') > 1) {
                return respond(addresses().refusals.badRequest('Only one Authorization header may be sent.'), request, h);
            }

            const found = stand(req.headers.authorization);
            const standing = found instanceof Promise ? await found : found;
            trail.standing = standing;
            if (standing.credential === 'bad' && badToken === 'refuse') {
                return respond(addresses().refusals.badToken(), request, h);
            }

            const passage = { request, h, standing };
            try {
                const refusal = admit && await admit(call, passage);
                return refusal === undefined ? await enter(call, doors, passage) : respond(refusal, request, h);
            }
            catch (error) {
                if (error instanceof StoreUnavailableError) {
                    return respond(addresses().refusals.storeUnavailable(), request, h);
                }

                throw error;
            }
        },

        onPreResponse: createExit({ addresses, tellsReason, notice })
    };
}

/**
 * Makes the one route of the gate, which takes everything: the policy is swapped while hapi cannot drop routes, and Magento's matching is not hapi's.
 */
export function catchAll(handler: Lifecycle.Method): ServerRoute {

    return { method: '*', path: '/{any*}', options: { auth: false, state: { parse: false, failAction: 'ignore' }, payload: rawPayload, handler } };
}

/** Makes the last look at what the gate answers itself: it names the request, and why it was refused. What the upstream answers is the upstream's own. */
export function createExit({ addresses, tellsReason, notice }: Pick<GateParts, 'addresses' | 'notice' | 'tellsReason'>): Lifecycle.Method {

    const sign = (response: ResponseObject, { app, plugins }: Request): ResponseObject => {

        response.header('x-request-id', app.trail.id);
        if (tellsReason && plugins.postern !== undefined) {
            response.header('x-postern-reason', plugins.postern.reason);
        }

        return say(response, app.cors ?? []);
    };

    // Whatever is left of errors here is no refusal: a mistake of ours, or a client that left while its body was read

    return function exit(request, h) {

        const { response } = request;
        if (!(response instanceof Error)) {
            sign(response, request);
            return typeof response.source === 'string' && request.plugins.postern !== undefined ? writeRefusal(response.source, response, request, h) : h.continue;
        }

        const reportId = randomBytes(7).toString('hex').slice(1);
        notice(`Report webapi-${reportId}: ${String(response.stack)}`);
        return sign(respond(addresses().refusals.internal(reportId), request, h), request);
    };
}

/** Writes a refusal to the response itself. hapi would send it through two streams, at the price of a call that is forwarded. */
function writeRefusal(body: string, { statusCode, headers }: ResponseObject, { raw: { req, res } }: Request, h: ResponseToolkit): Lifecycle.ReturnValue {

    if (!req.complete) {
        res.setHeader('connection', 'close');               // What is left of the body is not read
    }

    res.setHeader('content-length', Buffer.byteLength(body));
    res.writeHead(statusCode, headers as OutgoingHttpHeaders).end(body);
    return h.abandon;
}

function enter(call: OpenCall, doors: Doors, passage: Passage): Lifecycle.ReturnValue {

    switch (call.kind) {
        case 'route':
            return doors.route(call, passage);
        case 'login':
            return doors.login(call, passage);
        case 'logout':
            return doors.logout(call, passage);
        case 'soap':
            return doors.soap(call, passage);
        case 'graphql':
            return doors.graphql(call, passage);
        case 'schema':
            return doors.schema(call, passage);
        case 'keys':
            return doors.keys(call, passage);
        case 'unknown':
            return doors.unknown(call, passage);
    }
}
