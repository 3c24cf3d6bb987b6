import type { Live } from '../live.js';
import type { Policy } from './policy.js';
import { openLive } from '../live.js';


interface WatchParts {
    readonly load: () => Promise<Policy>;
    readonly fingerprint: () => Promise<string>;
    readonly notice: (sentence: string) => void;
    readonly pauseMs: number;
}

/** Loads the policy, to be swapped whole when its files have changed. */
export function openPolicy(parts: WatchParts): Promise<Live<Policy>> {

    return openLive({ ...parts, name: 'The policy', describe: ({ routes, acl }) => `${routes.length} routes, ${acl.size} resources` });
}
