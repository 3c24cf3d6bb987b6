import type { ServerResponse } from 'node:http';

import type { CheckOptions } from './checks.js';
import type { OriginOptions, OriginState } from './origin.js';
import type { Outcome } from './outcome.js';
import type { UpstreamRequest } from './request.js';
import { startChecks } from './checks.js';
import { exchange } from './exchange.js';
import { Origin, readOrigin } from './origin.js';
import { Origins } from './origins.js';


export interface UpstreamOptions extends OriginOptions {
    /** One or more, without a path: `http://127.0.0.1:9000`, `https://shop.internal`. */
    readonly origins: readonly string[];
    /** Absent: origins are judged by the requests that they serve alone. */
    readonly checks?: CheckOptions | undefined;
    /** Hears a sentence when an origin goes down, or is up again. */
    readonly notice?: (sentence: string) => void;
}

export interface Upstream {
    /**
     * Passes a request on and its answer back. Unless the outcome is `failed`, `res` has been dealt with: hapi's handler returns `h.abandon`.
     * Rejects only for a mistake of ours.
     */
    readonly forward: (request: UpstreamRequest, res: ServerResponse) => Promise<Outcome>;
    /** What requests may be given to, for questions of the gate's own. */
    readonly origins: Origins;
    /** How each origin does, in the order in which they were given. */
    readonly states: () => readonly OriginState[];
    /** Lets what is under way finish. */
    readonly close: () => Promise<void>;
}

/** Makes the way to the service behind the gate. Throws at start-up where an origin is none. */
export function createUpstream({ origins: texts, checks, notice, ...options }: UpstreamOptions): Upstream {

    const all: Origin[] = [];
    const tell = ({ url, health: { isUp } }: Origin) => notice?.(`The upstream ${url} is ${isUp ? 'up again' : 'down'}`);
    for (const text of texts) {
        all.push(new Origin(readOrigin(text), options, all, tell));
    }

    const [first, ...others] = all;
    if (first === undefined) {
        throw new Error('There is no upstream: expected at least one');
    }

    const origins = new Origins([first, ...others], options);
    const stopChecks = checks === undefined ? undefined : startChecks(all, checks);
    let closing: Promise<unknown> | undefined;

    return {
        forward: (request, res) => exchange(request, res, origins),
        origins,
        states: () => all.map((origin) => origin.state()),

        async close() {

            closing ??= Promise.all([stopChecks?.(), ...all.map(({ pool }) => pool.close())]);
            await closing;
        }
    };
}
