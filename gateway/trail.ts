import type { Standing } from '../plugin/authenticate/standing.js';
import type { Reason } from '../plugin/refusals/refusal.js';
import type { OpenCall } from './call.js';
import type { Outcome } from './forward/outcome.js';
import type { Comparison } from './shadow/compare.js';
import type { Traced } from './traces/stages.js';


/** What the stages leave behind them of a request, each its own part, for whoever looks on. No stage reads what another one left. */
export interface Trail {
    /** The request's id, which the upstream hears, too. */
    readonly id: string;
    /** When it came, on the clock of `performance.now()`. */
    readonly startedMs: number;
    /** Absent where a request was refused for what it asks alone. */
    call?: OpenCall;
    /** A browser asks whether a page may call. */
    isPreflight?: true;
    /** Absent where nobody asked who calls. */
    standing?: Standing;
    /** What a SOAP body calls. */
    operation?: string;
    /** Absent where nothing was sent to the upstream. */
    outcome?: Outcome;
    /** Absent where the gate wrote no answer of its own. */
    answered?: { readonly bytes: number; /** Why it refused, where it did. */ readonly reason: Reason | undefined };
    /** In shadow mode what the gate would have done, beside what the upstream did. */
    comparison?: Promise<Comparison>;
    /** Absent where there is no OpenTelemetry SDK. */
    traced?: Traced;
}
