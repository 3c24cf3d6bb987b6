import type { Route, RouteMatch } from './policy.js';
import { trimSlashes } from '../target.js';


/** Finds the route that a method and a processed path (`/V1/…`, SPEC 1.3) come to. */
export type Matcher = (method: string, path: string) => RouteMatch;

/** A route as it is matched: by a URL that is its own, or its bulk form. */
interface Candidate {
    readonly route: Route;
    readonly url: string;
    readonly segments: readonly string[];
    /** The name of the parameter at each position; undefined at a literal. */
    readonly names: readonly (string | undefined)[];
    /** The place of `url` among all in byte order. */
    readonly rank: number;
}

/** The candidates that begin alike, by their next segment. */
interface Branch {
    readonly literals: ReadonlyMap<string, Branch>;
    readonly parameter: Branch | undefined;
    readonly ends: readonly Candidate[];
}

/** The candidates of one method. */
interface Table {
    readonly exact: ReadonlyMap<string, Candidate>;
    readonly root: Branch;
}

const none: RouteMatch = Object.freeze({ kind: 'none' });

/**
 * Makes Magento's matching of the routes' URLs, at a cost that does not grow with their number. SPEC 1.9: a URL that is the path byte for
 * byte is taken; else, of all that match segment by segment, the last in byte order, with the parameters of them all. `:` sorts before
 * letters, so a literal beats a parameter.
 */
export function createMatcher(routes: readonly Route[]): Matcher {

    return matcherOf(routes.map((route) => ({ route, url: route.url })));
}

/** Makes the matching below `/async/bulk`: `/:sku` is written `/bySku`, and routes that GET are absent. SPEC 1.8. */
export function createBulkMatcher(routes: readonly Route[]): Matcher {

    return matcherOf(routes.filter(({ method }) => method !== 'GET').map((route) => ({ route, url: bulkUrl(route.url) })));
}

/** Makes the matching of paths in lower case, for upstreams that take no notice of the case of letters. */
export function createLikeMatcher(routes: readonly Route[]): Matcher {

    return matcherOf(routes.map((route) => ({ route, url: route.url.toLowerCase() })));
}

function bulkUrl(url: string): string {

    return url.replace(/\/:(\w)(\w*)/g, (_parameter, first: string, rest: string) => `/by${first.toUpperCase()}${rest}`);
}

function matcherOf(entries: readonly Pick<Candidate, 'route' | 'url'>[]): Matcher {

    const tables = new Map(['DELETE', 'GET', 'POST', 'PUT'].map((method) => [method, createTable(entries.filter(({ route }) => route.method === method))]));
    return (method, path) => {

        const table = tables.get(method);
        return table === undefined ? none : matchPath(table, path);
    };
}

/** Where two entries have one URL, which takes names that differ in the case of a first letter, the later one holds, as in Magento's own table. */
function createTable(entries: readonly Pick<Candidate, 'route' | 'url'>[]): Table {

    const candidates = [...new Map(entries.map((entry) => [entry.url, entry])).values()]
        .sort((one, other) => Buffer.compare(Buffer.from(one.url), Buffer.from(other.url)))
        .map(({ route, url }, rank): Candidate => {

            const segments = splitPath(url);
            return { route, url, segments, names: segments.map(parameterName), rank };
        });

    return { exact: new Map(candidates.map((candidate) => [candidate.url, candidate])), root: createBranch(candidates.filter(hasServiceBase), 0) };
}

/** Candidates must begin with the first two segments of the path, word for word (rules 2 and 3), so no other can be one. */
function hasServiceBase({ names, segments }: Candidate): boolean {

    return segments.length > 1 && names[0] === undefined && names[1] === undefined;
}

function createBranch(candidates: readonly Candidate[], depth: number): Branch {

    const groups = new Map<string, Candidate[]>();
    const parameters: Candidate[] = [];
    const ends: Candidate[] = [];
    for (const candidate of candidates) {
        const segment = candidate.segments[depth];
        if (segment === undefined) {
            ends.push(candidate);
        }
        else if (candidate.names[depth] !== undefined) {
            parameters.push(candidate);
        }
        else {
            const group = groups.get(segment) ?? [];
            groups.set(segment, group);
            group.push(candidate);
        }
    }

    return {
        literals: new Map([...groups].map(([segment, group]) => [segment, createBranch(group, depth + 1)])),
        parameter: parameters.length === 0 ? undefined : createBranch(parameters, depth + 1),
        ends
    };
}

function matchPath({ exact, root }: Table, path: string): RouteMatch {

    const segments = splitPath(path);
    const same = exact.get(path);
    if (same !== undefined) {
        return { kind: 'matched', route: same.route, parameters: readParameters([same], segments) };
    }

    if (!/^\/?\w+\/\w/.test(path)) {
        return none;
    }

    const found: Candidate[] = [];
    collect(root, segments, 0, found);
    found.sort((one, other) => one.rank - other.rank);
    const last = found.at(-1);
    return last === undefined ? none : { kind: 'matched', route: last.route, parameters: readParameters(found, segments) };
}

function collect(branch: Branch, segments: readonly string[], depth: number, found: Candidate[]): void {

    const segment = segments[depth];
    if (segment === undefined) {
        found.push(...branch.ends);
        return;
    }

    const literal = branch.literals.get(segment);
    if (literal !== undefined) {
        collect(literal, segments, depth + 1, found);
    }

    if (branch.parameter !== undefined) {
        collect(branch.parameter, segments, depth + 1, found);
    }
}

/** Reads the parameters of the candidates in their order; where two give one name, the later one's value holds. */
function readParameters(candidates: readonly Candidate[], segments: readonly string[]): ReadonlyMap<string, string> {

    const parameters = new Map<string, string>();
    for (const { names } of candidates) {
        segments.forEach((segment, position) => {

            const name = names[position];
            if (name !== undefined) {
                parameters.set(name, segment);
            }
        });
    }

    return parameters;
}

/** `:name` takes any value; `::name` is a literal (rule 4). */
export function parameterName(segment: string): string | undefined {

    return /^:[^:]/.test(segment) ? segment.slice(1) : undefined;
}

/** Splits at slashes, those at either end aside. */
export function splitPath(path: string): readonly string[] {

    return trimSlashes(path).split('/');
}
