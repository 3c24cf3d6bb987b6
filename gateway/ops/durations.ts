import type { Histogram } from 'prom-client';


/** So many are held. */
const maxHeld = 256;

/** Durations on their way to a histogram. */
export interface Durations {
    readonly add: (ms: number) => void;
    /** Hands over what is held: asked for before the histogram is read. */
    readonly handOver: () => void;
}

/** Holds durations back, and hands them to a histogram, which counts in seconds, many at a time: single ones, each among everything else that a call does, take several times as long. */
export function holdDurations(histogram: Pick<Histogram.Internal<string>, 'observe'>): Durations {

    const held: number[] = [];

    const handOver = () => {

        for (const ms of held) {
            histogram.observe(ms / 1_000);
        }

        held.length = 0;
    };

    return {
        add(ms) {

            if (held.push(ms) === maxHeld) {
                handOver();
            }
        },
        handOver
    };
}
