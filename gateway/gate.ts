import type { Socket } from 'node:net';

import type { BadTokenRule } from '../plugin/authenticate/scheme.js';
import type { Stand } from '../plugin/authenticate/stand.js';
import type { Standing } from '../plugin/authenticate/standing.js';
import type { Answer } from '../plugin/refusals/render.js';
import type { Soon } from '../plugin/sessions/store.js';
import type { Addresses, OpenCall } from './call.js';
import type { Cors } from './cors.js';
import type { ReadRequest } from './entrance.js';
import type { Admit } from './limits/limits.js';
import type { Passage, Visit } from './visit.js';
import { countHeader } from '../plugin/raw-headers.js';
import { refuse } from '../plugin/refusals/refuse.js';
import { meetBrowser } from './browsers.js';
import { findFault } from './framing.js';
import { judgeUpgrade } from './upgrade.js';


/** What becomes of a request: the answer that is still to be written, or undefined where the upstream's was. */
export type Gate = (visit: Visit) => Soon<Answer | undefined>;

/** What becomes of one kind of call: the door answers it, refuses it, or lets it through to the upstream. */
export type Door<Kind extends OpenCall['kind']> = (call: Extract<OpenCall, { readonly kind: Kind }>, passage: Passage) => Soon<Answer | undefined>;

export type Doors = { readonly [Kind in OpenCall['kind']]: Door<Kind> };

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
}

const noContent: Answer = Object.freeze({ status: 204, headers: {}, body: '' });

/** Makes the gate: target ─▶ route ─▶ authenticate, then the door of the call: authorize ─▶ inject ─▶ forward. */
export function createGate({ addresses, readRequest, stand, badToken, doors, admit, cors }: GateParts): Gate {

    // What follows a request whose end is in doubt may be a part of it, or somebody else's: Node has read it already

    const distrusted = new WeakSet<Socket>();

    const enterAs = (standing: Standing, call: OpenCall, { req, res, trail, awaitsContinue, cors: told }: Visit): Soon<Answer | undefined> => {

        trail.standing = standing;
        if (standing.credential === 'bad' && badToken === 'refuse') {
            return refuse(addresses().refusals.badToken(), req);
        }

        if (awaitsContinue) {
            res.writeContinue();
        }

        const passage = { req, res, trail, awaitsContinue, cors: told, standing };
        return admit === undefined ? enter(call, doors, passage) : admit(call, passage).then((refusal) => (refusal === undefined ? enter(call, doors, passage) : refuse(refusal, req)));
    };

    const authenticate = (call: OpenCall, visit: Visit): Soon<Answer | undefined> => {

        const { req } = visit;
        if (countHeader(req, 'authorization') > 1) {
            return refuse(addresses().refusals.badRequest('Only one Authorization header may be sent.'), req);
        }

        const standing = stand(req.headers.authorization);
        return standing instanceof Promise ? standing.then((found) => enterAs(found, call, visit)) : enterAs(standing, call, visit);
    };

    return function gate(visit) {

        const { req, trail } = visit;
        const { refusals } = addresses();
        const fault = distrusted.has(req.socket) ? 'A request before this one could be read in several ways.' : findFault(req);
        if (fault !== undefined) {
            distrusted.add(req.socket);
            return closing(refuse(refusals.badRequest(fault), req));
        }

        const preflight = cors === undefined ? undefined : meetBrowser(visit, cors, addresses());
        if (preflight !== undefined) {
            trail.isPreflight = true;
            visit.cors = preflight;
            return noContent;
        }

        const call = readRequest(req);
        if (call.kind === 'refused') {
            return refuse(call.refusal, req);
        }

        const refusal = judgeUpgrade(req, call, refusals);
        if (refusal !== undefined) {
            return refuse(refusal, req);
        }

        trail.call = call;
        return authenticate(call, visit);
    };
}

/** An answer after which the connection ends. */
export function closing(answer: Answer): Answer {

    return { ...answer, headers: { ...answer.headers, connection: 'close' } };
}

function enter(call: OpenCall, doors: Doors, passage: Passage): Soon<Answer | undefined> {

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
