import { textOf } from './raw.js';


/** A header by its name. */
export interface Known<Role> {
    readonly role: Role | 'drop' | 'keep';
    /** As it is written: always the same string, which whoever looks it up need not read anew. */
    readonly name: string;
    /** The name in lower case. */
    readonly lower: string;
    /** As it is written, in bytes. */
    readonly bytes: Buffer;
}

const maxNames = 1_000;
const maxLength = 64;

/**
 * Tells what is to be done with a header: the headers in `special` need a look, others are dropped or kept.
 * Worked out once for each name as it is written, in a table that cannot grow without bound.
 *
 * Asked about the header at a place of a head, it first looks at what stood there in the last one: heads of the same kind have the same names in the same order, and to compare one
 * takes a tenth of what it takes to make a string of it and to look that up.
 */
export function rememberRoles<Role extends string>(special: readonly Role[], isDropped: (lowerCaseName: string) => boolean): (raw: Buffer | string | undefined, place: number) => Known<Role> {

    const known = new Map<string, Known<Role>>();
    const last: Known<Role>[] = [];

    const find = (name: string) => {

        const kept = known.get(name);
        if (kept !== undefined) {
            return kept;
        }

        const lower = name.toLowerCase();
        const found: Known<Role> = { role: special.find((one) => one === lower) ?? (isDropped(lower) ? 'drop' : 'keep'), name, lower, bytes: Buffer.from(name, 'latin1') };
        if (known.size >= maxNames) {
            known.clear();
        }

        if (name.length <= maxLength) {
            known.set(name, found);
        }

        return found;
    };

    return (raw, place) => {

        const before = last[place];
        if (before !== undefined && (typeof raw === 'object' ? areSame(raw, before.bytes) : raw === before.name)) {
            return before;
        }

        const found = find(textOf(raw));
        if (place < maxNames && found.name.length <= maxLength) {
            last[place] = found;
        }

        return found;
    };
}

/** By hand: of a few bytes, a call out of JavaScript would be the greater part. */
function areSame(one: Buffer, other: Buffer): boolean {

    if (one.length !== other.length) {
        return false;
    }

    for (let i = 0; i < one.length; ++i) {
        if (one[i] !== other[i]) {
            return false;
        }
    }

    return true;
}
