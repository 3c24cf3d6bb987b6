import type { AccountType } from '../caller.js';

/** An answer that is given as it is where it is at hand: on the hot path a promise costs more than the look-up. */
export type Soon<Value> = Promise<Value> | Value;

/** One login, as the store keeps it. Everything but the secret, of which it holds the SHA-256 only. */
export interface Session {
    readonly type: AccountType;
    readonly callerId: string;
    /** 8 characters of [a-z0-9]; not secret. */
    readonly id: string;
    /** SHA-256 of the token's secret part, 32 bytes. */
    readonly secretHash: Buffer;
    readonly issuedAtSeconds: number;
    /** Absent: it never expires. */
    readonly expiresAtSeconds?: number;
    /** Address that logged in; an IPv6 address is cut to its /64 network. '' where unknown. */
    readonly source: string;
    readonly website?: number;
    readonly group?: number;
    readonly store?: number;
}

/** The store cannot answer now. Never means that a session is unknown. */
export class StoreUnavailableError extends Error {
    override readonly name = 'StoreUnavailableError';
    /** Whether what it was asked to do may have been done nonetheless, or may yet be. */
    readonly isInDoubt: boolean;

    constructor(message: string, { isInDoubt = false, ...options }: ErrorOptions & { readonly isInDoubt?: boolean } = {}) {

        super(message, options);
        this.isInDoubt = isInDoubt;
    }
}

/** Sessions by the `Authorization` headers that have opened them: what was proven once need not be proven again while the session is held in memory, and not a moment longer. */
export interface OpenedSessions {
    /** Undefined where the header has to be read, the session to be found, and the token to be proven. */
    find(authorization: string): Session | undefined;
    /** Notes that a header's token opens a session that was found. */
    note(authorization: string, session: Session): void;
}

/**
 * Keeps the sessions (DESIGN 2). Every method rejects with `StoreUnavailableError` when the store is away.
 * A session that has expired by `nowSeconds` of its own clock is never returned.
 */
export interface SessionStore {
    /** Adds a session; where the caller then holds more than `cap`, the oldest go. Resolves to their ids. */
    add(session: Session, cap: number): Promise<readonly string[]>;
    find(type: AccountType, callerId: string, sessionId: string): Soon<Session | undefined>;
    /** Absent where nothing is held in memory. */
    readonly opened?: OpenedSessions;
    list(type: AccountType, callerId: string): Promise<readonly Session[]>;
    /** Resolves to whether there was one. */
    end(type: AccountType, callerId: string, sessionId: string): Promise<boolean>;
    /** Resolves to how many there were. */
    endAll(type: AccountType, callerId: string): Promise<number>;
    /** The ACL resources that the admin's role lists; empty where there is no role. */
    role(adminId: string): Soon<ReadonlySet<string>>;
    setRole(adminId: string, resources: readonly string[]): Promise<void>;
    /** When the session was last used, in seconds since 1970; undefined where no use was noted. Asked only with an idle lifetime. */
    lastUse(type: AccountType, callerId: string, sessionId: string): Promise<number | undefined>;
    noteUse(type: AccountType, callerId: string, sessionId: string, nowSeconds: number, idleSeconds: number): Promise<void>;
    close(): Promise<void>;
}
