import fc from 'fast-check';


const { FUZZ_CASES: cases = '100000', FUZZ_SEED: seed } = process.env;

/** Cases of all fuzzers together. */
const wanted = Number(cases);

/** Told with every failure; `FUZZ_SEED` repeats it. */
const firstSeed = seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seed);

/** How much of them falls to one fuzzer. */
export function shareOf(part: number): number {

    return Math.ceil(wanted * part);
}

/** Whether there are so many that nobody waits for the end. */
export const isLong = wanted > 100_000;

/**
 * Runs a property until it has counted so many cases, and tells its seed. `countCases` gives how many there were so far. A failure is shrunk to the smallest input that fails, and
 * told with its seed and path.
 */
export async function fuzz<Values extends [unknown, ...unknown[]]>(property: fc.IAsyncProperty<Values>, countCases: () => number, target: number, name: string): Promise<void> {

    let round = 0;
    while (countCases() < target) {
        await fc.assert(property, { seed: firstSeed + round++, numRuns: 100, interruptAfterTimeLimit: 120_000, includeErrorInReport: true });
    }

    if (isLong) {
        console.log(`${name}: ${countCases()} cases, seeds ${firstSeed} to ${firstSeed + round - 1}`);
    }
}

/** The same for a property that waits for nobody; each run is a case. */
export function fuzzAtOnce<Values extends [unknown, ...unknown[]]>(property: fc.IProperty<Values>, target: number): void {

    fc.assert(property, { seed: firstSeed, numRuns: target, includeErrorInReport: true });
}
