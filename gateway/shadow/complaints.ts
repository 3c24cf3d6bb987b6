import type { Observe } from '../journal/journal.js';
import { describeDifference } from './describe.js';


interface ComplaintParts {
    readonly notice: (sentence: string) => void;
    readonly nowMs: () => number;
}

const minuteMs = 60_000;

/** Sentences in a minute, whatever kinds there are. */
const maxSentences = 60;

/** Tells the operator of calls that would be decided otherwise, of each kind one in a minute at most. How many there are, the report says. */
export function createComplaints({ notice, nowMs }: ComplaintParts): Observe {

    const told = new Set<string>();
    let startedMs = nowMs();

    return ({ shadow, requestId }) => {

        if (shadow === undefined || !('ours' in shadow) || shadow.result === 'other-words') {
            return;
        }

        if (nowMs() - startedMs >= minuteMs) {
            startedMs = nowMs();
            told.clear();
        }

        const sentence = describeDifference(shadow);
        if (told.size < maxSentences && !told.has(sentence)) {
            told.add(sentence);
            notice(`Shadow: ${sentence} (request ${requestId})`);
        }
    };
}
