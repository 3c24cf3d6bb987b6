import { AggregatorRegistry } from 'prom-client';


/** Keeps what workers have counted, also of those that have ended. Metrics are those of a process in the JSON of its `/metrics`. */
export interface Ledger<Worker> {
    /** Takes what workers have told now; `alive`: those that are in their places. Resolves to the metrics of those, and of all that there were before them. */
    readonly enter: (told: ReadonlyMap<Worker, string>, alive: readonly Worker[]) => Promise<readonly string[]>;
}

/** What only grows for as long as a process lives. */
const growing: ReadonlySet<unknown> = new Set(['counter', 'histogram']);

/**
 * Opens the ledger of workers, which come and go: Prometheus takes a count that falls for one that began anew, and would add all of it once more with each worker that was
 * replaced. What one has counted since it was last asked ends with it.
 */
export function openLedger<Worker extends object>(): Ledger<Worker> {

    const last = new Map<Worker, string>();
    const ended = new WeakSet<Worker>();
    let ofEnded: Promise<readonly string[]> = Promise.resolve([]);

    return {
        async enter(told, alive) {

            for (const [worker, metrics] of told) {
                if (!ended.has(worker)) {
                    last.set(worker, metrics);
                }
            }

            for (const [worker, metrics] of last) {
                if (!alive.includes(worker)) {
                    last.delete(worker);
                    ended.add(worker);
                    ofEnded = ofEnded.then((before) => addUp([...before, metrics]));
                }
            }

            const ofAlive = [...last.values()];
            return [...ofAlive, ...await ofEnded];
        }
    };
}

/** Adds up what grows, in one text. */
async function addUp(texts: readonly string[]): Promise<readonly string[]> {

    const registry = AggregatorRegistry.aggregate(texts.map((text) => (JSON.parse(text) as readonly { readonly type: unknown }[]).filter(({ type }) => growing.has(type))));
    return [JSON.stringify(await registry.getMetricsAsJSON())];
}
