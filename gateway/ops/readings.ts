import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

import type { AuditCounters } from '../../plugin/audit/audit.js';
import type { CacheCounters } from '../../plugin/sessions/cache.js';
import type { OriginState } from '../forward/origin.js';
import type { LiveState } from '../live.js';


/** What is counted elsewhere, and read when somebody asks. */
export interface MetricSources {
    /** How long the store takes for an answer, in seconds; undefined while it is away. */
    readonly askStore: () => Promise<number | undefined>;
    /** Absent where sessions are in memory. */
    readonly cache?: (() => CacheCounters) | undefined;
    readonly hashing: () => { readonly running: number; readonly waiting: number; readonly shed: number };
    readonly origins: () => readonly OriginState[];
    readonly audit: () => AuditCounters;
    readonly policy: () => { readonly routes: number } & LiveState;
}

/** Registers what is read when somebody asks. Several processes are summed up, but for what is only well where it is well in each (`aggregator: 'min'`). */
export function registerReadings(registry: Registry, { askStore, cache, hashing, origins, audit, policy }: MetricSources): void {

    const registers = [registry];
    const store = shareAnswer(askStore);

    measure('postern_store_reachable', 'Whether Redis answers: 1, or 0', 'min', async (gauge) => {

        gauge.set(Number(await store() !== undefined));
    });
    measure('postern_store_latency_seconds', 'How long Redis took for an answer just now; absent while it is away', 'max', async (gauge) => {

        const seconds = await store();
        if (seconds === undefined) {
            gauge.remove();
        }
        else {
            gauge.set(seconds);
        }
    });
    measure('postern_policy_routes', 'Routes of the policy', 'max', (gauge) => {

        gauge.set(policy().routes);
    });
    measure('postern_policy_read_timestamp_seconds', 'When the policy was read that holds', 'min', (gauge) => {

        gauge.set(policy().readAtMs / 1_000);
    });
    measure('postern_policy_current', 'Whether the policy is what its files say: 1, or 0 where they could not be loaded when they were read last', 'min', (gauge) => {

        gauge.set(Number(policy().isCurrent));
    });
    countElsewhere('postern_audit_entries_total', 'Entries that were written into the audit', () => audit().written);
    countElsewhere('postern_audit_lost_total', 'Entries of the audit that Redis did not take', () => audit().lost);
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
        measure('postern_hashing_waiting', 'Logins under way that hash nothing now', 'sum', (gauge) => {

            gauge.set(counts().waiting);
        });
        countElsewhere('postern_hashing_shed_total', 'Logins that were sent away, for too many were under way', () => counts().shed);
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

        const countOrigins = (name: string, help: string, read: (state: OriginState) => number) => {

            new Counter({
                name, help, labelNames, registers, collect() {

                    this.reset();
                    for (const state of origins()) {
                        this.inc({ origin: state.url }, read(state));
                    }
                }
            });
        };

        countOrigins('postern_upstream_requests_total', 'Requests that an origin was given', ({ requests }) => requests);
        countOrigins('postern_upstream_failed_total', 'Requests that an origin failed, those included that another one then served', ({ failures }) => failures);
        countOrigins('postern_upstream_ejections_total', 'How often an origin was left out for its failures', ({ ejections }) => ejections);
    }
}

/** How long an answer takes, in seconds; undefined where there is none. */
export async function timeAnswer(ask: () => Promise<boolean>): Promise<number | undefined> {

    const askedMs = performance.now();
    return await ask() ? (performance.now() - askedMs) / 1_000 : undefined;
}

/** Asks once for all who ask meanwhile: what one scrape asks for twice is one question. */
function shareAnswer<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {

    let underWay: Promise<Answer> | undefined;
    return () => {

        underWay ??= ask().finally(() => {

            underWay = undefined;
        });
        return underWay;
    };
}
