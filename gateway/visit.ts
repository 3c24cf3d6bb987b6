import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Standing } from '../plugin/authenticate/standing.js';
import type { Trail } from './trail.js';


/** A request at the gate, from when it came until it is over. */
export interface Visit {
    readonly req: IncomingMessage;
    readonly res: ServerResponse;
    readonly trail: Trail;
    /** The client sends no body before it is told to (RFC 9110 section 10.1.1). */
    readonly awaitsContinue: boolean;
    /** What every answer says to browsers, in a flat list; undefined where nothing is. */
    cors: readonly string[] | undefined;
}

/** A visit on its way through the gate: how whoever calls stands is known. */
export interface Passage extends Visit {
    readonly standing: Standing;
}
