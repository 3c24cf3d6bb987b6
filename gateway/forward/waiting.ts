import { perTurn } from '../per-turn.js';


/** What waits for a connection to an upstream. */
export interface Waiting {
    readonly isWaiting: boolean;
    /** From now on it waits for so long, and no longer. */
    readonly limitWait: () => void;
}

const limitWaits = perTurn<Waiting>((those) => {

    for (const one of those) {
        if (one.isWaiting) {
            one.limitWait();
        }
    }
});

/**
 * Limits how long something waits. undici looks at a connection again before it uses it, so that as a rule one is taken at the end of the next turn: what waits for longer
 * gets a timer, and nothing else.
 */
export const watchWaiting = perTurn<Waiting>((those) => {

    for (const one of those) {
        if (one.isWaiting) {
            limitWaits(one);
        }
    }
});
