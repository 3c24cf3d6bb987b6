/**
 * What a call is, and so how it is judged: of a route for everybody; with a session that is good and was used before, or was not; with a token that nobody
 * holds; with a session that has ended; a login with the right password, and with a wrong one.
 */
export type Kind = 'anonymous' | 'fresh' | 'guess' | 'known' | 'login' | 'revoked' | 'stranger';

export const kinds: readonly Kind[] = ['anonymous', 'fresh', 'guess', 'known', 'login', 'revoked', 'stranger'];

/** `hidden`: let through, for the end of its session was not known yet, and need not have been. */
export type Verdict = 'hidden' | 'other' | 'right' | 'unavailable' | 'wrongly allowed' | 'wrongly refused';

/** For how long the end of a session may be hidden from a gate that Redis cannot tell of it. */
export const mayHideMs = 1_000;

/** An answer that was judged. Times are in milliseconds, on the clock of `performance.now()`. */
export interface Judged {
    readonly kind: Kind;
    readonly verdict: Verdict;
    /** 0: there was none. */
    readonly status: number;
    /** From the end of the session until the call began; 0 where it has not ended. */
    readonly hiddenMs: number;
    readonly begunAtMs: number;
    readonly answeredAtMs: number;
    readonly text: string;
}

/** Answers since a moment. */
export interface Count {
    note(judged: Judged): void;
    /** How many of a kind had a verdict. */
    of(kind: Kind, verdict: Verdict): number;
    /** Of all kinds; without a verdict, all of them. */
    total(verdict?: Verdict): number;
    /** Right answers of a kind since the last one that was not, or since they were forgotten. */
    streak(kind: Kind): number;
    forgetStreaks(): void;
    slowestUnavailableMs(): number;
    lastUnavailableAtMs(): number;
    longestHiddenMs(): number;
    /** Answers that must never be, in words. */
    readonly mistakes: readonly string[];
}

/** Judges a status: a gate that does not know says 503, and never 200 or 401. `hiddenMs`: since the session ended. */
export function judge(kind: Kind, status: number, hiddenMs: number): Verdict {

    if (status === 503 && kind !== 'anonymous') {
        return 'unavailable';
    }

    const isGood = kind === 'anonymous' || kind === 'fresh' || kind === 'known' || kind === 'login';
    switch (status) {
        case 200:
            return isGood ? 'right' : kind === 'revoked' && hiddenMs <= mayHideMs ? 'hidden' : 'wrongly allowed';
        case 401:
        case 403:
            return isGood ? 'wrongly refused' : 'right';
        default:
            return 'other';
    }
}

export function startCount(): Count {

    const counts = new Map<string, number>();
    const streaks = new Map<Kind, number>();
    const mistakes: string[] = [];
    let slowestUnavailableMs = 0;
    let lastUnavailableAtMs = -Infinity;
    let longestHiddenMs = 0;

    return {
        mistakes,
        note({ kind, verdict, status, hiddenMs, begunAtMs, answeredAtMs, text }) {

            for (const name of [`${kind} ${verdict}`, verdict, 'all']) {
                counts.set(name, (counts.get(name) ?? 0) + 1);
            }

            streaks.set(kind, verdict === 'right' ? (streaks.get(kind) ?? 0) + 1 : 0);
            if (verdict === 'unavailable') {
                slowestUnavailableMs = Math.max(slowestUnavailableMs, answeredAtMs - begunAtMs);
                lastUnavailableAtMs = Math.max(lastUnavailableAtMs, answeredAtMs);
            }
            else if (verdict === 'hidden') {
                longestHiddenMs = Math.max(longestHiddenMs, hiddenMs);
            }
            else if (verdict !== 'right') {
                mistakes.push(`${verdict}: ${kind}, ${status}, ${Math.round(hiddenMs)} ms after the end of its session: ${text}`);
            }
        },
        of: (kind, verdict) => counts.get(`${kind} ${verdict}`) ?? 0,
        total: (verdict) => counts.get(verdict ?? 'all') ?? 0,
        streak: (kind) => streaks.get(kind) ?? 0,
        forgetStreaks() {

            streaks.clear();
        },
        slowestUnavailableMs: () => slowestUnavailableMs,
        lastUnavailableAtMs: () => lastUnavailableAtMs,
        longestHiddenMs: () => longestHiddenMs
    };
}
