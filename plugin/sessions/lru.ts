/** A bounded map of maps: values under a key and a field, dropped by key, the key that was used longest ago first. */
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

/**
 * Makes a map that holds at most `maxValues`. Two levels, for a change is told by key: whatever a caller has goes at once. The package
 * lru-cache has one level, and would need a second index beside it.
 */
export function createLru<Value>(maxValues: number): Lru<Value> {

    const keys = new Map<string, Map<string, Value>>();             // In order of use: a Map keeps the order of insertion
    let size = 0;
    let evictions = 0;

    const drop = (key: string) => {

        const count = keys.get(key)?.size ?? 0;
        keys.delete(key);
        size -= count;
        return count;
    };

    return {
        get(key, field) {

            const values = keys.get(key);
            const value = values?.get(field);
            if (values && value !== undefined) {
                keys.delete(key);
                keys.set(key, values);
            }

            return value;
        },
        set(key, field, value) {

            const values = keys.get(key) ?? new Map<string, Value>();
            size += values.has(field) ? 0 : 1;
            values.set(field, value);
            keys.delete(key);
            keys.set(key, values);
            for (const oldest of keys.keys()) {
                if (size <= maxValues) {
                    break;
                }

                evictions += drop(oldest);
            }
        },
        drop,
        clear() {

            keys.clear();
            size = 0;
        },
        size: () => size,
        evictions: () => evictions
    };
}
