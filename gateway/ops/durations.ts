import type { Histogram, Registry } from 'prom-client';


/** Durations that are counted under the same labels. */
export interface Durations {
    readonly add: (ms: number) => void;
}

export interface DurationsOptions {
    readonly name: string;
    readonly help: string;
    readonly labelNames?: readonly string[];
    /** Upper bounds in seconds, ascending. */
    readonly bounds: readonly number[];
}

type Labels = Readonly<Record<string, string>>;

interface Bucket {
    readonly le: number | '+Inf';
    readonly maxMs: number;
    count: number;
}

/** One number of a histogram, as prom-client hands it from process to process. */
interface Sample {
    readonly metricName: string;
    readonly labels: Readonly<Record<string, number | string>>;
    readonly value: number;
}

/**
 * Registers a histogram in seconds, and gives what makes it count under some labels. It counts by itself, and leaves to prom-client how it is shown and summed up: that reads labels anew
 * and makes a text of the bound each time that it counts, and this is done twice on every request. What is registered has the shape of what prom-client registers for several processes.
 */
export function registerDurations(registry: Registry, { name, help, labelNames = [], bounds }: DurationsOptions): (labels?: Labels) => Durations {

    const series: (() => readonly Sample[])[] = [];
    const metric = { name, help, type: 'histogram', aggregator: 'sum' };
    registry.registerMetric({ ...metric, labelNames, get: () => ({ ...metric, values: series.flatMap((read) => read()) }) } as unknown as Histogram);

    return (labels = {}) => {

        const buckets: readonly Bucket[] = [...bounds.map((le) => ({ le, maxMs: le * 1_000, count: 0 })), { le: '+Inf', maxMs: Infinity, count: 0 }];
        let sumMs = 0;

        series.push(() => {

            let count = 0;
            const samples: Sample[] = [];
            for (const { le, count: more } of buckets) {
                count += more;
                samples.push({ metricName: `${name}_bucket`, labels: { le, ...labels }, value: count });
            }

            return [...samples, { metricName: `${name}_sum`, labels, value: sumMs / 1_000 }, { metricName: `${name}_count`, labels, value: count }];
        });

        return {
            add(ms) {

                sumMs += ms;
                for (const bucket of buckets) {
                    if (ms <= bucket.maxMs) {
                        ++bucket.count;
                        return;
                    }
                }
            }
        };
    };
}
