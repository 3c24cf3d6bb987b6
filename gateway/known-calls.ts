import type { Addresses, Call, Resolve } from './call.js';


/** Calls that are remembered. More than clients of one kind ask for, and few beside everything else that a process holds. */
const maxCalls = 1_000;

/** Targets of so many characters are remembered: who sends longer ones sends no two alike. */
const maxLength = 256;

/** Remembers what calls came to, for as long as the addresses mean the same: clients ask for few things, again and again. */
export function rememberCalls(resolve: Resolve): Resolve {

    const known = new Map<string, Map<string, Call>>();
    let meaning: Omit<Addresses, 'isHost'> | undefined;
    let count = 0;

    const forget = () => {

        known.clear();
        count = 0;
    };

    const keep = (method: string, rawTarget: string, call: Call) => {

        if (count >= maxCalls) {
            forget();
        }

        known.set(method, (known.get(method) ?? new Map<string, Call>()).set(rawTarget, call));
        ++count;
    };

    return (method, rawTarget, addresses) => {

        if (addresses !== meaning) {
            meaning = addresses;
            forget();
        }

        const kept = known.get(method)?.get(rawTarget);
        if (kept !== undefined) {
            return kept;
        }

        const call = resolve(method, rawTarget, addresses);
        if (rawTarget.length <= maxLength) {
            keep(method, rawTarget, call);
        }

        return call;
    };
}
