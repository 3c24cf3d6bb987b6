import type { Addresses, Call, Resolve } from './call.js';


/** Calls that are remembered. More than clients of one kind ask for, and few beside everything else that a process holds. */
const maxCalls = 1_000;

/** Targets of so many characters are remembered: who sends longer ones sends no two alike. */
const maxLength = 256;

/** Remembers what calls came to, for as long as the addresses mean the same: clients ask for few things, again and again. */
export function rememberCalls(resolve: Resolve): Resolve {

    const known = new Map<string, Call>();
    let meaning: Omit<Addresses, 'isHost'> | undefined;

    return (method, rawTarget, addresses) => {

        if (addresses !== meaning) {
            meaning = addresses;
            known.clear();
        }

        const asked = `${method} ${rawTarget}`;
        const kept = known.get(asked);
        if (kept !== undefined) {
            return kept;
        }

        const call = resolve(method, rawTarget, addresses);
        if (asked.length <= maxLength) {
            if (known.size >= maxCalls) {
                known.clear();
            }

            known.set(asked, call);
        }

        return call;
    };
}
