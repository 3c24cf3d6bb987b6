import { createLru } from './lru.js';
import type { Soon } from './store.js';


/** Answers of a store, held in memory for as long as nothing changed. */
export interface Recall<Answer> {
    /** Answers from memory, and then at once, else by `read`, which is called once for all who ask meanwhile. */
    ask(key: string, field: string, read: () => Soon<Answer>): Soon<Answer>;
    /** Gives an answer a name of its own, by which it is recalled in one step, where it is what memory holds. */
    name(key: string, field: string, answer: Answer, name: string): void;
    /** Undefined where no answer that is held has the name. */
    askNamed(name: string): Answer | undefined;
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

interface Held<Answer> {
    readonly answer: Answer;
    /** On the clock of `performance.now()`. */
    readonly untilMs: number;
}

/** An answer of undefined says that there is nothing. */
export function createRecall<Answer>({ maxEntries, maxAbsent, absentMs, ttlMs }: RecallSettings): Recall<Answer> {

    const present = createLru<Held<Answer>>(maxEntries);
    const absent = createLru<Held<Answer>>(maxAbsent);

    // Questions under way, by key and field. A change of the key takes them out: they may have read what was before it, so their answers are
    // not kept, and whoever asks from then on asks anew.

    const underWay = new Map<string, Map<string, Promise<Answer>>>();
    let hits = 0;
    let misses = 0;

    const readAndKeep = async (key: string, field: string, read: () => Soon<Answer>, isCurrent: () => boolean) => {

        const answer = await read();
        const askedAtMs = performance.now();
        const untilMs = askedAtMs + (answer === undefined ? absentMs : await ttlMs(key));
        if (isCurrent()) {
            (answer === undefined ? absent : present).set(key, field, { answer, untilMs });
        }

        return answer;
    };

    return {
        ask(key, field, read) {

            const nowMs = performance.now();
            const held = present.get(key, field) ?? absent.get(key, field);
            if (held !== undefined && held.untilMs > nowMs) {
                ++hits;
                return held.answer;
            }

            const fields = underWay.get(key) ?? new Map<string, Promise<Answer>>();
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
        name(key, field, answer, name) {

            if (present.get(key, field)?.answer === answer) {
                present.name(key, field, name);
            }
        },
        askNamed(name) {

            // The clock is asked where there is an end

            const held = present.getNamed(name);
            if (held === undefined || held.untilMs < Infinity && held.untilMs <= performance.now()) {
                return undefined;
            }

            ++hits;
            return held.answer;
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
