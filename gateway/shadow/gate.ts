import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

import type { Addresses, Call } from '../call.js';
import type { ClientOf } from '../client-of.js';
import type { Upstream } from '../forward/upstream.js';
import type { Gate } from '../gate.js';
import type { Comparison } from './compare.js';
import type { CompareCall } from './comparer.js';
import type { Tank } from './tap.js';
import { refuse } from '../../plugin/refusals/refuse.js';
import { createClientOf } from '../client-of.js';
import { readCall } from '../entrance.js';
import { hasBody } from '../forwarder.js';
import { closing } from '../gate.js';
import { handshakeOf } from '../upgrade.js';
import { findUnsendable, headersAsTheyCame } from './headers.js';
import { Tap } from './tap.js';
import { formOf } from './their-word.js';
import { boundBody } from './verdict.js';
import { Witness } from './witness.js';


interface ShadowGateParts {
    readonly addresses: () => Addresses;
    readonly upstream: Upstream;
    readonly compareCall: CompareCall;
    readonly clientOf: ClientOf;
    readonly maxBodyBytes: number;
    readonly maxCredentialBytes: number;
    /** Hears of every comparison that has begun. */
    readonly onComparing: (comparison: Promise<Comparison>) => void;
}

/** Bytes of bodies that are held at once, to be judged. */
const maxHeldBytes = 64 * 1024 * 1024;

/** Who is at the other end of the connection, whatever is said of others. */
const peerOf = createClientOf(() => false);

/** Makes the gate of the shadow mode: every call goes through as it came, at once, and what the gate would have done with it is found out beside it. */
export function createShadowGate({ addresses, upstream, compareCall, clientOf, maxBodyBytes, maxCredentialBytes, onComparing }: ShadowGateParts): Gate {

    // What follows a request whose end is in doubt may be a part of it, or somebody else's: Node has read it already

    const distrusted = new WeakSet<Socket>();
    const tank: Tank = { maxBytes: maxHeldBytes, heldBytes: 0 };

    const look = (req: IncomingMessage, target: string): Call | undefined => {

        try {
            return readCall(req, target, addresses());
        }
        catch {

            // A mistake of ours, which the judge meets again, and tells: the call goes its way

            return undefined;
        }
    };

    return async function gate({ req, res, trail, awaitsContinue }) {

        const target = String(req.url);
        const fault = distrusted.has(req.socket) ? 'A request before this one could be read in several ways.' : findUnsendable(req, target);
        if (fault !== undefined) {
            distrusted.add(req.socket);
            return closing(refuse(addresses().refusals.badRequest(fault), req));
        }

        if (awaitsContinue) {
            res.writeContinue();
        }

        const method = String(req.method);
        const call = look(req, target);
        if (call !== undefined && call.kind !== 'refused') {
            trail.call = call;
        }

        const isBodied = hasBody(req);
        const maxBytes = isBodied && call !== undefined ? boundBody(call, method, { maxBodyBytes, maxCredentialBytes }) : undefined;
        const tap = maxBytes === undefined ? undefined : new Tap(req, maxBytes, tank);
        const form = formOf(call);
        const witness = new Witness(form);
        const sent = upstream.forward({
            method, target, isAuthenticated: false, onlooker: witness, handshake: handshakeOf(req),
            headers: headersAsTheyCame(req.rawHeaders, peerOf(req)),
            body: tap ?? (isBodied ? req : undefined)
        }, res);

        trail.comparison = compareCall({ req, target, isSecure: clientOf(req).isSecure, form, tap, witness }, sent).then(({ comparison, standing }) => {

            if (standing !== undefined) {
                trail.standing = standing;
            }

            return comparison;
        });
        onComparing(trail.comparison);

        const outcome = await sent;
        trail.outcome = outcome;
        if (outcome.kind !== 'failed') {
            return undefined;
        }

        const { refusals } = addresses();
        return refuse(outcome.why === 'timeout' ? refusals.upstreamTimeout() : refusals.upstreamFailed(), req);
    };
}
