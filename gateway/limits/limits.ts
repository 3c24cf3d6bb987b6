import type { Cluster, Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';

import type { Refusal, Refusals } from '../../plugin/refusals/refusal.js';
import type { OpenCall } from '../call.js';
import type { ClientOf } from '../client-of.js';
import type { Passage } from '../visit.js';
import type { Allowance, Rate, RouteRate } from './rate.js';
import { sourceNetwork } from '../../plugin/accounts/source.js';
import { rateHeaders } from './rate.js';


/** Lets a call pass, or gives the refusal where its client has called too often. The client is told in headers how much is left to it. */
export type Admit = (call: OpenCall, passage: Passage) => Promise<Refusal | undefined>;

/** How often clients may call. Absent: as often as they like. */
export interface Rates {
    readonly caller: Rate | undefined;
    readonly source: Rate | undefined;
    readonly routes: readonly RouteRate[] | undefined;
}

interface LimitParts {
    /** Absent: each process counts for itself. */
    readonly redis: Cluster | Redis | undefined;
    readonly refusals: Refusals;
    readonly clientOf: ClientOf;
}

/** Takes one call from the allowance under a key. */
type Take = (key: string) => Promise<Allowance & { readonly isSpent: boolean }>;

/**
 * Makes the limits of calls, or nothing where there are none. They are counted in Redis, for all processes together, from the first call on; while Redis is away each process
 * counts for itself. An address is one of IPv4, or the /64 of one of IPv6; a guest is a client by its address.
 */
export function createLimits({ caller, source, routes = [] }: Rates, { redis, refusals, clientOf }: LimitParts): Admit | undefined {

    if (caller === undefined && source === undefined && routes.length === 0) {
        return undefined;
    }

    const takeFromSource = source && createTake('source', source, redis);
    const takeFromCaller = caller && createTake('caller', caller, redis);
    const takeFromRoute = new Map(routes.map(({ route, ...rate }) => [route, createTake('route', rate, redis)]));

    const listTakes = (call: OpenCall, { standing: { caller: who }, req }: Passage): readonly (readonly [take: Take, key: string])[] => {

        const network = sourceNetwork(clientOf(req).address);
        const { type, id } = who.type === 'guest' ? { type: who.type, id: network } : who;
        const route = call.kind === 'route' ? `${call.route.method} ${call.route.url}` : '';
        const ofRoute = takeFromRoute.get(route);
        return [
            ...takeFromSource && network !== '' ? [[takeFromSource, `postern:rate:source:${network}`] as const] : [],
            ...takeFromCaller && type !== 'guest' ? [[takeFromCaller, `postern:rate:caller:${type}:${id}`] as const] : [],
            ...ofRoute && id !== '' ? [[ofRoute, `postern:rate:route:${route}:${type}:${id}`] as const] : []
        ];
    };

    return async function admit(call, passage) {

        const taken = await Promise.all(listTakes(call, passage).map(([take, key]) => take(key)));
        if (taken.length > 0) {
            const { policy, limit } = rateHeaders(taken);
            passage.res.setHeader('RateLimit-Policy', policy).setHeader('RateLimit', limit);
        }

        const spent = taken.filter(({ isSpent }) => isSpent);
        return spent.length === 0 ? undefined : refusals.rateLimited(Math.max(...spent.map(({ resetSeconds }) => resetSeconds)));
    };
}

function createTake(name: Allowance['name'], rate: Rate, redis: Cluster | Redis | undefined): Take {

    const options = { points: rate.calls, duration: rate.seconds, keyPrefix: '' };
    const memory = new RateLimiterMemory(options);
    const limiter = redis === undefined ? memory : new RateLimiterRedis({ ...options, storeClient: redis, rejectIfRedisNotReady: true, insuranceLimiter: memory });

    return async function take(key) {

        // consume() would do the same, and reject where the rate is exceeded

        const { consumedPoints, remainingPoints, msBeforeNext } = await limiter.penalty(key, 1);
        return { name, rate, remaining: remainingPoints, resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1_000)), isSpent: consumedPoints > rate.calls };
    };
}
