import type { Addresses } from './call.js';
import { resolveCall } from './call.js';
import { readTarget } from './target.js';


/** What browsers are told of pages from elsewhere. */
export interface CorsRules {
    /** Origins, and forms like `https://*.shop.example` that stand for every host below one. */
    readonly origins: readonly string[];
    readonly allowsCredentials: boolean;
    /** What a page may send beside what every page may. */
    readonly requestHeaders: readonly string[];
    /** What a page may read of an answer beside what every page may. */
    readonly exposedHeaders: readonly string[];
    /** How long a browser may keep the answer to its question. */
    readonly maxAgeSeconds: number;
}

/** Writes the headers of the protocol, in flat lists. Source: the Fetch standard, section 3.3. */
export interface Cors {
    /** What every answer of the web API says, refusals too, since no page can read one that does not. */
    readonly answerTo: (origin: string | undefined) => readonly string[];
    /** To a browser's question whether a page may send what it would not send unasked: `names` is its list of headers. */
    readonly answerPreflight: (origin: string, names: string, methods: readonly string[]) => readonly string[];
}

const vary = ['Vary', 'Origin'] as const;

export function createCors({ origins, allowsCredentials, requestHeaders, exposedHeaders, maxAgeSeconds }: CorsRules): Cors {

    const isAllowed = createMatcher(origins);
    const isTaken = new Set(requestHeaders.map((name) => name.toLowerCase()));
    const permit = (origin: string) => ['Access-Control-Allow-Origin', origin, ...allowsCredentials ? ['Access-Control-Allow-Credentials', 'true'] : []];
    const exposed = exposedHeaders.length === 0 ? [] : ['Access-Control-Expose-Headers', exposedHeaders.join(', ')];
    const answer = (origin: string) => [...permit(origin), ...exposed, ...vary];

    // Written once for the origins that are known: each answer to them has the same

    const known = new Map(origins.map((origin) => [origin, answer(origin)]));

    return {
        answerTo(origin) {

            return origin === undefined || !isAllowed(origin) ? vary : known.get(origin) ?? answer(origin);
        },

        answerPreflight(origin, names, methods) {

            const varied = ['Vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers'];
            if (!isAllowed(origin)) {
                return varied;
            }

            const taken = names.split(',').map((name) => name.trim().toLowerCase()).filter((name) => isTaken.has(name));
            return [
                ...permit(origin),
                'Access-Control-Allow-Methods', methods.join(', '),
                ...taken.length === 0 ? [] : ['Access-Control-Allow-Headers', taken.join(', ')],
                'Access-Control-Max-Age', String(maxAgeSeconds),
                ...varied
            ];
        }
    };
}

/** Whether the web API is addressed, to which the rules apply; what else an upstream serves has rules of its own. */
export function isWebApi(rawTarget: string, { isStore }: Pick<Addresses, 'isStore'>): boolean {

    const { kind } = readTarget(rawTarget, isStore);
    return kind === 'rest' || kind === 'soap' || kind === 'graphql' || rawTarget === '/.well-known/jwks.json';
}

const methods = ['GET', 'POST', 'PUT', 'DELETE'];

/** The methods that there are at an address of the web API. Where there is none, all of them: the page is to read the refusal. */
export function methodsAt(rawTarget: string, addresses: Omit<Addresses, 'isHost'>): readonly string[] {

    const served = methods.filter((method) => {

        const { kind } = resolveCall(method, rawTarget, addresses);
        return kind !== 'refused' && kind !== 'unknown';
    });
    return served.length === 0 ? methods : served;
}

const labels = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

function createMatcher(origins: readonly string[]): (origin: string) => boolean {

    const exact = new Set(origins.filter((origin) => !origin.includes('*')));
    const below = origins.filter((origin) => origin.includes('*')).map((origin) => origin.split('*') as [start: string, end: string]);
    const isBelow = (origin: string, start: string, end: string) => origin.startsWith(start) && origin.endsWith(end) && labels.test(origin.slice(start.length, -end.length));
    return (origin) => exact.has(origin) || below.some(([start, end]) => isBelow(origin, start, end));
}
