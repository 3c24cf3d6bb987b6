import type { Origin } from './origin.js';


/** How long any of the origins may take. */
export interface Patience {
    /** Until the answer's headers, and as long again for a free connection. */
    readonly headersTimeoutMs: number;
    /** Until the client takes more of the answer. */
    readonly idleTimeoutMs: number;
}

/** The origins of the service behind, which all serve the same. */
export class Origins {

    readonly patience: Patience;

    readonly #first: Origin;
    readonly #all: readonly Origin[];
    #turn = 0;

    constructor([first, ...others]: readonly [Origin, ...Origin[]], patience: Patience) {

        this.patience = patience;
        this.#first = first;
        this.#all = [first, ...others];
    }

    /** Gives a request to the origin that suits it best. */
    take(): Origin {

        return this.#give(pickOrigin(this.#first, this.#all));
    }

    /** Gives it to one that it was not given to yet; undefined where there is none. */
    takeUntried(tried: readonly Origin[]): Origin | undefined {

        const left = this.#all.filter((origin) => !tried.includes(origin));
        const [first] = left;
        return first === undefined ? undefined : this.#give(pickOrigin(first, left));
    }

    /** Gives it to another one than the last, or to that one again where no other is well. */
    takeAnother(last: Origin): Origin {

        const [first, ...others] = this.#all.filter((origin) => origin !== last && origin.isUsable);
        return this.#give(first === undefined ? last : pickOrigin(first, others));
    }

    #give(origin: Origin): Origin {

        origin.take(++this.#turn);
        return origin;
    }
}

/** The origin with the least to do of those that are up, or of all where none is; of several, the one that was not taken for the longest. */
function pickOrigin(first: Origin, origins: readonly Origin[]): Origin {

    let best = first;
    let isBestUsable = first.isUsable;
    for (const origin of origins) {
        const { isUsable } = origin;
        if (isUsable === isBestUsable ? (origin.inFlight - best.inFlight || origin.turn - best.turn) < 0 : isUsable) {
            best = origin;
            isBestUsable = isUsable;
        }
    }

    return best;
}
