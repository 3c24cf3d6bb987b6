import type { Parameters, Reason, Refusal } from '../../plugin/refusals/refusal.js';
import type { Rule } from './rule.js';
import type { TheirWord } from './their-word.js';
import type { Verdict } from './verdict.js';


/** How the gate differs from the upstream: it would refuse what that one serves, let in what that one refuses, or refuse in other words. */
export const directions = ['too-strict', 'too-lax', 'other-words'] as const;

export type Direction = (typeof directions)[number];

/**
 * Why a call was not compared: `answer`: the upstream failed, or somebody in front of it spoke; `caller`: who calls could not be told; `client`: the client left;
 * `gate-token`: it came with a token of the gate's, which says nothing to the upstream; `late`: the verdict took too long; `mistake`: one of ours, which the log tells.
 */
export const unjudgedReasons = ['answer', 'caller', 'client', 'gate-token', 'late', 'mistake'] as const;

export type Unjudged = (typeof unjudgedReasons)[number];

/** What the gate and the upstream say, one word each: why it is refused, or `served`. */
export type Word = Reason | 'served';

export interface Difference extends Rule {
    readonly result: Direction;
    readonly ours: Word;
    readonly theirs: Word;
    /** The upstream's. */
    readonly status: number;
    /** The resources that the upstream asks for, as far as it says so. */
    readonly theirAsks: readonly string[];
}

/** What came of comparing a call. `left`: the gate would leave it to the upstream. */
export type Comparison = (Rule & { readonly result: 'agreed' | 'left' }) | Difference | { readonly result: 'unjudged'; readonly why: Unjudged };

// Refusals that say nothing of the call: the gate could not tell
const unsure: ReadonlySet<Reason> = new Set(['store-unavailable', 'upstream-failed', 'upstream-timeout']);

// Refusals for what is asked, and not for who asks: a client that hears another error from the upstream is refused there, too. SOAP has an internal error for an unknown service
const aboutRequest: ReadonlySet<Reason> = new Set([
    'accept-unsupported', 'bad-request', 'bad-target', 'body-too-large', 'credentials-in-query', 'decoding-failed', 'field-missing', 'field-type', 'internal-error', 'media-type',
    'method-unsupported', 'not-found', 'not-queued', 'unknown-route', 'unprocessable'
]);

/** Compares what the gate would have done with a call and what the upstream did. */
export function compare({ word, ...rule }: Verdict, theirs: TheirWord): Comparison {

    if (word.kind === 'refused' && unsure.has(word.refusal.reason)) {
        return { result: 'unjudged', why: 'caller' };
    }

    if (theirs.kind === 'unclear') {
        return { result: 'unjudged', why: 'answer' };
    }

    const differ = (result: Direction): Comparison => ({
        ...rule, result,
        ours: word.kind === 'refused' ? word.refusal.reason : 'served',
        theirs: theirs.kind === 'refused' ? theirs.reason : 'served',
        status: theirs.status,
        theirAsks: theirs.kind === 'refused' ? theirs.asks : []
    });

    switch (word.kind) {
        case 'left':
            return { ...rule, result: 'left' };
        case 'answered':
            return theirs.kind === 'refused' && theirs.reason === 'not-authorized' ? differ('too-lax') : { ...rule, result: 'agreed' };
        case 'forwarded':
            return theirs.kind === 'refused' ? differ('too-lax') : { ...rule, result: 'agreed' };
        case 'refused':
            if (theirs.kind === 'refused') {
                return isSame(word.refusal, theirs) ? { ...rule, result: 'agreed' } : differ('other-words');
            }

            return differ(isRefusedElse(word.refusal, theirs) ? 'other-words' : 'too-strict');
    }
}

/** Whether both say the same, of the same resources. */
function isSame({ reason, message, parameters }: Refusal, theirs: Extract<TheirWord, { readonly kind: 'refused' }>): boolean {

    if (reason !== theirs.reason) {
        return message === theirs.message;
    }

    return reason !== 'not-authorized' || sorted(listResources(parameters)) === sorted(theirs.asks);
}

function listResources(parameters: Parameters | undefined): readonly string[] {

    return parameters !== undefined && 'resources' in parameters ? String(parameters['resources']).split(', ') : [];
}

function sorted(resources: readonly string[]): string {

    return [...resources].sort().join();
}

/** Whether a call that the upstream let in came to an error there with which its client is no better off. */
function isRefusedElse({ status, reason }: Refusal, theirs: Extract<TheirWord, { readonly kind: 'served' }>): boolean {

    return theirs.hasErrors || (theirs.status >= 400 && (theirs.status === status || aboutRequest.has(reason)));
}
