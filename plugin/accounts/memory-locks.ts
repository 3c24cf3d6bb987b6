import type { LockStore } from './lock-store.js';


interface Counter {
    /** By part; the whole counter is ''. */
    readonly failures: Map<string, number>;
    expiresAtSeconds: number;
}

/** Keeps the counters in this process alone, for the gate without Redis. Beyond `maxKeys` of a kind the oldest goes. */
export function createMemoryLocks(nowSeconds: () => number, maxKeys = 100_000): LockStore {

    const counters = new Map<string, Counter>();
    const known = new Map<string, Map<string, number>>();

    const findCounter = (key: string): Counter => {

        const counter = counters.get(key);
        return counter !== undefined && counter.expiresAtSeconds > nowSeconds() ? counter : { failures: new Map(), expiresAtSeconds: 0 };
    };

    const addTo = ({ failures }: Counter, part: string, amount: number) => failures.set(part, Math.max(0, (failures.get(part) ?? 0) + amount));

    return {
        count(key, { limit, ttlSeconds }, part) {

            const counter = findCounter(key);
            const isFull = (ofPart: string, atMost: number) => (counter.failures.get(ofPart) ?? 0) >= atMost;
            const isPartFull = part !== undefined && isFull(part.name, part.limit);
            const counted = isPartFull ? 'locked' : !isFull('', limit) ? 'whole' : part?.goesOn === true ? 'part' : 'locked';
            if (counted !== 'locked' && part !== undefined) {
                addTo(counter, part.name, 1);
            }

            if (counted === 'whole') {
                addTo(counter, '', 1);
                counter.expiresAtSeconds = nowSeconds() + ttlSeconds;
                setYoungest(counters, key, counter, maxKeys);
            }

            return Promise.resolve(counted);
        },

        takeBack(key, counted, part) {

            const parts = [counted === 'whole' ? '' : undefined, part].filter((one) => one !== undefined);
            parts.forEach((one) => addTo(findCounter(key), one, -1));
            return Promise.resolve();
        },

        clear(key, counted, part) {

            if (part === undefined) {
                counters.delete(key);
                return Promise.resolve();
            }

            const counter = findCounter(key);
            addTo(counter, '', counted === 'whole' ? -(counter.failures.get(part) ?? 0) : 0);
            counter.failures.delete(part);
            return Promise.resolve();
        },

        isKnown: (key, address, sinceSeconds) => Promise.resolve((known.get(key)?.get(address) ?? -Infinity) >= sinceSeconds),

        remember(key, address, { nowSeconds, max }) {

            const addresses = known.get(key) ?? new Map<string, number>();
            setYoungest(addresses, address, nowSeconds, max);
            setYoungest(known, key, addresses, maxKeys);
            return Promise.resolve();
        }
    };
}

/** Sets an entry as the youngest of a map; where there are then more than `max`, the oldest goes. */
function setYoungest<Value>(map: Map<string, Value>, key: string, value: Value, max: number): void {

    map.delete(key);
    map.set(key, value);
    for (const oldest of map.keys()) {
        if (map.size > max) {
            map.delete(oldest);
        }

        return;
    }
}
