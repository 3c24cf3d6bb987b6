import type { Direction, Unjudged, Word } from './compare.js';
import type { Example, KeptCounts } from './tally.js';
import { advise } from './advice.js';
import { directions } from './compare.js';


/** A kind of difference: what the gate says of a route, and what the upstream says. */
export interface ReportedDifference {
    readonly route: string;
    readonly direction: Direction;
    readonly ours: Word;
    readonly theirs: Word;
    readonly count: number;
    /** The last one. */
    readonly example: Example;
    /** What can be done about it. */
    readonly advice: string;
}

/** What the shadow mode has found out. */
export interface Report {
    /** In ISO 8601, as is `latest`; absent where nothing was counted. */
    readonly since?: string;
    readonly latest?: string;
    /** Calls of which both had a word: those that agreed, and those that differed. */
    readonly compared: number;
    readonly agreed: number;
    /** Calls that the gate would leave to the upstream, such as those of admins whose roles it does not know. */
    readonly left: number;
    readonly unjudged: { readonly [Why in Unjudged]?: number };
    /** The worst first: too strict, then too lax, and of each the most frequent. */
    readonly differences: readonly ReportedDifference[];
    /** Those that agree least first. */
    readonly routes: readonly { readonly route: string; readonly compared: number; readonly agreed: number }[];
}

const nothing: Report = { compared: 0, agreed: 0, left: 0, unjudged: {}, differences: [], routes: [] };

/** Makes the report of what was counted; undefined where that is nothing yet. */
export function reportOf(kept: KeptCounts | undefined): Report {

    return kept === undefined ? nothing : makeReport(kept);
}

function makeReport({ counts, examples, sinceSeconds, latestSeconds }: KeptCounts): Report {

    const routes = new Map<string, { readonly route: string; compared: number; agreed: number }>();
    const countRoute = (route: string, compared: number, agreed: number) => {

        const line = routes.get(route) ?? { route, compared: 0, agreed: 0 };
        routes.set(route, line);
        line.compared += compared;
        line.agreed += agreed;
    };

    const unjudged: { [Why in Unjudged]?: number } = {};
    const differences: ReportedDifference[] = [];
    let left = 0;
    for (const [name, count] of counts) {
        const [kind, ...words] = name.split(' ');
        const rest = words.join(' ');
        if (kind === 'agreed') {
            countRoute(rest, count, count);
        }
        else if (kind === 'differed') {
            const difference = readDifference(words, count, examples.get(name));
            differences.push(difference);
            countRoute(difference.route, count, 0);
        }
        else if (kind === 'left') {
            left += count;
        }
        else {
            unjudged[rest as Unjudged] = count;
        }
    }

    const lines = [...routes.values()];
    return {
        since: toTime(sinceSeconds),
        latest: toTime(latestSeconds),
        compared: lines.reduce((sum, { compared }) => sum + compared, 0),
        agreed: lines.reduce((sum, { agreed }) => sum + agreed, 0),
        left, unjudged,
        differences: differences.sort((a, b) => directions.indexOf(a.direction) - directions.indexOf(b.direction) || b.count - a.count || a.route.localeCompare(b.route)),
        routes: lines.sort((a, b) => a.agreed / a.compared - b.agreed / b.compared || b.compared - a.compared || a.route.localeCompare(b.route))
    };
}

/** Whether something would change for clients: other words do not count, unless they are to. */
export function countDifferences({ differences }: Report, isStrict: boolean): number {

    return differences.filter(({ direction }) => isStrict || direction !== 'other-words').length;
}

// Where somebody took the example out
const lost: Example = { at: 0, method: '?', path: '?', caller: 'guest', credential: 'absent', status: 0, asks: [], theirAsks: [] };

/** What stands in a name was written by `Tally`. */
function readDifference([direction, ours, theirs, ...route]: readonly string[], count: number, example = lost): ReportedDifference {

    const kind = { route: route.join(' '), direction: direction as Direction, ours: ours as Word, theirs: theirs as Word, example };
    return { ...kind, count, advice: advise(kind) };
}

function toTime(seconds: number): string {

    return new Date(seconds * 1_000).toISOString();
}
