import type { Holder } from '../streams.js';
import { rememberLast } from '../remember-last.js';


/** Hears of an answer, or a connection, that goes on for longer, and may cut it. Gives what is to be called when it has ended. */
export type Keep = (holder: Holder | undefined, isEndless: boolean, cut: () => void) => () => void;

/** How long an answer may take before anybody asks whether its caller may still have it. */
const momentMs = 1_000;

/** Whether an answer of this Content-Type ends only when somebody ends it. */
export const isEndless = rememberLast((contentType) => /^text\/event-stream\b/i.test(contentType));

/** An answer, or a connection, that was not whole at once: one that goes on for longer ends with the session that it is given to. */
export class Stay {

    readonly #holder: Holder | undefined;
    readonly #isEndless: boolean;
    readonly #keep: () => () => void;

    #timer: NodeJS.Timeout | undefined;
    #release: (() => void) | undefined;

    constructor(holder: Holder | undefined, isEndless: boolean, keep: Keep, cut: () => void) {

        this.#holder = holder;
        this.#isEndless = isEndless;
        this.#keep = () => keep(holder, isEndless, cut);
    }

    /** It may be over in a moment, unless it has no end. */
    begin(): void {

        if (this.#isEndless) {
            this.goOn();
        }
        else if (this.#holder !== undefined) {
            this.#timer = setTimeout(() => {

                this.goOn();
            }, momentMs);
        }
    }

    /** It goes on. */
    goOn(): void {

        this.#release = this.#keep();
    }

    end(): void {

        clearTimeout(this.#timer);
        this.#release?.();
    }
}
