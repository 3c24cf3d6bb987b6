import type { ServerResponse } from 'node:http';

import type { Streams } from '../streams.js';
import type { CheckOptions } from './checks.js';
import type { OriginOptions, OriginState } from './origin.js';
import type { Outcome } from './outcome.js';
import type { UpstreamRequest } from './request.js';
import type { Keep } from './stay.js';
import { startChecks } from './checks.js';
import { exchange } from './exchange.js';
import { Origin, readOrigin } from './origin.js';
import { Origins } from './origins.js';


export interface OriginsOptions extends OriginOptions {
    /** One or more, without a path: `http://127.0.0.1:9000`, `https://shop.internal`. */
    readonly urls: readonly string[];
    /** Absent: origins are judged by the requests that they serve alone. */
    readonly checks?: CheckOptions | undefined;
    /** Hears a sentence when an origin goes down, or is up again. */
    readonly notice?: (sentence: string) => void;
}

/** The ways to the service behind, open. */
export interface OpenOrigins {
    readonly origins: Origins;
    /** How each origin does, in the order in which they were given. */
    readonly states: () => readonly OriginState[];
    /** Lets what is under way finish. */
    readonly close: () => Promise<void>;
}

/** Opens the ways to the service behind the gate. Throws at start-up where an origin is none. */
export function openOrigins({ urls, checks, notice, ...options }: OriginsOptions): OpenOrigins {

    const all: Origin[] = [];
    const tell = ({ url, health: { isUp } }: Origin) => notice?.(`The upstream ${url} is ${isUp ? 'up again' : 'down'}`);
    for (const url of urls) {
        all.push(new Origin(readOrigin(url), options, all, tell));
    }

    const [first, ...others] = all;
    if (first === undefined) {
        throw new Error('There is no upstream: expected at least one');
    }

    const stopChecks = checks === undefined ? undefined : startChecks(all, checks);
    let closing: Promise<unknown> | undefined;

    return {
        origins: new Origins([first, ...others], options),
        states: () => all.map((origin) => origin.state()),

        async close() {

            closing ??= Promise.all([stopChecks?.(), ...all.map(({ pool }) => pool.close())]);
            await closing;
        }
    };
}

export interface Upstream {
    /**
     * Passes a request on and its answer back. Unless the outcome is `failed`, `res` has been dealt with.
     * Rejects only for a mistake of ours.
     */
    readonly forward: (request: UpstreamRequest, res: ServerResponse) => Promise<Outcome>;
    /** Cuts the answers that do not end by themselves. */
    readonly cutEndless: () => void;
}

/** Makes the way to the service behind the gate. `streams`, where there are any, watch over the answers that go on. */
export function createUpstream(origins: Origins, streams?: Streams): Upstream {

    const endless = new Set<() => void>();
    const keep: Keep = (holder, isEndless, cut) => {

        const drop = holder && streams?.add(holder, cut);
        if (isEndless) {
            endless.add(cut);
        }

        return () => {

            drop?.();
            endless.delete(cut);
        };
    };

    return {
        forward: (request, res) => exchange(request, res, origins, keep),

        cutEndless() {

            for (const cut of [...endless]) {
                cut();
            }
        }
    };
}
