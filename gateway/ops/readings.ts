import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

import type { CacheCounters } from '../../plugin/sessions/cache.js';
import type { OriginState } from '../forward/origin.js';


/** What is counted elsewhere, and read when somebody asks. */
export interface MetricSources {
    readonly isStoreReachable: () => Promise<boolean>;
    /** Absent where sessions are in memory. */
    readonly cache?: (() => CacheCounters) | undefined;
    readonly hashing: () => { readonly running: number; readonly waiting: number; readonly shed: number };
    readonly origins: () => readonly OriginState[];
    readonly routes: () => number;
}

/** Registers what is read when somebody asks. Several processes are summed up, but for what is only well where it is well in each (`aggregator: 'min'`). */
export function registerReadings(registry: Registry, { isStoreReachable, cache, hashing, origins, routes }: MetricSources): void {

    const registers = [registry];

    measure('postern_store_reachable', 'Whether Redis answers: 1, or 0', 'min', async (gauge) => {

        gauge.set(Number(await isStoreReachable()));
    });
    measure('postern_policy_routes', 'Routes of the policy', 'max', (gauge) => {

        gauge.set(routes());
    });
    measureCache(cache);
    measureHashing(hashing);
    measureOrigins();

    function measure(name: string, help: string, aggregator: 'max' | 'min' | 'sum', read: (gauge: Gauge) => Promise<void> | void): void {

        new Gauge({
            name, help, aggregator, registers, async collect() {

                await read(this);
            }
        });
    }

    function countElsewhere(name: string, help: string, read: () => number): void {

        new Counter({
            name, help, registers, collect() {

                this.reset();
                this.inc(read());
            }
        });
    }

    function measureCache(counters: MetricSources['cache']): void {

        if (counters === undefined) {
            return;
        }

        measure('postern_tracking_armed', 'Whether Redis tells of changes, so that the cache is used: 1, or 0', 'min', (gauge) => {

            gauge.set(Number(counters().state === 'armed'));
        });
        measure('postern_cache_entries', 'Sessions and roles at hand', 'sum', (gauge) => {

            gauge.set(counters().entries);
        });
        countElsewhere('postern_cache_hits_total', 'Look-ups that the cache answered', () => counters().hits);
        countElsewhere('postern_cache_misses_total', 'Look-ups that Redis answered', () => counters().misses);
        countElsewhere('postern_cache_evictions_total', 'Entries dropped for room', () => counters().evictions);
        countElsewhere('postern_cache_invalidations_total', 'Changes that Redis told of', () => counters().invalidations);
    }

    function measureHashing(counts: MetricSources['hashing']): void {

        measure('postern_hashing_running', 'Passwords that are being hashed', 'sum', (gauge) => {

            gauge.set(counts().running);
        });
        measure('postern_hashing_waiting', 'Logins that wait for a thread', 'sum', (gauge) => {

            gauge.set(counts().waiting);
        });
        countElsewhere('postern_hashing_shed_total', 'Logins that were sent away, for too many waited', () => counts().shed);
    }

    function measureOrigins(): void {

        const labelNames = ['origin'] as const;
        new Gauge({
            name: 'postern_upstream_up', help: 'Whether an origin is given requests: 1, or 0', aggregator: 'min', labelNames, registers, collect() {

                for (const { url: origin, isUp } of origins()) {
                    this.set({ origin }, Number(isUp));
                }
            }
        });
        new Gauge({
            name: 'postern_upstream_in_flight', help: 'Requests under way at an origin', labelNames, registers, collect() {

                for (const { url: origin, inFlight } of origins()) {
                    this.set({ origin }, inFlight);
                }
            }
        });
        new Counter({
            name: 'postern_upstream_ejections_total', help: 'How often an origin was left out for its failures', labelNames, registers, collect() {

                this.reset();
                for (const { url: origin, ejections } of origins()) {
                    this.inc({ origin }, ejections);
                }
            }
        });
    }
}
