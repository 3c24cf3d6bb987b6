/** Where a file says something. */
export interface Place {
    readonly file: string;
    readonly line: number;
}

/** One thing that is wrong with what Postern was told; without a place, no file said it. */
export interface Mistake {
    readonly message: string;
    readonly place?: Place;
}

/** One line for a mistake, as compilers write it. */
export function describeMistake({ message, place }: Mistake): string {

    return place === undefined ? message : `${place.file}:${place.line}: ${message}`;
}
