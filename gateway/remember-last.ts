/** Finds something of a text, and remembers it of the last one: what nearly all messages say alike, such as their host, need not be read again. */
export function rememberLast<Found>(find: (text: string) => Found): (text: string) => Found {

    let last: { readonly text: string; readonly found: Found } | undefined;

    return (text) => {

        if (last?.text !== text) {
            last = { text, found: find(text) };
        }

        return last.found;
    };
}
