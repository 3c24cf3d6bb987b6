/** So many calls in so many seconds. */
export interface Rate {
    readonly calls: number;
    readonly seconds: number;
}

/** A rate of one route of the policy, for each client by itself. */
export interface RouteRate extends Rate {
    /** `POST /V1/carts/mine/payment-information`, as the policy declares it. */
    readonly route: string;
}

/** How much of a rate is left to a client. */
export interface Allowance {
    readonly name: 'caller' | 'route' | 'source';
    readonly rate: Rate;
    readonly remaining: number;
    /** Until the count begins anew. */
    readonly resetSeconds: number;
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const longestSeconds = 86_400;

/** Reads `100/1m`; undefined where it is none. */
export function readRate(text: string): Rate | undefined {

    const [, calls = '', count = '', unit = ''] = /^(\d{1,9})\/(\d{1,5})([smhd])$/.exec(text) ?? [];
    const rate = { calls: Number(calls), seconds: Number(count) * (unitSeconds[unit] ?? NaN) };
    return rate.calls >= 1 && rate.seconds >= 1 && rate.seconds <= longestSeconds ? Object.freeze(rate) : undefined;
}

/** Reads `POST /V1/carts/mine/payment-information=5/1m`; undefined where it is none. */
export function readRouteRate(text: string): RouteRate | undefined {

    const [, route, rest = ''] = /^((?:DELETE|GET|POST|PUT) \/V\d[^\s=]*)=(.*)$/.exec(text) ?? [];
    const rate = readRate(rest);
    return route === undefined || rate === undefined ? undefined : Object.freeze({ route, ...rate });
}

/** What a client is told of its allowances: draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4. */
export function rateHeaders(allowances: readonly Allowance[]): { readonly policy: string; readonly limit: string } {

    return {
        policy: allowances.map(({ name, rate: { calls, seconds } }) => `"${name}";q=${calls};w=${seconds}`).join(', '),
        limit: allowances.map(({ name, remaining, resetSeconds }) => `"${name}";r=${remaining};t=${resetSeconds}`).join(', ')
    };
}
