import type { Route } from './policy.js';
import { createMatcher, parameterName, splitPath } from './match.js';


/** Two routes that can match one path, so that one of them loses it. */
export interface Shadow {
    readonly winner: Route;
    readonly loser: Route;
    /** One that both match: any value fits where it says `x`, and neither says a word. */
    readonly path: string;
    /**
     * `whole`: the loser is never reached. `word`: the winner says a word wherever the loser takes anything, as Magento means it
     * (`/V1/customers/me` before `/V1/customers/:id`). `crossed`: each says a word where the other takes anything.
     */
    readonly kind: 'crossed' | 'whole' | 'word';
    /** Whether they ask for different resources. */
    readonly differ: boolean;
}

interface Candidate {
    readonly route: Route;
    readonly segments: readonly string[];
}

/** Finds every pair of routes that can match one path. Who wins is what the matching says of the two. SPEC 1.9. */
export function findShadows(routes: readonly Route[]): readonly Shadow[] {

    const candidates = routes.map((route): Candidate => ({ route, segments: splitPath(route.url) }));
    return candidates.flatMap((one, place) => candidates.slice(place + 1).flatMap((other) => comparePair(one, other)));
}

function comparePair(one: Candidate, other: Candidate): readonly Shadow[] {

    if (one.route.method !== other.route.method || one.segments.length < other.segments.length) {
        return [];
    }

    const segments = one.segments.map((segment, position) => meet(segment, other.segments[position]));
    if (segments.includes(undefined)) {
        return [];
    }

    const path = `/${segments.join('/')}`;
    const match = createMatcher([one.route, other.route])(one.route.method, path);
    if (match.kind === 'none') {
        return [];
    }

    const [winner, loser] = match.route === one.route ? [one, other] : [other, one];
    return [{ winner: winner.route, loser: loser.route, path, kind: kindOf(winner, loser), differ: hasOtherResources(winner.route, loser.route) }];
}

/** The segment that both match: a word, where one says it; undefined where there is none. */
function meet(one: string, other: string | undefined): string | undefined {

    if (other === undefined) {
        return undefined;
    }

    if (parameterName(one) !== undefined) {
        return parameterName(other) === undefined ? other : 'x';
    }

    return parameterName(other) !== undefined || one === other ? one : undefined;
}

function kindOf(winner: Candidate, loser: Candidate): Shadow['kind'] {

    if (covers(winner, loser)) {
        return 'whole';
    }

    return covers(loser, winner) ? 'word' : 'crossed';
}

/** Whether `wide` matches whatever `narrow` does, given that they meet. */
function covers(wide: Candidate, narrow: Candidate): boolean {

    return wide.segments.every((segment, position) => parameterName(segment) !== undefined || segment === narrow.segments[position]);
}

function hasOtherResources({ resources: one }: Route, { resources: other }: Route): boolean {

    return new Set([...one, ...other]).size > Math.min(one.length, other.length);
}
