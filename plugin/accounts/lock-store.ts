/** How an attempt was counted: into the whole counter, or, that being full, into its part only. */
export type Counted = 'whole' | 'part';

export interface CounterLimits {
    readonly limit: number;
    /** Set anew at each attempt counted into the whole, and never while the counter is full. */
    readonly ttlSeconds: number;
}

/** A part of a counter, with a limit of its own. */
export interface Part {
    readonly name: string;
    readonly limit: number;
    /** Whether it goes on when the whole counter is full. */
    readonly goesOn: boolean;
}

/** Keeps the counters of failed logins, and who logged in from where. Every method rejects with `StoreUnavailableError` when the store is away. */
export interface LockStore {
    /** Adds one to the counter, and to its part where one is named, unless either is full; to a part that goes on alone where only the counter is. */
    count(key: string, limits: CounterLimits, part?: Part): Promise<Counted | 'locked'>;
    /** Takes back what `count()` added. */
    takeBack(key: string, counted: Counted, part?: string): Promise<void>;
    /** Ends the counter, or, where a part is named, the part and what of the counter came from it. */
    clear(key: string, counted: Counted, part?: string): Promise<void>;
    isKnown(key: string, address: string, sinceSeconds: number): Promise<boolean>;
    /** Notes that somebody logged in from an address; where there are then more than `max`, the oldest go. */
    remember(key: string, address: string, limits: { readonly nowSeconds: number; readonly ttlSeconds: number; readonly max: number }): Promise<void>;
}
