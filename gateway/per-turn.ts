import { AsyncResource } from 'node:async_hooks';

// The same steps for several one after the other cost a good deal less than the same steps among all others: the processor has them at hand. Whoever is alone waits for nobody

/** Gathers what comes up in one turn of the event loop, and hands it over together at its end. `handle` must not throw, since nothing of the rest would be handled. */
export function perTurn<Item>(handle: (items: readonly Item[]) => void): (item: Item) => void {

    let items: Item[] = [];

    const handOver = () => {

        const gathered = items;
        items = [];
        handle(gathered);
    };

    return (item) => {

        if (items.push(item) === 1) {
            setImmediate(handOver);
        }
    };
}

/** The same for one after the other, each within what was around it when it came up, as `AsyncLocalStorage` has it: somebody's span, say. */
export function eachPerTurn<Item>(handle: (item: Item) => void): (item: Item) => void {

    const add = perTurn<Arrival<Item>>((arrivals) => {

        for (const arrival of arrivals) {
            arrival.runInAsyncScope(handle, undefined, arrival.item);
        }
    });

    return (item) => {

        add(new Arrival(item));
    };
}

class Arrival<Item> extends AsyncResource {

    readonly item: Item;

    constructor(item: Item) {

        super('POSTERN_ARRIVAL');
        this.item = item;
    }
}
