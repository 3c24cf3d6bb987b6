// The same steps for several one after the other cost a good deal less than the same steps among all others: the processor has them at hand. Whoever is alone waits for nobody

let end: Promise<void> | undefined;

/** Resolves at the end of this turn of the event loop, when everything that the connections had to say was read: for all who wait for it, one right after the other. */
export function endOfTurn(): Promise<void> {

    end ??= new Promise((resolve) => {

        setImmediate(() => {

            end = undefined;
            resolve();
        });
    });
    return end;
}

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
