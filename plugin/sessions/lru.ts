/** A bounded map of maps: values under a key and a field, dropped by key, keys that were not used first. */
export interface Lru<Value> {
    get(key: string, field: string): Value | undefined;
    set(key: string, field: string, value: Value): void;
    /** Gives a value that is held a name of its own, which finds it in one step for as long as it is held. A value has one name: the last one. */
    name(key: string, field: string, name: string): void;
    getNamed(name: string): Value | undefined;
    drop(key: string): void;
    clear(): void;
    /** Values held. */
    size(): number;
    /** Values dropped to make room. */
    evictions(): number;
}

interface Cell<Value> {
    readonly value: Value;
    readonly slot: Slot<Value>;
    name: string | undefined;
}

interface Slot<Value> {
    readonly cells: Map<string, Cell<Value>>;
    /** Since the slot was last looked at to make room. */
    isUsed: boolean;
}

// Looks at keys that were used, before one of them goes all the same: what making room costs has a bound
const maxChances = 16;

/**
 * Makes a map that holds at most `maxValues`. Two levels, for a change is told by key: whatever a caller has goes at once. The package
 * lru-cache has one level, and would need a second index beside it. A use is a mark on the slot, and not a place in a list: those who ask are many
 * times as many as those who are added.
 */
export function createLru<Value>(maxValues: number): Lru<Value> {

    const slots = new Map<string, Slot<Value>>();                   // A Map keeps the order of insertion
    const named = new Map<string, Cell<Value>>();
    let size = 0;
    let evictions = 0;

    const dropName = ({ name }: Cell<Value>) => {

        if (name !== undefined) {
            named.delete(name);
        }
    };

    const drop = (key: string) => {

        const slot = slots.get(key);
        if (slot === undefined) {
            return 0;
        }

        slot.cells.forEach(dropName);
        slots.delete(key);
        size -= slot.cells.size;
        return slot.cells.size;
    };

    // A key that was used gets a second chance, at the end.

    const makeRoom = () => {

        let chances = maxChances;
        for (const [key, slot] of slots) {
            if (size < maxValues) {
                return;
            }

            if (slot.isUsed && chances > 0) {
                --chances;
                slot.isUsed = false;
                slots.delete(key);
                slots.set(key, slot);
            }
            else {
                evictions += drop(key);
            }
        }
    };

    const use = (cell: Cell<Value> | undefined) => {

        if (cell !== undefined) {
            cell.slot.isUsed = true;
        }

        return cell?.value;
    };

    return {
        get: (key, field) => use(slots.get(key)?.cells.get(field)),
        getNamed: (name) => use(named.get(name)),
        set(key, field, value) {

            const before = slots.get(key)?.cells.get(field);
            if (before === undefined) {
                makeRoom();
                ++size;
            }
            else {
                dropName(before);
            }

            const slot = slots.get(key) ?? { cells: new Map<string, Cell<Value>>(), isUsed: false };
            slot.cells.set(field, { value, slot, name: undefined });
            slots.set(key, slot);
        },
        name(key, field, name) {

            const cell = slots.get(key)?.cells.get(field);
            if (cell !== undefined) {
                dropName(cell);
                cell.name = name;
                named.set(name, cell);
            }
        },
        drop,
        clear() {

            slots.clear();
            named.clear();
            size = 0;
        },
        size: () => size,
        evictions: () => evictions
    };
}
