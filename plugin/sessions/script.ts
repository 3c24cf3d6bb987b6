import { createHash } from 'node:crypto';

import type { Cluster, Redis } from 'ioredis';

import { isReply } from './unavailable.js';


/** A Lua script that changes one key in one step, at home on any node of a cluster. */
export interface Script {
    readonly text: string;
    readonly sha: string;
}

export function makeScript(text: string): Script {

    return { text, sha: createHash('sha1').update(text).digest('hex') };
}

/** Runs a script by its SHA-1, and sends the text where the server has not seen it since it started. Resolves to what the script returns. */
export async function runScript(redis: Redis | Cluster, script: Script, key: string, args: readonly (string | number | Buffer)[]): Promise<unknown> {

    try {
        return await redis.evalsha(script.sha, 1, key, ...args);
    }
    catch (error) {
        if (!isReply(error, 'NOSCRIPT')) {
            throw error;
        }

        return await redis.eval(script.text, 1, key, ...args);
    }
}
