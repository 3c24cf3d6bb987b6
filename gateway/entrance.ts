import type { IncomingMessage } from 'node:http';

import type { Addresses, Call, Resolve } from './call.js';
import type { Frame } from './framing.js';
import { countHeader } from '../plugin/raw-headers.js';
import { resolveCall } from './call.js';
import { findRepeated } from './framing.js';
import { rememberCalls } from './known-calls.js';
import { rememberLast } from './remember-last.js';


/** The first two stages, target ─▶ route: what a request asks for. */
export type ReadRequest = (req: IncomingMessage) => Call;

// What RFC 9112 section 3.2 has refused with 400 is anything else; of RFC 3986's names only those that hosts have
const isHostValue = rememberLast((host) => /^(?:[\w.-]*|\[[\da-f:.]+\])(?::\d{0,5})?$/i.test(host));

/** Makes the first two stages. */
export function createReadRequest(addresses: () => Addresses): ReadRequest {

    const resolve = rememberCalls(resolveCall);
    return (req) => readCall(req, String(req.url), addresses(), resolve);
}

/** Decides on a request by its outside and by what it asks, before anybody looks at who asks: host, address, and what would be read in two ways behind. */
export function readCall(frame: Frame & { readonly method?: string | undefined }, rawTarget: string, addresses: Addresses, resolve: Resolve = resolveCall): Call {

    const { refusals, isHost } = addresses;
    const { host = '' } = frame.headers;
    if (countHeader(frame, 'host') > 1 || !isHostValue(host) || !isHost(host)) {
        return { kind: 'refused', refusal: refusals.badRequest('The Host header must name one host that is served here.') };
    }

    const call = resolve(String(frame.method), rawTarget, addresses);
    const repeated = call.kind === 'refused' || call.kind === 'login' ? undefined : findRepeated(frame);
    return repeated === undefined ? call : { kind: 'refused', refusal: refusals.badRequest(repeated) };
}
