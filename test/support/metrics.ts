import type { Metrics } from '../../gateway/ops/metrics.js';
import type { MetricSources } from '../../gateway/ops/readings.js';
import { createMetrics } from '../../gateway/ops/metrics.js';


/** A gate that does well, with a number of its own for everything that can be counted. */
export const sources: MetricSources = {
    askStore: () => Promise.resolve(0.25),
    cache: () => ({ state: 'armed', entries: 5, hits: 7, misses: 2, evictions: 1, invalidations: 4 }),
    hashing: () => ({ running: 1, waiting: 3, shed: 6 }),
    audit: () => ({ written: 11, lost: 12 }),
    origins: () => [{ url: 'http://a', isUp: true, downSinceMs: undefined, inFlight: 2, requests: 9, failures: 1, ejections: 3 }],
    policy: () => ({ routes: 8, readAtMs: 1_500, isCurrent: true })
};

/** The metrics of a gate that does well, but for what is given. */
export function makeMetrics(others: Partial<MetricSources> = {}): Metrics {

    const metrics = createMetrics();
    metrics.show({ ...sources, ...others });
    return metrics;
}
