import { mkdirSync, writeFileSync } from 'node:fs';

import type { Count } from './count.js';


/** What came of a fault. */
export interface Outcome {
    readonly fault: string;
    readonly lastedMs: number;
    readonly count: Count;
    /** From when Redis could answer again until the last answer that said it could not. */
    readonly healedMs: number;
}

const header = ['fault', 'lasted', 'requests', 'wrongly allowed', 'wrongly refused', 'other than expected', '503', 'slowest 503', 'a revocation was hidden for', 'healed after'];

/** Writes what came of faults as a table, into a folder that is never committed. */
export function writeOutcomes(path: string, outcomes: readonly Outcome[]): void {

    const rows = outcomes.map(({ fault, lastedMs, count, healedMs }) => [
        fault, ms(lastedMs), count.total(), count.total('wrongly allowed'), count.total('wrongly refused'), count.total('other'), count.total('unavailable'),
        ms(count.slowestUnavailableMs()), ms(count.longestHiddenMs()), ms(healedMs)
    ]);
    mkdirSync('coverage', { recursive: true });
    writeFileSync(path, [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join(''));
}

function ms(time: number): string {

    return `${Math.ceil(time)} ms`;
}
