/**
 * Gathers what comes up in one turn of the event loop, and hands it over together at its end, when everything that the connections had to say was read. The same steps one after the other cost a
 * good deal less than the same steps among all others: the processor has them at hand. Whoever is alone waits for nobody; `handle` must not throw, since nothing of the rest would be handled.
 */
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
