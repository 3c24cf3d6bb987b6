/** A header by its name. */
export interface Known<Role> {
    readonly role: Role | 'drop' | 'keep';
    /** As it is written: always the same string, which whoever looks it up need not read anew. */
    readonly name: string;
    /** The name in lower case. */
    readonly lower: string;
}

/**
 * Tells what is to be done with a header: the headers in `special` need a look, others are dropped or kept.
 * Worked out once for each name as it is written, in a table that cannot grow without bound.
 */
export function rememberRoles<Role extends string>(special: readonly Role[], isDropped: (lowerCaseName: string) => boolean): (name: string) => Known<Role> {

    const maxNames = 1_000;
    const maxLength = 64;
    const known = new Map<string, Known<Role>>();

    return (name) => {

        const kept = known.get(name);
        if (kept !== undefined) {
            return kept;
        }

        const lower = name.toLowerCase();
        const found: Known<Role> = { role: special.find((one) => one === lower) ?? (isDropped(lower) ? 'drop' : 'keep'), name, lower };
        if (known.size >= maxNames) {
            known.clear();
        }

        if (name.length <= maxLength) {
            known.set(name, found);
        }

        return found;
    };
}
