/** A bounded map of maps: values under a key and a field, dropped by key, keys that were not used first. */
export interface Lru<Value> {
    get(key: string, field: string): Value | undefined;
    set(key: string, field: string, value: Value): void;
    drop(key: string): void;
    clear(): void;
    /** Values held. */
    size(): number;
    /** Values dropped to make room. */
    evictions(): number;
}

interface Slot<Value> {
    readonly values: Map<string, Value>;
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
    let size = 0;
    let evictions = 0;

    const drop = (key: string) => {

        const count = slots.get(key)?.values.size ?? 0;
        slots.delete(key);
        size -= count;
        return count;
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

    return {
        get(key, field) {

            const slot = slots.get(key);
            const value = slot?.values.get(field);
            if (slot !== undefined && value !== undefined) {
                slot.isUsed = true;
            }

            return value;
        },
        set(key, field, value) {

            if (slots.get(key)?.values.has(field) !== true) {
                makeRoom();
                ++size;
            }

            const slot = slots.get(key) ?? { values: new Map<string, Value>(), isUsed: false };
            slot.values.set(field, value);
            slots.set(key, slot);
        },
        drop,
        clear() {

            slots.clear();
            size = 0;
        },
        size: () => size,
        evictions: () => evictions
    };
}
