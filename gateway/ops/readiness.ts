import type { TrackingState } from '../../plugin/sessions/tracking.js';
import type { OriginState } from '../forward/origin.js';


/** Whether the gate can serve protected calls, part by part. */
export interface Readiness {
    readonly status: 'ok' | 'unavailable';
    readonly store: 'ok' | 'unavailable';
    /** Whether Redis tells of changes. Without it every request reads Redis, which is slower and no less right. `off`: sessions are in memory. */
    readonly tracking: TrackingState | 'off';
    readonly upstream: 'ok' | 'unavailable';
    /** Origins that are given requests, of how many. */
    readonly origins: string;
    /** Routes of the policy. */
    readonly routes: number;
}

export interface ReadinessParts {
    readonly isStoreReachable: boolean;
    readonly tracking: TrackingState | 'off';
    readonly origins: readonly OriginState[];
    readonly routes: number;
}

/** Says what is well and what is not. The gate is ready while its store answers and one origin at least is up. */
export function judgeReadiness({ isStoreReachable, tracking, origins, routes }: ReadinessParts): Readiness {

    const up = origins.filter(({ isUp }) => isUp).length;
    const word = (isWell: boolean) => (isWell ? 'ok' : 'unavailable');
    return { status: word(isStoreReachable && up > 0), store: word(isStoreReachable), tracking, upstream: word(up > 0), origins: `${up} of ${origins.length}`, routes };
}
