/** Levenshtein's distance: how many characters must be added, removed or replaced. */
function countEdits(from: string, to: string): number {

    const cells = to.split('').map((character, column) => ({ character, edits: column + 1 }));
    let row = 0;
    let left = cells.length;
    for (const character of from.split('')) {
        let diagonal = row;
        row += 1;
        left = row;
        for (const cell of cells) {
            left = Math.min(left + 1, cell.edits + 1, diagonal + (character === cell.character ? 0 : 1));
            diagonal = cell.edits;
            cell.edits = left;
        }
    }

    return left;
}

/** Some words too many, as in `POSTERN_REDIS_URL`, are no more than two slips of the finger. */
function measure(name: string, known: string): number {

    return name.startsWith(`${known}_`) ? 2 : countEdits(name, known);
}

/** The known name that a mistyped one most likely meant; the first of several. There is at least one known name. */
export function findNearest(name: string, known: readonly string[]): string {

    return known.reduce((nearest, candidate) => (measure(name, candidate) < measure(name, nearest) ? candidate : nearest));
}
