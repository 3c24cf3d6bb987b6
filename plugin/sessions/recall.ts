import { createLru } from './lru.js';


/** Answers of a store, held in memory for as long as nothing changed. */
export interface Recall<Value> {
    /** Answers from memory, else by `read`, which is called once for all who ask meanwhile. */
    ask(key: string, field: string, read: () => Promise<Value | undefined>): Promise<Value | undefined>;
    /** Drops what is under a key; undefined: everything. */
    forget(key: string | undefined): void;
    counters(): RecallCounters;
}

export interface RecallCounters {
    readonly entries: number;
    /** Answers from memory, whether there was something or nothing. */
    readonly hits: number;
    readonly misses: number;
    readonly evictions: number;
}

export interface RecallSettings {
    readonly maxEntries: number;
    /** Kept apart, so that a flood of questions that have no answer drops none of those that have. */
    readonly maxAbsent: number;
    readonly absentMs: number;
    /** How long the store itself keeps a key, from when it is asked. */
    readonly ttlMs: (key: string) => Promise<number>;
}

interface Held<Value> {
    readonly value: Value;
    /** On the clock of `performance.now()`. */
    readonly untilMs: number;
}

export function createRecall<Value>({ maxEntries, maxAbsent, absentMs, ttlMs }: RecallSettings): Recall<Value> {

    const present = createLru<Held<Value>>(maxEntries);
    const absent = createLru<number>(maxAbsent);

    // Questions under way, by key and field. A change of the key takes them out: they may have read what was before it, so their answers are
    // not kept, and whoever asks from then on asks anew.

    const underWay = new Map<string, Map<string, Promise<Value | undefined>>>();
    let hits = 0;
    let misses = 0;

    const readAndKeep = async (key: string, field: string, read: () => Promise<Value | undefined>, isCurrent: () => boolean) => {

        const value = await read();
        const askedAtMs = performance.now();
        const untilMs = askedAtMs + (value === undefined ? absentMs : await ttlMs(key));
        if (!isCurrent()) {
            return value;
        }

        if (value === undefined) {
            absent.set(key, field, untilMs);
        }
        else {
            present.set(key, field, { value, untilMs });
        }

        return value;
    };

    return {
        ask(key, field, read) {

            const nowMs = performance.now();
            const held = present.get(key, field);
            if (held && held.untilMs > nowMs) {
                ++hits;
                return Promise.resolve(held.value);
            }

            if ((absent.get(key, field) ?? 0) > nowMs) {
                ++hits;
                return Promise.resolve(undefined);
            }

            const fields = underWay.get(key) ?? new Map<string, Promise<Value | undefined>>();
            const pending = fields.get(field);
            if (pending) {
                return pending;
            }

            ++misses;
            const answer = readAndKeep(key, field, read, () => underWay.get(key) === fields);
            underWay.set(key, fields.set(field, answer));
            const finish = () => {

                fields.delete(field);
                if (fields.size === 0 && underWay.get(key) === fields) {
                    underWay.delete(key);
                }
            };

            answer.then(finish, finish);
            return answer;
        },
        forget(key) {

            if (key === undefined) {
                present.clear();
                absent.clear();
                underWay.clear();
                return;
            }

            present.drop(key);
            absent.drop(key);
            underWay.delete(key);
        },
        counters: () => ({ entries: present.size(), hits, misses, evictions: present.evictions() })
    };
}
