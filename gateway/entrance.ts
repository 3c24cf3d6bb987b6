import type { IncomingMessage } from 'node:http';

import type { Addresses, Call } from './call.js';
import type { Frame } from './framing.js';
import { countHeader } from '../plugin/raw-headers.js';
import { resolveCall } from './call.js';
import { findRepeated } from './framing.js';
import { targetOf } from './raw-target.js';
import { readTarget } from './target.js';


/** The first two stages, target ─▶ route: what a request asks for. */
export type ReadRequest = (req: IncomingMessage) => Call;

/** Makes the first two stages. */
export function createReadRequest(addresses: () => Addresses): ReadRequest {

    return (req) => readCall(req, targetOf(req), addresses());
}

/** Decides on a request by its outside and by what it asks, before anybody looks at who asks: host, address, and what would be read in two ways behind. */
export function readCall(frame: Frame & { readonly method?: string | undefined }, rawTarget: string, addresses: Addresses, target = readTarget(rawTarget, addresses.isStore)): Call {

    const { refusals, isHost } = addresses;
    if (countHeader(frame, 'host') > 1 || !isHost(frame.headers.host ?? '')) {
        return { kind: 'refused', refusal: refusals.badRequest('The Host header must name one host that is served here.') };
    }

    const call = resolveCall(String(frame.method), rawTarget, addresses, target);
    const repeated = call.kind === 'refused' || call.kind === 'login' ? undefined : findRepeated(frame);
    return repeated === undefined ? call : { kind: 'refused', refusal: refusals.badRequest(repeated) };
}
