import type { Dispatcher } from 'undici';
import { Pool } from 'undici';

import type { ConnectorOptions } from './connector.js';
import type { Verdict } from './health.js';
import { createConnector, hostOf } from './connector.js';
import { Health } from './health.js';
import { teachOurNames } from './known-names.js';


/** How long an origin may take, and how much of it is used. */
export interface OriginOptions extends ConnectorOptions {
    /** Until the answer's headers, and as long again for a free connection. */
    readonly headersTimeoutMs: number;
    /** Between two parts of the answer, from the upstream or to the client. */
    readonly idleTimeoutMs: number;
    /** Connections to each origin at most; further requests wait for a free one. */
    readonly connections: number;
}

/** An origin as operators see it. */
export interface OriginState {
    readonly url: string;
    /** Whether it is given requests. Where no origin is up, all are. */
    readonly isUp: boolean;
    /** In milliseconds since 1970; undefined while it is up. */
    readonly downSinceMs: number | undefined;
    /** Requests under way. */
    readonly inFlight: number;
    /** Requests that it was given, and those that it failed: no connection, no answer, or half of one. */
    readonly requests: number;
    readonly failures: number;
    /** How often it was left out for its failures. */
    readonly ejections: number;
}

/** One of the addresses of the service behind, and how it does. */
export class Origin {

    readonly url: string;
    readonly pool: Dispatcher;
    /** A constant name, because undici would take it from a Host that the client chose. */
    readonly servername: string;
    readonly headersTimeoutMs: number;
    readonly idleTimeoutMs: number;
    readonly health = new Health();

    /** Requests under way, and when it was last given one, counted in requests of all origins. */
    inFlight = 0;
    turn = 0;

    readonly #siblings: readonly Origin[];
    readonly #onChange: (origin: Origin) => void;
    #requests = 0;
    #failures = 0;

    /** `siblings`: all that serve the same, this one included. `onChange` hears when it goes down or comes up. */
    constructor(url: URL, options: OriginOptions, siblings: readonly Origin[], onChange: (origin: Origin) => void) {

        this.url = url.origin;
        this.servername = hostOf(url);
        this.pool = openPool(url, options);
        this.headersTimeoutMs = options.headersTimeoutMs;
        this.idleTimeoutMs = options.idleTimeoutMs;
        this.#siblings = siblings;
        this.#onChange = onChange;
    }

    /** Whether it is to be given a request; the clock is asked only where it is down. */
    get isUsable(): boolean {

        return this.health.isUp || (this.inFlight === 0 && this.health.isDue(performance.now()));
    }

    take(turn: number): void {

        this.turn = turn;
        ++this.inFlight;
        ++this.#requests;
    }

    /** Its answer to a request that it was given at `takenMs` has begun. */
    begin(takenMs: number): void {

        if (!this.health.isUp) {
            this.#note(() => {

                this.health.begin(takenMs, performance.now());
            });
        }
    }

    /** It has no more to do with a request that it was given at `takenMs`. */
    leave(takenMs: number, verdict: Verdict): void {

        --this.inFlight;
        if (verdict === 'good') {
            this.health.succeed();
        }
        else if (verdict === 'bad') {
            ++this.#failures;
            this.#note(() => {

                this.health.fail(takenMs, performance.now(), () => this.#siblings.some((sibling) => sibling !== this && sibling.health.isUp));
            });
        }
    }

    check(isGood: boolean): void {

        this.#note(() => {

            this.health.check(isGood, performance.now());
        });
    }

    state(): OriginState {

        const { isUp, downSinceMs, ejections } = this.health;
        const since = downSinceMs === undefined ? undefined : Math.round(Date.now() - performance.now() + downSinceMs);
        return { url: this.url, isUp, downSinceMs: since, inFlight: this.inFlight, requests: this.#requests, failures: this.#failures, ejections };
    }

    #note(change: () => void): void {

        const wasUp = this.health.isUp;
        change();
        if (this.health.isUp !== wasUp) {
            this.#onChange(this);
        }
    }
}

// Longer than most servers' limit, for the long lists of tags and cookies that shops send.
const maxHeaderBytes = 65_536;

/** Opens a way to an origin of its own. */
export function openPool(url: URL, options: OriginOptions): Dispatcher {

    const { headersTimeoutMs: headersTimeout, idleTimeoutMs: bodyTimeout, connections } = options;
    teachOurNames();
    return new Pool(url.origin, { connections, headersTimeout, bodyTimeout, maxHeaderSize: maxHeaderBytes, connect: createConnector(url, options) });
}

/** Reads the text of an origin. Throws at start-up where it is none. */
export function readOrigin(text: string): URL {

    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !/^https?:\/\/[^/?#@\\]+\/?$/i.test(text)) {
        throw new Error(`An upstream is "${text}": expected "http://host", "https://host" or either with a port, and no path, for what the client sends is forwarded as it is`);
    }

    return url;
}
