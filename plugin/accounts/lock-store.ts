/** How an attempt was counted: into the whole counter, or, that being full, into its part only. */
export type Counted = 'whole' | 'part';

export interface CounterLimits {
    readonly limit: number;
    /** Set anew at each attempt counted into the whole, and never while the counter is full. */
    readonly ttlSeconds: number;
}

/** Keeps the counters of failed logins, and who logged in from where. Every method rejects with `StoreUnavailableError` when the store is away. */
export interface LockStore {
    /** Adds one to the counter, and to its part where one is named, unless it has reached the limit: then to the part alone, until that has reached it too. */
    count(key: string, limits: CounterLimits, part?: string): Promise<Counted | 'locked'>;
    /** Takes back what `count()` added. */
    takeBack(key: string, counted: Counted, part?: string): Promise<void>;
    /** Ends the counter, or its part where only that was counted. */
    clear(key: string, counted: Counted, part?: string): Promise<void>;
    isKnown(key: string, address: string, sinceSeconds: number): Promise<boolean>;
    /** Notes that somebody logged in from an address; where there are then more than `max`, the oldest go. */
    remember(key: string, address: string, limits: { readonly nowSeconds: number; readonly ttlSeconds: number; readonly max: number }): Promise<void>;
}
